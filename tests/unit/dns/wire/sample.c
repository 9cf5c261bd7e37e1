/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <assert.h>
#include <string.h>

void sample_octets(struct sample *sample, const void *octets, size_t size)
{
	assert(size <= sizeof(sample->wire) - sample->size);
	memcpy(sample->wire + sample->size, octets, size);
	sample->size += size;
}

void sample_u16(struct sample *sample, unsigned value)
{
	const uint8_t octets[] = {(uint8_t)(value >> 8), (uint8_t)value};
	sample_octets(sample, octets, sizeof(octets));
}

void sample_u32(struct sample *sample, uint32_t value)
{
	sample_u16(sample, value >> 16);
	sample_u16(sample, value & 0xffff);
}

void sample_header(struct sample *sample, uint16_t flags, uint16_t questions, uint16_t answers,
		   uint16_t authorities, uint16_t additionals)
{
	sample->size = 0;
	sample_u16(sample, 0x1234);
	sample_u16(sample, flags);
	sample_u16(sample, questions);
	sample_u16(sample, answers);
	sample_u16(sample, authorities);
	sample_u16(sample, additionals);
}

const uint8_t *named(const char *text)
{
	static struct name names[4];
	static size_t next;
	struct name *name = &names[next++ % 4];
	struct name read;
	const int error = name_from_text(text, &read, NULL);
	assert(error == OK);
	name_copy(name->octets, read.octets);
	return name->octets;
}

void sample_name(struct sample *sample, const char *text)
{
	const uint8_t *name = named(text);
	sample_octets(sample, name, name_size(name));
}

void sample_pointer(struct sample *sample, size_t target)
{
	assert(target < 0x4000);
	sample_u16(sample, (unsigned)(0xc000 | target));
}

void sample_question(struct sample *sample)
{
	sample_name(sample, "example.");
	sample_u16(sample, 1);
	sample_u16(sample, 1);
}

void sample_rest(struct sample *sample, unsigned type, const void *rdata, size_t size)
{
	sample_u16(sample, type);
	sample_u16(sample, 1);
	sample_u32(sample, 3600);
	sample_u16(sample, (unsigned)size);
	sample_octets(sample, rdata, size);
}
