/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "judge/keys/pool_private.h"

#include <assert.h>
#include <string.h>

#define SLOTS_FIRST 1024u

void pool_init(struct pool *pool, const uint8_t hash_key[16], size_t cap_bytes)
{
	*pool = (struct pool){.count = 0};
	memcpy(pool->hash_key, hash_key, sizeof(pool->hash_key));
	arena_init(&pool->arena, cap_bytes, 0);
}

void pool_release(struct pool *pool)
{
	memory_give(pool->slots);
	memory_give(pool->items);
	arena_release(&pool->arena);
}

/* The slot of the octets, or the free one where they would go. */
static uint32_t slot_of(const struct pool *pool, struct octets octets)
{
	uint32_t at = (uint32_t)siphash(pool->hash_key, octets.start, octets.size) & pool->mask;

	for (; pool->slots[at] != 0; at = (at + 1) & pool->mask) {
		const struct octets *item = &pool->items[pool->slots[at] - 1];

		if (item->size == octets.size && memcmp(item->start, octets.start, item->size) == 0)
			break;
	}
	return at;
}

/* At most half of the slots are taken. */
static int grow_slots(struct pool *pool)
{
	const size_t room = pool->slots ? 2 * ((size_t)pool->mask + 1) : SLOTS_FIRST;
	uint32_t *slots;

	if (pool->slots && pool->count < (pool->mask + 1) / 2)
		return OK;
	slots = memory_take_zeroed(room, sizeof(*slots));
	if (!slots)
		return ERR_MEMORY;
	memory_give(pool->slots);
	pool->slots = slots;
	pool->mask = (uint32_t)(room - 1);
	for (uint32_t i = 0; i < pool->count; i++)
		pool->slots[slot_of(pool, pool->items[i])] = i + 1;
	return OK;
}

int pool_add(struct pool *pool, struct octets octets, uint32_t *ret_index)
{
	int error = grow_slots(pool);

	if (error < 0)
		return error;
	const uint32_t slot = slot_of(pool, octets);

	if (pool->slots[slot] == 0) {
		if (pool->count == POOL_ITEMS_MAX)
			return ERR_LIMIT;
		error = array_room((void **)&pool->items, &pool->room, pool->count,
				   sizeof(*pool->items));
		if (error < 0)
			return error;
		const uint8_t *copy = arena_take_octets(&pool->arena, octets.size);

		if (!copy)
			return ERR_MEMORY;
		memcpy((void *)copy, octets.start, octets.size);
		pool->items[pool->count] = (struct octets){copy, octets.size};
		pool->slots[slot] = ++pool->count;
	}
	*ret_index = pool->slots[slot] - 1;
	return OK;
}

int array_room(void **items, uint32_t *room, uint32_t count, size_t item_bytes)
{
	const uint32_t wanted = *room ? 2 * *room : 64;

	assert(count <= *room);
	if (count < *room)
		return OK;
	if (count >= POOL_ITEMS_MAX)
		return ERR_LIMIT;
	void *grown = memory_resize(*items, wanted * item_bytes);

	if (!grown)
		return ERR_MEMORY;
	*items = grown;
	*room = wanted;
	return OK;
}
