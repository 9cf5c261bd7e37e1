/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of presentation form (RFC 1035 s5.1) that both directions share: tokens of a line, octets
 * in character-strings, base32hex, and SvcParams (RFC 9460 s2.1).
 */
#ifndef DNS_WIRE_PRESENT_PRIVATE_H
#define DNS_WIRE_PRESENT_PRIVATE_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A token as it stands in the line, quotes and escapes in it. */
struct token {
	const char *start;
	size_t size;
};

/* What is left of a line; parentheses and comments count as white space. */
struct line {
	const char *next;
	int depth; /* of parentheses */
};

void line_init(struct line *line, const char *text);
/*
 * ERR_NOT_FOUND at the end of the line; ERR_FORMAT for a quote or a parenthesis that is not closed,
 * or a second line.
 */
MUST_CHECK int line_token(struct line *line, struct token *ret_token);

/* Is the token exactly this word, in any case? */
bool token_is(const struct token *token, const char *word);
/* Copies a token as a NUL-terminated text; ERR_LIMIT when it does not fit. */
MUST_CHECK int token_to_text(const struct token *token, char *buffer, size_t room);
MUST_CHECK int token_number(const struct token *token, uint64_t maximum, uint64_t *ret_number);
/*
 * Takes quotes and escapes off a character-string and writes the octets. ERR_FORMAT, or the
 * writer's ERR_SHORT.
 */
MUST_CHECK int token_octets(const struct token *token, struct writer *writer);
/* Octets of a quoted string: '"', '\' and what is not printable are escaped. */
void octets_to_text(const uint8_t *octets, size_t size, struct text *text);

/* RFC 4648 s7, without padding. The text holds (8 * size + 4) / 5 characters. */
void base32hex_to_text(const uint8_t *octets, size_t size, struct text *text);
MUST_CHECK int base32hex_from_token(const struct token *token, struct writer *writer);

/* Well-formed as FIELD_PARAMETERS is. */
void parameters_to_text(const uint8_t *octets, size_t size, struct text *text);
/* Reads the rest of the line. Written in rising order of keys, each once. */
MUST_CHECK int parameters_from_line(struct line *line, struct writer *writer);

#endif
