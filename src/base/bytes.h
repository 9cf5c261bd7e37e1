/*
 * Bounded reading and writing of big-endian binary data. Errors stick: after the first one every
 * further read gives zero and every further write does nothing, so a parser checks once at the end.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *start;
	const uint8_t *next;
	const uint8_t *end;
	int error; /* 0 or ERR_SHORT / ERR_FORMAT */
};

void reader_init(struct reader *reader, const void *data, size_t size_bytes);
size_t reader_left(const struct reader *reader);
size_t reader_offset(const struct reader *reader);
uint8_t reader_u8(struct reader *reader);
uint16_t reader_u16(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u64(struct reader *reader);
/* LEB128, at most 10 octets; a longer or overlong one is ERR_FORMAT. */
uint64_t reader_varint(struct reader *reader);
/* A pointer into the data, or NULL with the error set. */
const uint8_t *reader_octets(struct reader *reader, size_t size_bytes);
void reader_skip(struct reader *reader, size_t size_bytes);
/* A reader over the next `size_bytes`, which are skipped here; carries the error on shortage. */
struct reader reader_part(struct reader *reader, size_t size_bytes);
void reader_fail(struct reader *reader, int error);

/* Writes into a buffer of the caller. */
struct writer {
	uint8_t *start;
	uint8_t *next;
	uint8_t *end;
	int error; /* 0 or ERR_SHORT */
};

void writer_init(struct writer *writer, void *buffer, size_t size_bytes);
size_t writer_used(const struct writer *writer);
size_t writer_left(const struct writer *writer);
void writer_u8(struct writer *writer, uint8_t value);
void writer_u16(struct writer *writer, uint16_t value);
void writer_u32(struct writer *writer, uint32_t value);
void writer_u64(struct writer *writer, uint64_t value);
void writer_varint(struct writer *writer, uint64_t value);
void writer_octets(struct writer *writer, const void *data, size_t size_bytes);
/* Overwrites two octets at `offset` written before. */
void writer_patch_u16(struct writer *writer, size_t offset, uint16_t value);

#endif
