/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader driven by the input itself: the first half says what to read from the second.
 * Properties: never outside the data; what was read and written again is what stood there; errors
 * stick. */
#include "base/bytes.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void copy_octets(struct reader *reader, struct writer *writer, size_t count)
{
	const uint8_t *octets = reader_octets(reader, count);
	writer_octets(writer, octets, octets != NULL ? count : 0);
}

static void copy_one(uint8_t what, struct reader *reader, struct writer *writer)
{
	size_t count = what >> 3;
	struct reader part;
	switch (what & 7) {
	case 0:
		writer_u8(writer, reader_u8(reader));
		break;
	case 1:
		writer_u16(writer, reader_u16(reader));
		break;
	case 2:
		writer_u32(writer, reader_u32(reader));
		break;
	case 3:
		writer_u64(writer, reader_u64(reader));
		break;
	case 4:
	case 5:
		writer_varint(writer, reader_varint(reader));
		break;
	case 6:
		copy_octets(reader, writer, count);
		break;
	default:
		part = reader_part(reader, count);
		copy_octets(&part, writer, count);
		break;
	}
}

/* After an error there is nothing left, and everything reads as zero. */
static void check_error(struct reader *reader)
{
	assert(reader_left(reader) == 0 && reader_u64(reader) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t half = size / 2;
	struct reader reader;
	struct writer writer;
	uint8_t *copy = malloc(size - half + 1);
	assert(copy != NULL);
	reader_init(&reader, data + half, size - half);
	writer_init(&writer, copy, size - half);
	for (size_t i = 0; i < half && reader.error == 0; i++) {
		size_t before = writer_used(&writer);
		copy_one(data[i], &reader, &writer);
		size_t added = writer_used(&writer) - before;
		assert(reader.error != 0 ||
		       (writer.error == 0 && writer_used(&writer) == reader_offset(&reader) &&
			memcmp(copy + before, data + half + before, added) == 0));
	}
	if (reader.error != 0)
		check_error(&reader);
	free(copy);
	return 0;
}
