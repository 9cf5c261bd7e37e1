/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables as text, as those of catalog/: a row a line, its fields between '|', blanks around a field
 * not part of it; '#' begins a comment; lines without a row are passed over. Fields are UTF-8
 * without control characters.
 *
 * Errors: ERR_FORMAT, ERR_LIMIT with line, file and what is wrong; ERR_MEMORY without words; what
 * `take` returns ends the reading, its sentence led by line and file.
 */
#ifndef BASE_ROWS_H
#define BASE_ROWS_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

/* As many as any table of ours has, and some. */
#define ROWS_FIELDS_MAX 16u

struct rows_source {
	const char *path; /* for sentences */
	const char *text;
	size_t size;      /* octets */
	size_t size_max;  /* of the whole text */
	size_t line_max;  /* of a line, its comment included; 0: as the text */
	size_t field_max; /* of a field; 0: as the line */
};

struct row {
	size_t count;                        /* 1 to ROWS_FIELDS_MAX */
	const char *fields[ROWS_FIELDS_MAX]; /* in the arena, ended by 0; NULL behind the last */
	struct complaint *complaint;
};
typedef int rows_take(void *context, const struct row *row);

MUST_CHECK int rows_read(struct arena *arena, const struct rows_source *source, rows_take *take,
			 void *context, struct complaint *complaint);

#endif
