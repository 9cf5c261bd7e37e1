/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/field_private.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* Of a field that is told in a message. */
#define FIELD_TOLD_MAX 48u

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

size_t field_split_blanks(const char *line, size_t length, struct field *ret_fields, size_t room)
{
	size_t count = 0;
	for (size_t at = 0; at < length;) {
		if (is_blank(line[at])) {
			at++;
			continue;
		}
		const size_t start = at;
		while (at < length && !is_blank(line[at]))
			at++;
		if (count < room)
			ret_fields[count] = (struct field){line + start, at - start};
		count++;
	}
	return count;
}

bool field_cut(struct field *rest, char separator, struct field *ret_piece)
{
	if (rest->text == NULL)
		return false;
	const char *found = memchr(rest->text, separator, rest->length);
	if (found == NULL) {
		*ret_piece = *rest;
		*rest = (struct field){0};
		return true;
	}
	const size_t size = (size_t)(found - rest->text);
	*ret_piece = (struct field){rest->text, size};
	*rest = (struct field){found + 1, rest->length - size - 1};
	return true;
}

/* The piece before a comma outside of quotes. */
static size_t quoted_length(const char *line, size_t length)
{
	if (length < 2 || line[0] != '"')
		return 0;
	const char *end = memchr(line + 1, '"', length - 1);
	if (end == NULL)
		return 0;
	const size_t size = (size_t)(end - line) + 1;
	return size == length || line[size] == ',' ? size : 0;
}

size_t field_split_commas(const char *line, size_t length, struct field *ret_fields, size_t room)
{
	size_t count = 0;
	struct field rest = {line, length};
	while (rest.text != NULL) {
		const size_t quoted = quoted_length(rest.text, rest.length);
		struct field piece = {rest.text + 1, quoted > 0 ? quoted - 2 : 0};
		if (quoted == 0)
			(void)field_cut(&rest, ',', &piece);
		else if (quoted == rest.length)
			rest = (struct field){0};
		else
			rest = (struct field){rest.text + quoted + 1, rest.length - quoted - 1};
		if (count < room)
			ret_fields[count] = piece;
		count++;
	}
	return count;
}

bool field_is(const struct field *field, const char *word)
{
	return strlen(word) == field->length && strncasecmp(field->text, word, field->length) == 0;
}

int field_width(const struct field *field)
{
	return (int)(field->length < FIELD_TOLD_MAX ? field->length : FIELD_TOLD_MAX);
}

int field_number(const struct field *field, uint32_t maximum, uint32_t *ret_number)
{
	assert(ret_number != NULL);
	if (field->length == 0)
		return ERR_FORMAT;
	uint64_t number = 0;
	for (size_t i = 0; i < field->length; i++) {
		const char digit = field->text[i];
		if (digit < '0' || digit > '9')
			return ERR_FORMAT;
		number = number * 10 + (uint64_t)(digit - '0');
		if (number > maximum)
			return ERR_FORMAT;
	}
	*ret_number = (uint32_t)number;
	return OK;
}

int field_as(const struct field *field, uint32_t *ret_as)
{
	struct field number = *field;
	if (number.length > 2 && strncasecmp(number.text, "AS", 2) == 0) {
		number.text += 2;
		number.length -= 2;
	}
	return field_number(&number, UINT32_MAX, ret_as);
}
