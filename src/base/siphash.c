/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012). */
#include "base/map.h"

#include <assert.h>

struct siphash_state {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate_left(uint64_t value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

static inline uint64_t load_little_endian(const uint8_t *octets, size_t count)
{
	uint64_t value = 0;
	for (size_t i = 0; i < count; i++)
		value |= (uint64_t)octets[i] << (8 * i);
	return value;
}

static inline void siphash_round(struct siphash_state *state)
{
	state->v0 += state->v1;
	state->v2 += state->v3;
	state->v1 = rotate_left(state->v1, 13) ^ state->v0;
	state->v3 = rotate_left(state->v3, 16) ^ state->v2;
	state->v0 = rotate_left(state->v0, 32);
	state->v2 += state->v1;
	state->v0 += state->v3;
	state->v1 = rotate_left(state->v1, 17) ^ state->v2;
	state->v3 = rotate_left(state->v3, 21) ^ state->v0;
	state->v2 = rotate_left(state->v2, 32);
}

static inline void siphash_word(struct siphash_state *state, uint64_t word)
{
	state->v3 ^= word;
	siphash_round(state);
	siphash_round(state);
	state->v0 ^= word;
}

uint64_t siphash(const uint8_t key[16], const void *data, size_t size_bytes)
{
	assert(key != NULL && (data != NULL || size_bytes == 0));
	const uint8_t *octets = data;
	uint64_t low = load_little_endian(key, 8);
	uint64_t high = load_little_endian(key + 8, 8);
	/* The ASCII of "somepseudorandomlygeneratedbytes" (s2.1 of the paper). */
	struct siphash_state state = {
		.v0 = low ^ 0x736f6d6570736575u,
		.v1 = high ^ 0x646f72616e646f6du,
		.v2 = low ^ 0x6c7967656e657261u,
		.v3 = high ^ 0x7465646279746573u,
	};
	size_t whole = size_bytes & ~(size_t)7;
	for (size_t i = 0; i < whole; i += 8)
		siphash_word(&state, load_little_endian(octets + i, 8));
	uint64_t last = (uint64_t)(size_bytes & 0xff) << 56;
	if (size_bytes > whole)
		last |= load_little_endian(octets + whole, size_bytes - whole);
	siphash_word(&state, last);
	state.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		siphash_round(&state);
	return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}
