/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RDATA fields from the tokens of a line. */
#ifndef DNS_WIRE_PARSE_PRIVATE_H
#define DNS_WIRE_PARSE_PRIVATE_H

#include "base/bytes.h"
#include "dns/wire/layout_private.h"
#include "dns/wire/present_private.h"

/*
 * Reads one field, lower-casing names where the canonical form does. ERR_NOT_FOUND: the line ended.
 * ERR_SHORT: the writer is full. Everything else: the text does not fit the field.
 */
MUST_CHECK int field_parse(enum field field, struct line *line, struct writer *writer);
/* For complaints: "a number up to 255". */
const char *field_describe(enum field field);

/* "\# size hexadecimal" behind the "\#", RFC 3597 s5. */
MUST_CHECK int generic_parse(struct line *line, struct writer *writer);
MUST_CHECK int token_to_name(const struct token *token, bool lower, struct writer *writer);

#endif
