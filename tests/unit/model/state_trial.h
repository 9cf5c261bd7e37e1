/* SPDX-License-Identifier: GPL-3.0-or-later */
/* States as the tests take and compare them. Include it once. */
#ifndef TESTS_UNIT_MODEL_STATE_TRIAL_H
#define TESTS_UNIT_MODEL_STATE_TRIAL_H

#include "model/observation.h"
#include "model/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_CAP (64u << 20)

struct octets {
	const uint8_t *data;
	size_t size;
};

static struct octets state_of_made(struct arena *arena, const struct observation *made)
{
	struct octets state;
	assert_int_equal(observation_state(arena, made, &state.data, &state.size), OK);
	return state;
}

static int decode(struct arena *arena, const uint8_t *domain, struct octets octets,
		  struct state *ret_state)
{
	struct complaint complaint;
	const struct state_source source = {
		.domain = domain, .octets = octets.data, .size = octets.size};
	return state_decode(arena, &source, &complaint, ret_state);
}

static bool same(struct octets left, struct octets right)
{
	return left.size == right.size && memcmp(left.data, right.data, left.size) == 0;
}

/* With less memory than it takes: said, and nothing worse. */
static void try_memory(struct arena *arena, const struct observation *made)
{
	struct octets whole = state_of_made(arena, made);
	int error = ERR_MEMORY;
	for (size_t cap = 256; error != OK; cap += 256) {
		struct arena small;
		struct octets octets;
		struct state read;
		arena_init(&small, cap, 256);
		error = observation_state(&small, made, &octets.data, &octets.size);
		assert_true(error == OK || error == ERR_MEMORY);
		arena_release(&small);
		arena_init(&small, cap, 256);
		int read_error = decode(&small, made->domain, whole, &read);
		assert_true(read_error == OK || read_error == ERR_MEMORY);
		arena_release(&small);
		assert_true(cap < 4 << 20);
	}
}

#endif
