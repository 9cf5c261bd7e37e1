/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Canonical JSON (RFC 8785), restricted to what signed things of ours hold: objects, arrays, text,
 * integers of at most 2^53 - 1 either way, true, false, null. One value has one form, so what is
 * signed can be signed over its octets, and two who have the same value have the same octets.
 *
 * The reader takes nothing but that form: a member twice, a fraction, an exponent, "-0", white
 * space, an escape that need not be, members in another order, a lone surrogate, NUL in text, and
 * whatever else is not what the writer would give, is refused with a sentence. Members are in order
 * of their names as UTF-16 (s3.2.3).
 *
 * The room's own reader of JSON is jansson; values are its, given back with json_decref.
 */
#ifndef MODEL_CANONICAL_H
#define MODEL_CANONICAL_H

#include "base/error.h"
#include "base/text.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* Our messages nest five deep. */
#define CANONICAL_DEPTH_MAX 8u
/* A message or a party is far smaller; this bounds the work of whoever else asks. */
#define CANONICAL_OCTETS_MAX ((size_t)1 << 20)
#define CANONICAL_INTEGER_MAX (((int64_t)1 << 53) - 1)

/* ERR_FORMAT, ERR_LIMIT (octets, depth), ERR_MEMORY; `what` begins the sentence ("message"). */
MUST_CHECK int canonical_read(const char *octets, size_t size, const char *what,
			      struct complaint *complaint, json_t **ret_value);

/*
 * Appends the form of a value; of the outermost object the members named in `without` (ending with
 * NULL; may be NULL) are left out. The text's error tells: ERR_FORMAT for a number that is none of
 * ours, ERR_LIMIT for depth.
 */
void canonical_write(const json_t *value, const char *const *without, struct text *out);

#endif
