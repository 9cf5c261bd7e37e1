/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hash map from octet strings to pointers. Keys are copied; values belong to the caller.
 * Hashing is SipHash-2-4 with a key from the caller's random source, so outsiders cannot choose
 * collisions. Iteration order is insertion order where nothing was removed.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct map;

/* NULL when memory is out. */
struct map *map_new(const uint8_t key[16]);
/* `free_value` may be NULL. map_free(NULL) is fine. */
void map_free(struct map *map, void (*free_value)(void *value));
size_t map_count(const struct map *map);
void *map_get(const struct map *map, const void *key, size_t key_size);
/* Replaces; the old value is given back through ret_old (may be NULL). ERR_MEMORY leaves it
 * unchanged. */
MUST_CHECK int map_put(struct map *map, const void *key, size_t key_size, void *value,
		       void **ret_old);
/* Gives back the value that was there, or NULL. */
void *map_remove(struct map *map, const void *key, size_t key_size);
/* cursor starts at 0; returns the value or NULL at the end. The map must not change meanwhile. */
void *map_next(const struct map *map, size_t *cursor, const void **ret_key, size_t *ret_key_size);

uint64_t siphash(const uint8_t key[16], const void *data, size_t size_bytes);

#endif
