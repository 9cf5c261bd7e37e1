/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include "base/memory.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

#define FIRST_CHUNK_BYTES 4096u
/* Chunks double up to this; larger ones would waste more at the end than they save in calls. */
#define LARGEST_CHUNK_BYTES ((size_t)1 << 20)

struct arena_chunk {
	struct arena_chunk *older;
	size_t size_bytes; /* with this header */
	alignas(ARENA_ALIGNMENT) uint8_t data[];
};

static_assert(sizeof(struct arena_chunk) % ARENA_ALIGNMENT == 0, "data starts aligned");
static_assert(alignof(max_align_t) <= ARENA_ALIGNMENT, "malloc's alignment serves every type");

void arena_init(struct arena *arena, size_t cap_bytes, size_t chunk_bytes)
{
	assert(arena != NULL);
	*arena = (struct arena){
		.cap_bytes = cap_bytes,
		.chunk_bytes = chunk_bytes ? chunk_bytes : FIRST_CHUNK_BYTES,
	};
}

static void arena_use(struct arena *arena, struct arena_chunk *chunk)
{
	assert(chunk->size_bytes > sizeof(*chunk));
	arena->chunks = chunk;
	arena->next = chunk->data;
	arena->end = (uint8_t *)chunk + chunk->size_bytes;
}

void arena_reset(struct arena *arena)
{
	assert(arena != NULL);
	struct arena_chunk *chunk = arena->chunks;
	if (chunk == NULL)
		return;
	while (chunk->older != NULL) {
		struct arena_chunk *older = chunk->older;
		assert(arena->taken_bytes >= chunk->size_bytes);
		arena->taken_bytes -= chunk->size_bytes;
		memory_give(chunk);
		chunk = older;
	}
	assert(arena->taken_bytes == chunk->size_bytes);
	arena_use(arena, chunk);
}

void arena_release(struct arena *arena)
{
	assert(arena != NULL);
	struct arena_chunk *chunk = arena->chunks;
	while (chunk != NULL) {
		struct arena_chunk *older = chunk->older;
		memory_give(chunk);
		chunk = older;
	}
	*arena = (struct arena){.cap_bytes = arena->cap_bytes, .chunk_bytes = arena->chunk_bytes};
}

void *arena_take_slowly(struct arena *arena, size_t size_bytes)
{
	assert(arena != NULL && size_bytes > 0);
	assert(arena->taken_bytes <= arena->cap_bytes);
	size_t left = arena->cap_bytes - arena->taken_bytes;
	if (left < sizeof(struct arena_chunk) || size_bytes > left - sizeof(struct arena_chunk))
		return NULL;
	size_t needed = sizeof(struct arena_chunk) + size_bytes;
	size_t size = needed > arena->chunk_bytes ? needed : arena->chunk_bytes;
	if (size > left)
		size = left;
	struct arena_chunk *chunk = memory_take(size);
	if (chunk == NULL)
		return NULL;
	chunk->older = arena->chunks;
	chunk->size_bytes = size;
	arena->taken_bytes += size;
	if (arena->chunk_bytes < LARGEST_CHUNK_BYTES)
		arena->chunk_bytes *= 2;
	arena_use(arena, chunk);
	arena->next = chunk->data + size_bytes;
	return chunk->data;
}

void *arena_copy(struct arena *arena, const void *source, size_t size_bytes)
{
	assert(source != NULL || size_bytes == 0);
	void *copy = arena_take(arena, size_bytes);
	if (copy != NULL && size_bytes > 0)
		memcpy(copy, source, size_bytes);
	return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
	assert(text != NULL);
	size_t size = strlen(text) + 1;
	char *copy = arena_take_octets(arena, size);
	return copy ? memcpy(copy, text, size) : NULL;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	assert(format != NULL);
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return NULL;
	size_t size = (size_t)length + 1;
	char *text = arena_take_octets(arena, size);
	if (text == NULL)
		return NULL;
	va_start(arguments, format);
	int again = vsnprintf(text, size, format, arguments);
	va_end(arguments);
	assert(again == length);
	return text;
}

void *arena_take_array(struct arena *arena, size_t count, size_t size_bytes)
{
	size_t total;
	if (__builtin_mul_overflow(count, size_bytes, &total))
		return NULL;
	return arena_take_zeroed(arena, total);
}
