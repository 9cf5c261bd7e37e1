/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

static void system_fill(struct random *random, void *buffer, size_t size_bytes)
{
	(void)random;
	uint8_t *next = buffer;
	size_t left = size_bytes;
	while (left > 0) {
		ssize_t got = getrandom(next, left, 0);
		/* Anything but a signal means a kernel without randomness: going on is not safe. */
		assert(got > 0 || (got < 0 && errno == EINTR));
		if (got > 0) {
			next += got;
			left -= (size_t)got;
		}
	}
}

static uint64_t rotate_left(uint64_t value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

/* splitmix64: spreads a small seed over the whole state. */
static uint64_t seed_next(uint64_t *seed)
{
	*seed += 0x9e3779b97f4a7c15u;
	uint64_t mixed = *seed;
	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
	return mixed ^ mixed >> 31;
}

/* xoshiro256**. */
static uint64_t seeded_next(uint64_t state[4])
{
	uint64_t result = rotate_left(state[1] * 5, 7) * 9;
	uint64_t shifted = state[1] << 17;
	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= shifted;
	state[3] = rotate_left(state[3], 45);
	return result;
}

static void seeded_fill(struct random *random, void *buffer, size_t size_bytes)
{
	assert(size_bytes % 8 == 0);
	uint8_t *octets = buffer;
	for (size_t i = 0; i < size_bytes; i += 8) {
		uint64_t value = seeded_next(random->state);
		for (size_t k = 0; k < 8; k++)
			octets[i + k] = (uint8_t)(value >> (8 * k));
	}
}

void random_system(struct random *random)
{
	assert(random != NULL);
	memset(random, 0, sizeof(*random));
	random->fill = system_fill;
}

void random_seeded(struct random *random, uint64_t seed)
{
	assert(random != NULL);
	memset(random, 0, sizeof(*random));
	random->fill = seeded_fill;
	for (size_t i = 0; i < 4; i++)
		random->state[i] = seed_next(&seed);
	assert((random->state[0] | random->state[1] | random->state[2] | random->state[3]) != 0);
}

void random_octets(struct random *random, void *buffer, size_t size_bytes)
{
	assert(random != NULL && (buffer != NULL || size_bytes == 0));
	uint8_t *octets = buffer;
	for (size_t i = 0; i < size_bytes; i++)
		octets[i] = (uint8_t)random_draw(random, 1);
}

/* Multiply and shift: a product's upper half is uniform once the few values are drawn again whose
 * lower half falls among the 2^32 mod bound that would be counted once too often. */
uint32_t random_below(struct random *random, uint32_t bound)
{
	assert(bound > 0);
	uint32_t surplus = (uint32_t)(0u - bound) % bound;
	uint64_t product;
	do {
		product = (uint64_t)random_u32(random) * bound;
	} while ((uint32_t)product < surplus);
	return (uint32_t)(product >> 32);
}
