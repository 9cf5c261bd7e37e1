/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Randomness, passed in so that a test can own it. `random_system` is cryptographic (getrandom in
 * blocks); `random_seeded` is a reproducible stream (same seed, same numbers, on every machine) and
 * must never choose ids or ports outside tests.
 *
 * Octets are drawn in blocks and wiped as they are given out, so that a later look at the process's
 * memory does not tell the ids of the past. A `struct random` does not survive fork: parent and
 * child would draw the same numbers; each process makes its own. A kernel that gives no randomness
 * at all aborts the process: nothing here is safe without it.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#define RANDOM_BLOCK_BYTES 512u

struct random {
	/* Fills `buffer`; called for whole blocks only. */
	void (*fill)(struct random *random, void *buffer, size_t size_bytes);
	uint64_t state[4];                 /* seeded streams */
	uint8_t block[RANDOM_BLOCK_BYTES]; /* its last `block_left` octets are still to be given */
	size_t block_left;
};

void random_system(struct random *random);
void random_seeded(struct random *random, uint64_t seed);
void random_octets(struct random *random, void *buffer, size_t size_bytes);

/* `count` at most 8 octets as a little-endian number, the same on every machine. */
static inline uint64_t random_draw(struct random *random, size_t count)
{
	if (__builtin_expect(random->block_left < count, 0)) {
		random->fill(random, random->block, RANDOM_BLOCK_BYTES);
		random->block_left = RANDOM_BLOCK_BYTES;
	}
	uint8_t *octets = random->block + (RANDOM_BLOCK_BYTES - random->block_left);
	uint64_t value = 0;
	for (size_t i = 0; i < count; i++) {
		value |= (uint64_t)octets[i] << (8 * i);
		octets[i] = 0;
	}
	random->block_left -= count;
	return value;
}

static inline uint16_t random_u16(struct random *random)
{
	return (uint16_t)random_draw(random, 2);
}

static inline uint32_t random_u32(struct random *random)
{
	return (uint32_t)random_draw(random, 4);
}

static inline uint64_t random_u64(struct random *random)
{
	return random_draw(random, 8);
}

/* Uniform in [0, bound), bound > 0, without modulo bias. */
uint32_t random_below(struct random *random, uint32_t bound);

#endif
