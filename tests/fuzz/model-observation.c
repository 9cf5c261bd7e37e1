/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What decodes, encodes; what was encoded decodes to the same octets again; the received octets of
 * every exchange can be put together. Garbage is refused with a sentence.
 */
#include "model/observation.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_CAP (32u << 20)

static uint8_t *encode(const struct observation *observation, size_t *ret_size)
{
	size_t room = observation_encoded_max(observation);
	uint8_t *octets = malloc(room);
	if (octets == NULL)
		abort();
	int error = observation_encode(observation, octets, room, ret_size);
	/* OPT records told by reference can be more than one observation may hold. */
	if (error == OK)
		return octets;
	assert(error == ERR_LIMIT);
	free(octets);
	return NULL;
}

static void check(struct arena *arena, const struct observation *read)
{
	size_t first_size;
	size_t second_size;
	struct observation again;
	uint8_t *first = encode(read, &first_size);
	if (first == NULL)
		return;
	int error = observation_decode(arena, first, first_size, &again, NULL);
	assert(error == OK || error == ERR_MEMORY);
	if (error == OK) {
		uint8_t *second = encode(&again, &second_size);
		assert(second != NULL && first_size == second_size);
		assert(memcmp(first, second, first_size) == 0);
		free(second);
	}
	for (size_t i = 0; error == OK && i < read->exchange_count; i++) {
		size_t left_size = 0;
		size_t right_size = 0;
		const uint8_t *left =
			observation_wire(arena, read, &read->exchanges[i], &left_size);
		const uint8_t *right =
			observation_wire(arena, &again, &again.exchanges[i], &right_size);
		if (left == NULL || right == NULL)
			break; /* no message, or the arena is full */
		assert(left_size == right_size && memcmp(left, right, left_size) == 0);
	}
	free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct observation read;
	struct complaint complaint = {0};
	arena_init(&arena, ARENA_CAP, 65536);
	if (observation_decode(&arena, data, size, &read, &complaint) == OK)
		check(&arena, &read);
	else
		assert(complaint.text[0] != '\0');
	arena_release(&arena);
	return 0;
}
