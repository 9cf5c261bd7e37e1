/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octet strings, each kept once and known by a number from 0 on in the order of their first coming:
 * what a million keys, zones and operators are to each other is then plain arrays of numbers.
 */
#ifndef JUDGE_KEYS_POOL_PRIVATE_H
#define JUDGE_KEYS_POOL_PRIVATE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

#include <stddef.h>
#include <stdint.h>

/* More than all names below any top-level domain but one; keeps every number below 2^31. */
#define POOL_ITEMS_MAX 500000000u

struct octets {
	const uint8_t *start;
	size_t size;
};

struct pool {
	struct arena arena;
	struct octets *items;
	uint32_t *slots; /* index + 1; 0: free */
	uint32_t count, room, mask;
	uint8_t hash_key[16];
};

void pool_init(struct pool *pool, const uint8_t hash_key[16], size_t cap_bytes);
void pool_release(struct pool *pool);
/* Finds or adds. ERR_MEMORY, ERR_LIMIT. */
MUST_CHECK int pool_add(struct pool *pool, struct octets octets, uint32_t *ret_index);

/* Makes room for one more item of an array on the heap. */
MUST_CHECK int array_room(void **items, uint32_t *room, uint32_t count, size_t item_bytes);

#endif
