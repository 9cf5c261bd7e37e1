/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries stand in an array in the order they came; beside it an open-addressed index of (entry,
 * lower half of the hash) with linear probing. Removal leaves a hole in the array, closed when the
 * array is full, and shifts the index back, so that the index never fills with grave stones.
 */
#include "base/map.h"

#include "base/memory.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* An index slot holds 32 bits; a table this large would hold 64 GiB of entries. */
#define MAP_ENTRIES_MAX ((size_t)1 << 30)
#define MAP_ENTRIES_FIRST 8u

struct map_entry {
	uint8_t *key; /* NULL: a hole */
	size_t key_size;
	void *value;
	uint32_t tag;
};

struct map_slot {
	uint32_t entry_plus_one; /* 0: free */
	uint32_t tag;
};

struct map {
	uint8_t secret[16];
	struct map_entry *entries;
	size_t entries_used; /* with holes */
	size_t entries_room;
	size_t count;
	struct map_slot *slots; /* twice entries_room, a power of two */
	size_t slot_mask;
};

struct map *map_new(const uint8_t key[16])
{
	assert(key != NULL);
	struct map *map = memory_take_zeroed(1, sizeof(*map));
	if (map != NULL)
		memcpy(map->secret, key, sizeof(map->secret));
	return map;
}

void map_free(struct map *map, void (*free_value)(void *value))
{
	if (map == NULL)
		return;
	for (size_t i = 0; i < map->entries_used; i++) {
		struct map_entry *entry = &map->entries[i];
		if (entry->key != NULL && free_value != NULL)
			free_value(entry->value);
		memory_give(entry->key);
	}
	memory_give(map->entries);
	memory_give(map->slots);
	memory_give(map);
}

size_t map_count(const struct map *map)
{
	assert(map != NULL);
	return map->count;
}

/* The slot that holds the key, or the free one where it would go. */
static size_t map_find(const struct map *map, uint32_t tag, const void *key, size_t key_size)
{
	assert(map->slots != NULL);
	size_t at = tag & map->slot_mask;
	for (; map->slots[at].entry_plus_one != 0; at = (at + 1) & map->slot_mask) {
		if (map->slots[at].tag != tag)
			continue;
		const struct map_entry *entry = &map->entries[map->slots[at].entry_plus_one - 1];
		if (entry->key_size == key_size && memcmp(entry->key, key, key_size) == 0)
			break;
	}
	return at;
}

static uint32_t map_tag(const struct map *map, const void *key, size_t key_size)
{
	return (uint32_t)siphash(map->secret, key, key_size);
}

void *map_get(const struct map *map, const void *key, size_t key_size)
{
	assert(map != NULL && key != NULL);
	if (map->count == 0)
		return NULL;
	size_t at = map_find(map, map_tag(map, key, key_size), key, key_size);
	uint32_t entry_plus_one = map->slots[at].entry_plus_one;
	return entry_plus_one == 0 ? NULL : map->entries[entry_plus_one - 1].value;
}

/* Closes the holes and writes the index anew. */
static void map_index_again(struct map *map)
{
	size_t kept = 0;
	memset(map->slots, 0, (map->slot_mask + 1) * sizeof(map->slots[0]));
	for (size_t i = 0; i < map->entries_used; i++) {
		if (map->entries[i].key == NULL)
			continue;
		map->entries[kept] = map->entries[i];
		size_t at = map->entries[kept].tag & map->slot_mask;
		while (map->slots[at].entry_plus_one != 0)
			at = (at + 1) & map->slot_mask;
		map->slots[at].tag = map->entries[kept].tag;
		map->slots[at].entry_plus_one = (uint32_t)++kept;
	}
	assert(kept == map->count);
	map->entries_used = kept;
}

static int map_make_room(struct map *map)
{
	if (map->entries_used < map->entries_room)
		return OK;
	/* Many holes: close them and stay as large as we are. */
	if (map->entries_room > 0 && map->count <= map->entries_room / 4 * 3) {
		map_index_again(map);
		return OK;
	}
	if (map->entries_room >= MAP_ENTRIES_MAX)
		return ERR_MEMORY;
	size_t room = map->entries_room ? map->entries_room * 2 : MAP_ENTRIES_FIRST;
	struct map_slot *slots = memory_take_zeroed(room * 2, sizeof(*slots));
	if (slots == NULL)
		return ERR_MEMORY;
	struct map_entry *entries = memory_resize(map->entries, room * sizeof(*entries));
	if (entries == NULL) {
		memory_give(slots);
		return ERR_MEMORY;
	}
	memory_give(map->slots);
	map->slots = slots;
	map->slot_mask = room * 2 - 1;
	map->entries = entries;
	map->entries_room = room;
	map_index_again(map);
	return OK;
}

static int map_append(struct map *map, uint32_t tag, const void *key, size_t key_size, void *value)
{
	uint8_t *copy = memory_take(key_size);
	if (copy == NULL)
		return ERR_MEMORY;
	if (map_make_room(map) != OK) {
		memory_give(copy);
		return ERR_MEMORY;
	}
	memcpy(copy, key, key_size);
	size_t at = map_find(map, tag, key, key_size);
	assert(map->slots[at].entry_plus_one == 0);
	assert(map->entries_used < map->entries_room);
	map->entries[map->entries_used++] =
		(struct map_entry){.key = copy, .key_size = key_size, .value = value, .tag = tag};
	map->slots[at] =
		(struct map_slot){.entry_plus_one = (uint32_t)map->entries_used, .tag = tag};
	map->count++;
	return OK;
}

int map_put(struct map *map, const void *key, size_t key_size, void *value, void **ret_old)
{
	assert(map != NULL && key != NULL);
	uint32_t tag = map_tag(map, key, key_size);
	if (map->count > 0) {
		size_t at = map_find(map, tag, key, key_size);
		uint32_t entry_plus_one = map->slots[at].entry_plus_one;
		if (entry_plus_one != 0) {
			struct map_entry *entry = &map->entries[entry_plus_one - 1];
			if (ret_old != NULL)
				*ret_old = entry->value;
			entry->value = value;
			return OK;
		}
	}
	int error = map_append(map, tag, key, key_size, value);
	if (error != OK)
		return error;
	if (ret_old != NULL)
		*ret_old = NULL;
	return OK;
}

/* Moves later members of the probe run back over the free slot (Knuth, vol. 3, 6.4, algorithm R).
 */
static void map_shift_back(struct map *map, size_t hole)
{
	size_t at = hole;
	for (;;) {
		at = (at + 1) & map->slot_mask;
		if (map->slots[at].entry_plus_one == 0)
			break;
		size_t home = map->slots[at].tag & map->slot_mask;
		if (((at - home) & map->slot_mask) < ((at - hole) & map->slot_mask))
			continue;
		map->slots[hole] = map->slots[at];
		hole = at;
	}
	map->slots[hole] = (struct map_slot){0};
}

void *map_remove(struct map *map, const void *key, size_t key_size)
{
	assert(map != NULL && key != NULL);
	if (map->count == 0)
		return NULL;
	size_t at = map_find(map, map_tag(map, key, key_size), key, key_size);
	uint32_t entry_plus_one = map->slots[at].entry_plus_one;
	if (entry_plus_one == 0)
		return NULL;
	struct map_entry *entry = &map->entries[entry_plus_one - 1];
	void *value = entry->value;
	memory_give(entry->key);
	*entry = (struct map_entry){0};
	map_shift_back(map, at);
	map->count--;
	/* Popping the newest costs no hole. */
	if (entry_plus_one == map->entries_used)
		map->entries_used--;
	return value;
}

void *map_next(const struct map *map, size_t *cursor, const void **ret_key, size_t *ret_key_size)
{
	assert(map != NULL && cursor != NULL);
	while (*cursor < map->entries_used && map->entries[*cursor].key == NULL)
		(*cursor)++;
	if (*cursor >= map->entries_used)
		return NULL;
	const struct map_entry *entry = &map->entries[(*cursor)++];
	if (ret_key != NULL)
		*ret_key = entry->key;
	if (ret_key_size != NULL)
		*ret_key_size = entry->key_size;
	return entry->value;
}
