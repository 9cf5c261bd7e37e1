/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bounded reading and writing of big-endian binary data. Errors stick: after the first one every
 * further read gives zero and every further write does nothing, so a parser checks once at the end.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reader {
	const uint8_t *start;
	const uint8_t *next;
	const uint8_t *end;
	int error; /* 0 or ERR_SHORT / ERR_FORMAT */
};

/* The first failure stays, and nothing is left to read after it. */
void reader_fail(struct reader *reader, int error);

static inline void reader_init(struct reader *reader, const void *data, size_t size_bytes)
{
	const uint8_t *start = data;
	*reader = (struct reader){.start = start, .next = start, .error = 0};
	reader->end = size_bytes ? start + size_bytes : start;
}

static inline size_t reader_left(const struct reader *reader)
{
	return (size_t)(reader->end - reader->next);
}

/* Octets read so far; after an error, where the data ends. */
static inline size_t reader_offset(const struct reader *reader)
{
	return (size_t)(reader->next - reader->start);
}

/* A pointer into the data, or NULL with the error set. Never NULL for 0 octets of non-NULL data. */
static inline const uint8_t *reader_octets(struct reader *reader, size_t size_bytes)
{
	if (__builtin_expect(size_bytes > reader_left(reader) || reader->error != 0, 0)) {
		reader_fail(reader, ERR_SHORT);
		return NULL;
	}
	const uint8_t *octets = reader->next;
	/* Arithmetic on NULL is undefined, also by 0. */
	if (size_bytes > 0)
		reader->next += size_bytes;
	return octets;
}

static inline void reader_skip(struct reader *reader, size_t size_bytes)
{
	(void)reader_octets(reader, size_bytes);
}

static inline uint8_t reader_u8(struct reader *reader)
{
	const uint8_t *octets = reader_octets(reader, 1);
	return octets ? octets[0] : 0;
}

static inline uint16_t reader_u16(struct reader *reader)
{
	const uint8_t *octets = reader_octets(reader, 2);
	return octets ? (uint16_t)((unsigned int)octets[0] << 8 | octets[1]) : 0;
}

static inline uint32_t reader_u32(struct reader *reader)
{
	const uint8_t *octets = reader_octets(reader, 4);
	return octets ? (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
				(uint32_t)octets[2] << 8 | octets[3]
		      : 0;
}

static inline uint64_t reader_u64(struct reader *reader)
{
	const uint8_t *octets = reader_octets(reader, 8);
	uint64_t value = 0;
	for (int i = 0; octets != NULL && i < 8; i++)
		value = value << 8 | octets[i];
	return value;
}

/* LEB128, at most 10 octets; a longer or overlong one is ERR_FORMAT. */
uint64_t reader_varint(struct reader *reader);
/* A reader over the next `size_bytes`, which are skipped here; carries the error on shortage. */
struct reader reader_part(struct reader *reader, size_t size_bytes);

/* Writes into a buffer of the caller. */
struct writer {
	uint8_t *start;
	uint8_t *next;
	uint8_t *end;
	int error; /* 0 or ERR_SHORT */
};

/* The first failure stays, and no room is left after it. */
void writer_fail(struct writer *writer, int error);

static inline void writer_init(struct writer *writer, void *buffer, size_t size_bytes)
{
	uint8_t *start = buffer;
	*writer = (struct writer){.start = start, .next = start, .error = 0};
	writer->end = size_bytes ? start + size_bytes : start;
}

/* Octets written; after an error, those that went in before it. */
static inline size_t writer_used(const struct writer *writer)
{
	return (size_t)(writer->next - writer->start);
}

static inline size_t writer_left(const struct writer *writer)
{
	return (size_t)(writer->end - writer->next);
}

/* Room for `size_bytes` to be filled in by the caller, or NULL with the error set. */
static inline uint8_t *writer_take(struct writer *writer, size_t size_bytes)
{
	if (__builtin_expect(size_bytes > writer_left(writer) || writer->error != 0, 0)) {
		writer_fail(writer, ERR_SHORT);
		return NULL;
	}
	uint8_t *octets = writer->next;
	if (size_bytes > 0)
		writer->next += size_bytes;
	return octets;
}

static inline void writer_u8(struct writer *writer, uint8_t value)
{
	uint8_t *octets = writer_take(writer, 1);
	if (octets != NULL)
		octets[0] = value;
}

static inline void writer_u16(struct writer *writer, uint16_t value)
{
	uint8_t *octets = writer_take(writer, 2);
	if (octets != NULL) {
		octets[0] = (uint8_t)(value >> 8);
		octets[1] = (uint8_t)value;
	}
}

static inline void writer_u32(struct writer *writer, uint32_t value)
{
	uint8_t *octets = writer_take(writer, 4);
	for (int i = 0; octets != NULL && i < 4; i++)
		octets[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void writer_u64(struct writer *writer, uint64_t value)
{
	uint8_t *octets = writer_take(writer, 8);
	for (int i = 0; octets != NULL && i < 8; i++)
		octets[i] = (uint8_t)(value >> (56 - 8 * i));
}

static inline void writer_octets(struct writer *writer, const void *data, size_t size_bytes)
{
	uint8_t *octets = writer_take(writer, size_bytes);
	if (octets != NULL && size_bytes > 0)
		memcpy(octets, data, size_bytes);
}

void writer_varint(struct writer *writer, uint64_t value);
/* Overwrites two octets at `offset` written before. */
void writer_patch_u16(struct writer *writer, size_t offset, uint16_t value);

#endif
