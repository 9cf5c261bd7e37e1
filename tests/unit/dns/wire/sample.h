/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages and records for the tests of this room, written octet by octet. */
#ifndef TESTS_DNS_WIRE_SAMPLE_H
#define TESTS_DNS_WIRE_SAMPLE_H

#include "dns/wire/name.h"

#include <stddef.h>
#include <stdint.h>

struct sample {
	uint8_t wire[65535];
	size_t size;
};

void sample_header(struct sample *sample, uint16_t flags, uint16_t questions, uint16_t answers,
		   uint16_t authorities, uint16_t additionals);
void sample_octets(struct sample *sample, const void *octets, size_t size);
void sample_u16(struct sample *sample, unsigned value);
void sample_u32(struct sample *sample, uint32_t value);
/* Uncompressed. */
void sample_name(struct sample *sample, const char *text);
void sample_pointer(struct sample *sample, size_t target);
/* "example." A IN as question at offset 12. */
void sample_question(struct sample *sample);
/* Type, class IN, TTL 3600, RDLENGTH and RDATA; the owner comes before. */
void sample_rest(struct sample *sample, unsigned type, const void *rdata, size_t size);
/* A name in static memory; four calls live at once. */
const uint8_t *named(const char *text);

#endif
