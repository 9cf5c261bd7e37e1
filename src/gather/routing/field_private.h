/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fields of a line: pieces of text without an end of their own. Nothing is copied, nothing is
 * changed; a NUL in them is a character that no number and no address has.
 */
#ifndef GATHER_ROUTING_FIELD_PRIVATE_H
#define GATHER_ROUTING_FIELD_PRIVATE_H

#include "gather/routing/routing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct field {
	const char *text;
	size_t length;
};

/* By white space, any of it between two. Returns how many there are; at most `room` are written. */
size_t field_split_blanks(const char *line, size_t length, struct field *ret_fields, size_t room);
/* By commas; what stands in quotes is taken out of them (RFC 4180, without quotes in quotes). */
size_t field_split_commas(const char *line, size_t length, struct field *ret_fields, size_t room);
/* The piece before the next `separator`, which is taken off; false at the end. */
bool field_cut(struct field *rest, char separator, struct field *ret_piece);
/* Whatever the case. */
bool field_is(const struct field *field, const char *word);
/* For a message: "%.*s". */
int field_width(const struct field *field);

/* Digits only, no empty field; ERR_FORMAT. */
MUST_CHECK int field_number(const struct field *field, uint32_t maximum, uint32_t *ret_number);
/* "64496", "AS64496". Dots (RFC 5396) are in none of these files. */
MUST_CHECK int field_as(const struct field *field, uint32_t *ret_as);

MUST_CHECK int route_prefix_from_fields(const struct field *address, const struct field *bits,
					struct route_prefix *ret_prefix);
/* Family, length and host bits are as routing.h says. */
bool route_prefix_is_sound(const struct route_prefix *prefix);

#endif
