/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every observation must stand in its binary form. Include it once, after sample.h. */
#ifndef TESTS_UNIT_MODEL_CODEC_TRIAL_H
#define TESTS_UNIT_MODEL_CODEC_TRIAL_H

#include "model/observation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define ARENA_CAP (64u << 20)

/* The caller frees. */
static size_t encode(const struct observation *observation, uint8_t **ret_octets)
{
	size_t room = observation_encoded_max(observation);
	uint8_t *octets = malloc(room);
	size_t size = 0;
	assert_non_null(octets);
	assert_int_equal(observation_encode(observation, octets, room, &size), OK);
	assert_true(size <= room);
	*ret_octets = octets;
	return size;
}

/* Cut short anywhere, or with any bit flipped: refused with a sentence, or read as something that
 * can be written again. */
static void try_damaged(const struct observation *made)
{
	struct arena scratch;
	uint8_t *octets;
	size_t size = encode(made, &octets);
	arena_init(&scratch, ARENA_CAP, 65536);
	for (size_t length = 0; length < size; length++) {
		struct observation read = {.took_ms = 77};
		struct complaint complaint = {0};
		if (observation_decode(&scratch, octets, length, &read, &complaint) != OK) {
			assert_int_not_equal(complaint.text[0], 0);
			assert_int_equal(read.took_ms, 77);
		}
		arena_reset(&scratch);
	}
	for (size_t bit = 0; bit < size * 8; bit++) {
		struct observation read;
		octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (observation_decode(&scratch, octets, size, &read, NULL) == OK) {
			uint8_t *again;
			(void)encode(&read, &again);
			free(again);
		}
		octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
		arena_reset(&scratch);
	}
	free(octets);
	arena_release(&scratch);
}

#endif
