/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text: a growing string with a cap, strict number parsing, edit distance for "did you mean".
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing, always NUL-terminated string on the heap. Errors stick (ERR_MEMORY, ERR_LIMIT). */
struct text {
	char *data; /* never NULL after the first append that worked; use text_get() */
	size_t length;
	size_t room;
	size_t cap; /* most bytes it may grow to */
	int error;
};

void text_init(struct text *text, size_t cap_bytes);
void text_release(struct text *text);
void text_reset(struct text *text);
const char *text_get(const struct text *text); /* "" when empty */
void text_add(struct text *text, const char *string);
void text_add_octets(struct text *text, const char *octets, size_t size_bytes);
void text_add_char(struct text *text, char character);
void text_format(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* Whole string must be a number in [minimum, maximum]; no sign, no spaces. */
MUST_CHECK int number_from_text(const char *text, uint64_t minimum, uint64_t maximum,
				uint64_t *ret_number);
/* Hexadecimal and base64 (RFC 4648), strict: whole string of `length`, no white space. */
MUST_CHECK int hex_to_octets(const char *text, size_t length, uint8_t *octets, size_t room,
			     size_t *ret_size);
MUST_CHECK int base64_to_octets(const char *text, size_t length, uint8_t *octets, size_t room,
				size_t *ret_size);
/* Write a NUL-terminated string; `room` must hold it (2n+1, 4*ceil(n/3)+1) or ERR_SHORT. */
MUST_CHECK int hex_from_octets(const uint8_t *octets, size_t size, char *text, size_t room);
MUST_CHECK int base64_from_octets(const uint8_t *octets, size_t size, char *text, size_t room);

/* Octets of the UTF-8 sequence at `octets`, 0 if there is none: no overlong form, no surrogate,
 * nothing above U+10FFFF (RFC 3629 s4). `left` is at least 1. */
size_t utf8_size(const uint8_t *octets, size_t left);
/* Is the sequence there one that terminals act upon: C0, DEL, C1? */
bool utf8_is_control(const uint8_t *octets);
/* UTF-8 without control characters: what may be shown to a person as it is. */
bool text_is_plain(const char *text, size_t length);

/* Levenshtein distance, both strings at most 64 characters (longer: 64). */
size_t text_distance(const char *left, const char *right);
/* The closest of `count` candidates at distance at most 2 (and less than half its length), or NULL.
 */
const char *text_closest(const char *word, const char *const *candidates, size_t count);

/* RFC 3339 in UTC ("2026-11-21T18:16:07Z"). */
#define TIME_TEXT_MAX 32
void time_to_text(int64_t unix_seconds, char ret_text[TIME_TEXT_MAX]);
MUST_CHECK int time_from_text(const char *text, int64_t *ret_unix_seconds);
/* "3 s", "4 min 10 s", "2 h 5 min", "6 d 3 h": for people. */
void duration_to_text(uint64_t seconds, char ret_text[TIME_TEXT_MAX]);

#endif
