/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two properties. A state read from anywhere can be compared with itself and differs in nothing,
 * and with an empty one without harm. An observation read from anywhere has one state, whatever the
 * order of its look-ups, sessions, routes, and of its exchanges where each question was asked once,
 * which can be read. The first octet
 * chooses: even, a state follows; odd, an observation.
 */
#include "model/observation.h"
#include "model/state.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_CAP (64u << 20)

static void count_sentence(void *context, const char *sentence)
{
	assert(sentence[0] != '\0');
	++*(size_t *)context;
}

static void check_state(struct arena *arena, const uint8_t *data, size_t size)
{
	static const uint8_t domain[] = "\7example\3com";
	struct state read;
	struct complaint complaint = {0};
	size_t count = 0;
	const struct state_source source = {.domain = domain, .octets = data, .size = size};
	if (state_decode(arena, &source, &complaint, &read) != OK) {
		assert(complaint.text[0] != '\0');
		return;
	}
	int error = state_difference(arena, &read, &read, count_sentence, &count);
	assert(error == ERR_MEMORY || count == 0);
	struct state empty = {.domain = domain};
	error = state_difference(arena, &empty, &read, count_sentence, &count);
	assert(error == ERR_MEMORY || count <= STATE_SENTENCES_MAX);
}

/* Of a question asked again the later answer counts: there the order means something. */
static bool has_superseded(const struct observation *read)
{
	for (uint16_t i = 0; i < read->exchange_count; i++)
		if (observation_is_superseded(read, i))
			return true;
	return false;
}

#define REVERSE(array, count)                                        \
	do {                                                         \
		for (size_t at_ = 0; at_ < (count) / 2u; at_++) {    \
			__typeof__((array)[0]) held_ = (array)[at_]; \
			(array)[at_] = (array)[(count)-1 - at_];     \
			(array)[(count)-1 - at_] = held_;            \
		}                                                    \
	} while (0)

static void reverse(struct observation *read)
{
	REVERSE(read->exchanges, read->exchange_count);
	REVERSE(read->lookups, read->lookup_count);
	REVERSE(read->sessions, read->session_count);
	REVERSE(read->routes, read->route_count);
	if (read->parent_exchange != MESSAGE_NONE)
		read->parent_exchange =
			(uint16_t)(read->exchange_count - 1 - read->parent_exchange);
}

static void check_observation(struct arena *arena, const uint8_t *data, size_t size)
{
	struct observation read;
	const uint8_t *first;
	const uint8_t *second;
	size_t first_size;
	size_t second_size;
	struct state state;
	if (observation_decode(arena, data, size, &read, NULL) != OK ||
	    observation_state(arena, &read, &first, &first_size) != OK)
		return;
	const struct state_source source = {
		.domain = read.domain, .octets = first, .size = first_size};
	int error = state_decode(arena, &source, NULL, &state);
	assert(error == OK || error == ERR_MEMORY || error == ERR_LIMIT);
	bool asked_again = has_superseded(&read);
	reverse(&read);
	asked_again = asked_again || has_superseded(&read);
	if (asked_again || observation_state(arena, &read, &second, &second_size) != OK)
		return;
	assert(first_size == second_size && memcmp(first, second, first_size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	if (size == 0)
		return 0;
	arena_init(&arena, ARENA_CAP, 65536);
	if ((data[0] & 1) == 0)
		check_state(&arena, data + 1, size - 1);
	else
		check_observation(&arena, data + 1, size - 1);
	arena_release(&arena);
	return 0;
}
