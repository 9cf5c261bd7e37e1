/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"

#include <assert.h>

/* 64 bits in groups of 7: nine full groups and one bit. */
#define VARINT_MAX_OCTETS 10

void reader_fail(struct reader *reader, int error)
{
	assert(error < 0);
	if (reader->error == 0)
		reader->error = error;
	reader->next = reader->end;
}

uint64_t reader_varint(struct reader *reader)
{
	uint64_t value = 0;
	for (unsigned int i = 0; i < VARINT_MAX_OCTETS; i++) {
		uint8_t octet = reader_u8(reader);
		if (reader->error != 0)
			return 0;
		if (i == VARINT_MAX_OCTETS - 1 && octet > 1)
			break;
		value |= (uint64_t)(octet & 0x7f) << (7 * i);
		if ((octet & 0x80) != 0)
			continue;
		/* A last group of zero says that a shorter form exists: one value, one form. */
		if (octet == 0 && i > 0)
			break;
		return value;
	}
	reader_fail(reader, ERR_FORMAT);
	return 0;
}

struct reader reader_part(struct reader *reader, size_t size_bytes)
{
	struct reader part;
	const uint8_t *octets = reader_octets(reader, size_bytes);
	if (octets == NULL && reader->error != 0) {
		reader_init(&part, reader->end, 0);
		part.error = reader->error;
		return part;
	}
	reader_init(&part, octets, size_bytes);
	return part;
}

void writer_fail(struct writer *writer, int error)
{
	assert(error < 0);
	if (writer->error == 0)
		writer->error = error;
	writer->end = writer->next;
}

void writer_varint(struct writer *writer, uint64_t value)
{
	uint8_t octets[VARINT_MAX_OCTETS];
	size_t count = 0;
	while (value > 0x7f) {
		assert(count < VARINT_MAX_OCTETS - 1);
		octets[count++] = (uint8_t)(0x80 | (value & 0x7f));
		value >>= 7;
	}
	octets[count++] = (uint8_t)value;
	writer_octets(writer, octets, count);
}

void writer_patch_u16(struct writer *writer, size_t offset, uint16_t value)
{
	/* After a shortage the place may never have been written; the error is what counts then. */
	if (writer->error != 0)
		return;
	assert(writer_used(writer) >= 2 && offset <= writer_used(writer) - 2);
	writer->start[offset] = (uint8_t)(value >> 8);
	writer->start[offset + 1] = (uint8_t)value;
}
