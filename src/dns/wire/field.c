/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shape of single RDATA fields. Lenient where a judge should decide instead: an empty digest,
 * zero octets at the end of a bitmap window, values of SvcParams.
 */
#include "dns/wire/layout_private.h"
#include "dns/wire/span_private.h"

#include <assert.h>

static int measure_counted(const uint8_t *octets, size_t left, size_t minimum, size_t *ret_size)
{
	if (left < 1 || (size_t)octets[0] + 1 > left)
		return ERR_SHORT;
	if (octets[0] < minimum)
		return ERR_FORMAT;
	*ret_size = (size_t)octets[0] + 1;
	return OK;
}

static int measure_strings(const uint8_t *octets, size_t left, size_t *ret_size)
{
	size_t at = 0;
	if (left == 0)
		return ERR_SHORT;
	while (at < left)
		at += (size_t)octets[at] + 1;
	if (at > left)
		return ERR_SHORT;
	*ret_size = left;
	return OK;
}

/* RFC 4034 s4.1.2: windows in rising order, 1 to 32 octets each. */
static int measure_bitmap(const uint8_t *octets, size_t left, size_t *ret_size)
{
	size_t at = 0;
	int last = -1;
	while (at < left) {
		if (left - at < 2)
			return ERR_SHORT;
		const int window = octets[at];
		const size_t length = octets[at + 1];
		if (window <= last || length < 1 || length > 32)
			return ERR_FORMAT;
		if (length > left - at - 2)
			return ERR_SHORT;
		last = window;
		at += length + 2;
	}
	*ret_size = left;
	return OK;
}

/* RFC 9460 s2.2: keys in strictly rising order. */
static int measure_parameters(const uint8_t *octets, size_t left, size_t *ret_size)
{
	size_t at = 0;
	int last = -1;
	while (at < left) {
		if (left - at < 4)
			return ERR_SHORT;
		const int key = octets[at] << 8 | octets[at + 1];
		const size_t length = (size_t)octets[at + 2] << 8 | octets[at + 3];
		if (key <= last)
			return ERR_FORMAT;
		if (length > left - at - 4)
			return ERR_SHORT;
		last = key;
		at += length + 4;
	}
	*ret_size = left;
	return OK;
}

static int measure_name(const uint8_t *octets, size_t left, size_t *ret_size)
{
	struct name_span span;
	const int error = span_read(octets, left, 0, &span);
	if (error != OK)
		return error;
	if (span.compressed)
		return ERR_FORMAT;
	*ret_size = span.size;
	return OK;
}

int field_measure(enum field field, const uint8_t *octets, size_t left, size_t *ret_size)
{
	assert(field > FIELD_END && field <= FIELD_PARAMETERS);
	const size_t fixed = field_fixed_size(field);
	if (fixed > 0) {
		if (left < fixed)
			return ERR_SHORT;
		*ret_size = fixed;
		return OK;
	}
	switch (field) {
	case FIELD_STRING:
	case FIELD_SALT:
		return measure_counted(octets, left, 0, ret_size);
	case FIELD_TAG:
	case FIELD_HASH:
		return measure_counted(octets, left, 1, ret_size);
	case FIELD_STRINGS:
		return measure_strings(octets, left, ret_size);
	case FIELD_BITMAP:
		return measure_bitmap(octets, left, ret_size);
	case FIELD_PARAMETERS:
		return measure_parameters(octets, left, ret_size);
	case FIELD_NAME:
	case FIELD_NAME_LOWER:
	case FIELD_NAME_CASED:
		return measure_name(octets, left, ret_size);
	default:
		/* The rest of the RDATA, whatever it is. */
		*ret_size = left;
		return OK;
	}
}
