/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An arena: many small allocations with one owner, one cap and one release.
 *
 * One arena per message, domain or request; reset rather than freed. Memory is not zeroed unless
 * the function says so. Everything allocated dies at arena_reset/arena_release. The cap is a bound
 * on the bytes taken from the system; reaching it gives NULL (callers return ERR_MEMORY), never an
 * abort.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARENA_ALIGNMENT 16u

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
	uint8_t *next;
	uint8_t *end;
	size_t taken_bytes; /* from the system */
	size_t cap_bytes;
	size_t chunk_bytes; /* size of the next chunk */
};

/* Takes no memory yet. `chunk_bytes` is the first chunk's size (0: 4096). */
void arena_init(struct arena *arena, size_t cap_bytes, size_t chunk_bytes);
/* Keeps the first chunk for reuse. */
void arena_reset(struct arena *arena);
void arena_release(struct arena *arena);

/* The way of the hot path's misses: takes a chunk. Not to be called directly. */
void *arena_take_slowly(struct arena *arena, size_t size_bytes);

/* Aligned to 16 bytes; NULL at the cap or when memory is out. size 0 gives a valid unique pointer.
 */
static inline void *arena_take(struct arena *arena, size_t size_bytes)
{
	size_t size = size_bytes ? size_bytes : 1;
	size_t left = (size_t)(arena->end - arena->next);
	size_t padding = (size_t)(-(uintptr_t)arena->next & (ARENA_ALIGNMENT - 1));
	if (__builtin_expect(size > left || padding > left - size, 0))
		return arena_take_slowly(arena, size);
	uint8_t *taken = arena->next + padding;
	arena->next = taken + size;
	return taken;
}

/* Unaligned, for octet strings. */
static inline void *arena_take_octets(struct arena *arena, size_t size_bytes)
{
	size_t size = size_bytes ? size_bytes : 1;
	if (__builtin_expect(size > (size_t)(arena->end - arena->next), 0))
		return arena_take_slowly(arena, size);
	uint8_t *taken = arena->next;
	arena->next = taken + size;
	return taken;
}

static inline void *arena_take_zeroed(struct arena *arena, size_t size_bytes)
{
	void *taken = arena_take(arena, size_bytes);
	return taken ? memset(taken, 0, size_bytes) : NULL;
}

void *arena_copy(struct arena *arena, const void *source, size_t size_bytes);
char *arena_text(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* count * size with overflow check, zeroed. */
void *arena_take_array(struct arena *arena, size_t count, size_t size_bytes);

#endif
