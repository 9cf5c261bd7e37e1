/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long what is kept (catalog/retention, which says its form). One file is one table: a file of
 * somebody's own replaces the catalogue. What a table does not name is kept always: a slip in it
 * removes nothing. Errors: ERR_FORMAT, ERR_LIMIT with file, line and what is wrong.
 */
#ifndef JUDGE_RETAIN_RETAIN_H
#define JUDGE_RETAIN_RETAIN_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define RETAIN_FILE_OCTETS_MAX ((size_t)64 << 10)
#define RETAIN_LINE_OCTETS_MAX 1024u
/* Less than a day is a slip: nobody could look again the next morning. */
#define RETAIN_DAYS_MAX 36500u
#define RETAIN_ALWAYS INT64_MAX

enum retain_class { RETAIN_CASES, RETAIN_TRIES, RETAIN_DRAFTS };
#define RETAIN_CLASS_COUNT 3
/* "cases" */
const char *retain_class_text(enum retain_class retain_class);

struct retain {
	int64_t keep_s[RETAIN_CLASS_COUNT]; /* RETAIN_ALWAYS: never removed */
};

struct retain_file {
	const char *path;
	const char *text;
	size_t size;
};
/* `file` NULL: the catalogue. */
MUST_CHECK int retain_read(const struct retain_file *file, struct retain *ret_retain,
			   struct complaint *complaint);
/* The catalogue that came with the program. */
const char *retain_catalogue(void);

#endif
