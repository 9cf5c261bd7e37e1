/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/fold_private.h"
#include "dns/wire/name.h"
#include "dns/wire/span_private.h"

#include <assert.h>
#include <string.h>

/* The two high bits of a length octet, RFC 1035 s4.1.4. */
#define LABEL_POINTER 0xc0

int span_read(const uint8_t *wire, size_t wire_size, size_t offset, struct name_span *ret_span)
{
	size_t at = offset;
	size_t next = 0;
	size_t size = 0;
	size_t pointers = 0;
	size_t steps = 0;
	for (;; steps++) {
		if (at >= wire_size)
			return ERR_SHORT;
		const size_t length = wire[at];
		if (length <= LABEL_MAX_OCTETS) {
			size += length + 1;
			if (size > NAME_MAX_OCTETS)
				return ERR_LIMIT;
			at += length + 1;
			if (length == 0)
				break;
			continue;
		}
		if (length < LABEL_POINTER)
			return ERR_FORMAT;
		if (at + 2 > wire_size)
			return ERR_SHORT;
		const size_t target = (length & 0x3f) << 8 | wire[at + 1];
		if (target >= at)
			return ERR_FORMAT;
		if (pointers++ == 0)
			next = at + 2;
		if (pointers > NAME_POINTERS_MAX)
			return ERR_LIMIT;
		at = target;
	}
	ret_span->start = offset;
	ret_span->next = pointers > 0 ? next : at;
	ret_span->size = size;
	ret_span->steps = steps;
	ret_span->compressed = pointers > 0;
	return OK;
}

/* Where the label after any pointers at `at` begins. */
static size_t skip_pointers(const uint8_t *wire, size_t at)
{
	while (wire[at] >= LABEL_POINTER)
		at = (size_t)(wire[at] & 0x3f) << 8 | wire[at + 1];
	return at;
}

/* Copies label by label: as they are, or lower-cased. */
static void copy_labels(const uint8_t *wire, const struct name_span *span, bool lower,
			uint8_t *target)
{
	size_t at = span->start;
	size_t written = 0;
	assert(span->size >= 1 && span->size <= NAME_MAX_OCTETS);
	while (written < span->size) {
		at = skip_pointers(wire, at);
		const size_t piece = (size_t)wire[at] + 1;
		assert(piece <= span->size - written);
		if (lower)
			octets_fold(target + written, wire + at, piece);
		else
			memcpy(target + written, wire + at, piece);
		written += piece;
		at += piece;
	}
	assert(target[span->size - 1] == 0);
}

void span_expand(const uint8_t *wire, const struct name_span *span, uint8_t *target)
{
	copy_labels(wire, span, false, target);
}

void span_expand_lower(const uint8_t *wire, const struct name_span *span, uint8_t *target)
{
	copy_labels(wire, span, true, target);
}

bool span_is_canonical(const uint8_t *wire, const struct name_span *span)
{
	return !span->compressed && !octets_have_upper(wire + span->start, span->size);
}

int name_read(const uint8_t *wire, size_t wire_size, size_t offset, uint8_t *ret_name,
	      size_t *ret_next)
{
	struct name_span span;
	const int error = span_read(wire, wire_size, offset, &span);
	if (error != OK)
		return error;
	span_expand(wire, &span, ret_name);
	*ret_next = span.next;
	return OK;
}
