/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line of a list that a person writes: one word, blanks around it, a comment from # on, or
 * nothing. A name may be written with escapes: behind a backslash, # and blanks are the word's.
 */
#ifndef CLI_LIST_LINE_H
#define CLI_LIST_LINE_H

#include "base/error.h"

#include <stddef.h>

/* The longest name in UTF-8 has 253 characters of four octets; a comment may follow. */
#define LIST_LINE_MAX 4096u

struct list_line {
	char text[LIST_LINE_MAX + 1];
	char *word; /* in text; NULL: the line has none */
};

/* `length` is at most LIST_LINE_MAX. ERR_FORMAT: not text, more than one word. */
MUST_CHECK int list_line_read(const char *line, size_t length, struct list_line *ret_line,
			      struct complaint *complaint);

#endif
