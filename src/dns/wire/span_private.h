/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a possibly compressed name lies in a message. Scanning it checks everything once; expanding
 * a scanned name cannot fail, so callers take exactly the memory it needs in between.
 */
#ifndef DNS_WIRE_SPAN_PRIVATE_H
#define DNS_WIRE_SPAN_PRIVATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A pointer is worth following when it leads to at least one label, and a name has at most 127. The
 * limit keeps a message full of pointers to pointers from costing quadratic time.
 */
#define NAME_POINTERS_MAX 128

struct name_span {
	size_t start; /* offset of the first octet in the message */
	size_t next;  /* offset after the name */
	size_t size;  /* octets when expanded, 1..255 */
	size_t steps; /* labels and pointers passed to read it */
	bool compressed;
};

/*
 * ERR_SHORT: the message ends within the name. ERR_FORMAT: a pointer does not go backwards, or a
 * label type other than 00 and 11. ERR_LIMIT: more than 255 octets, or too many pointers.
 */
MUST_CHECK int span_read(const uint8_t *wire, size_t wire_size, size_t offset,
			 struct name_span *ret_span);
/* Writes span->size octets. */
void span_expand(const uint8_t *wire, const struct name_span *span, uint8_t *target);
void span_expand_lower(const uint8_t *wire, const struct name_span *span, uint8_t *target);
/* True when the octets in the message are the expanded, lower-cased name already. */
bool span_is_canonical(const uint8_t *wire, const struct name_span *span);

#endif
