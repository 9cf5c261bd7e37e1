/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file read line by line, however long the file: lists of targets, of addresses to leave alone.
 *
 * "-" is standard input. A line's end (LF or CR LF) is cut off, the last line may lack it. A line
 * longer than the limit is ERR_LIMIT and is skipped: the next call goes on behind it. NUL octets
 * are left in, for the caller to refuse. Lines live until the next call.
 */
#ifndef OS_LINES_H
#define OS_LINES_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct lines;

MUST_CHECK int lines_open(const char *path, size_t line_max_bytes, struct complaint *complaint,
			  struct lines **ret_lines);
/* ERR_NOT_FOUND at the end of the file; ERR_LIMIT; ERR_IO. *ret_line has a NUL behind it. */
MUST_CHECK int lines_next(struct lines *lines, const char **ret_line, size_t *ret_length);
/* The number of the line given last, from 1. */
uint64_t lines_number(const struct lines *lines);
/* lines_close(NULL) is fine. */
void lines_close(struct lines *lines);

#endif
