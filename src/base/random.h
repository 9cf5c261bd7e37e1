/*
 * Randomness, passed in so that a test can own it. `random_system` is cryptographic (getrandom in
 * blocks); `random_seeded` is a reproducible stream (same seed, same numbers, on every machine) and
 * must never choose ids or ports outside tests.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	void (*fill)(struct random *random, void *buffer, size_t size_bytes);
	uint64_t state[4];     /* seeded streams */
	uint8_t block[512];    /* system: what is left of the last block */
	size_t block_left;
};

void random_system(struct random *random);
void random_seeded(struct random *random, uint64_t seed);
uint16_t random_u16(struct random *random);
uint32_t random_u32(struct random *random);
uint64_t random_u64(struct random *random);
/* Uniform in [0, bound), bound > 0, without modulo bias. */
uint32_t random_below(struct random *random, uint32_t bound);
void random_octets(struct random *random, void *buffer, size_t size_bytes);

#endif
