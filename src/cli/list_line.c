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

int list_line_read(const char *line, size_t length, struct list_line *ret_line,
		   struct complaint *complaint)
{
	assert(length <= LIST_LINE_MAX);
	if (!is_text(line, length))
		return complain(complaint, ERR_FORMAT, "not text; one word a line is expected");
	const char *comment = memchr(line, '#', length);
	if (comment != NULL)
		length = (size_t)(comment - line);
	while (length > 0 && is_blank(line[length - 1]))
		length--;
	for (; length > 0 && is_blank(*line); line++)
		length--;
	for (size_t i = 0; i < length; i++) {
		if (is_blank(line[i]))
			return complain(complaint, ERR_FORMAT,
					"more than one word; one a line is expected");
	}
	memcpy(ret_line->text, line, length);
	ret_line->text[length] = 0;
	ret_line->word = length > 0 ? ret_line->text : NULL;
	return OK;
}
