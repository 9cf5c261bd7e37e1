/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/list_line.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

/* Control characters, NUL above all, are in no list that a person wrote. */
static bool is_text(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char octet = (unsigned char)line[i];
		if ((octet < 0x20 && !is_blank(line[i])) || octet == 0x7f)
			return false;
	}
	return true;
}

/* Whether what stands at `at` is there for itself: behind a backslash that is not behind one. */
static bool is_escaped(const char *line, size_t at)
{
	size_t backslashes = 0;
	while (backslashes < at && line[at - 1 - backslashes] == '\\')
		backslashes++;
	return backslashes % 2 == 1;
}

/* Octets up to the comment. */
static size_t before_comment(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (line[i] == '\\')
			i++;
		else if (line[i] == '#')
			return i;
	}
	return length;
}

int list_line_read(const char *line, size_t length, struct list_line *ret_line,
		   struct complaint *complaint)
{
	assert(length <= LIST_LINE_MAX);
	if (!is_text(line, length))
		return complain(complaint, ERR_FORMAT, "not text; one word a line is expected");
	length = before_comment(line, length);
	while (length > 0 && is_blank(line[length - 1]) && !is_escaped(line, length - 1))
		length--;
	for (; length > 0 && is_blank(*line); line++)
		length--;
	for (size_t i = 0; i < length; i++) {
		if (line[i] == '\\')
			i++;
		else if (is_blank(line[i]))
			return complain(complaint, ERR_FORMAT,
					"more than one word; one a line is expected");
	}
	memcpy(ret_line->text, line, length);
	ret_line->text[length] = 0;
	ret_line->word = length > 0 ? ret_line->text : NULL;
	return OK;
}
