/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clocks of cases: how long who has for what, as presets by name (catalog/clocks, which says its
 * form; docs/format/case.md). A notice names its preset; `normal` is for those that name none, and
 * for those that name one that is not here. One file is one table: it replaces the catalogue that
 * came with the program.
 *
 * Errors: ERR_FORMAT, ERR_LIMIT with file, line and what is wrong; ERR_MEMORY.
 */
#ifndef JUDGE_CASE_CLOCKS_H
#define JUDGE_CASE_CLOCKS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* A row is some hundred octets. */
#define CASE_CLOCKS_FILE_OCTETS_MAX ((size_t)64 * 1024)
#define CASE_CLOCKS_ROWS_MAX 32u
#define CASE_CLOCKS_NAME_MAX 32u
/* A clock longer than a year is none. */
#define CASE_CLOCK_S_MAX ((int64_t)366 * 24 * 3600)
/* The preset of notices that name none. */
#define CASE_CLOCKS_DEFAULT "normal"

/* What somebody has to do. Columns of the table, in its order. */
enum case_duty {
	CASE_DUTY_ACKNOWLEDGE, /* say that a notice has arrived */
	CASE_DUTY_ANSWER,      /* a question */
	CASE_DUTY_REQUEST,     /* ask somebody to act, once it is confirmed */
	CASE_DUTY_ACT,         /* do what was requested, and say so */
	CASE_DUTY_VERIFY,      /* measure whether it is mended */
	CASE_DUTY_CLOSE,       /* name the cause, once it is verified */
	CASE_DUTY_RESOLVE,     /* a dispute: one of the two recalls what was said */
};
#define CASE_DUTY_COUNT 7
/* "acknowledge"; values outside the enum are a bug. */
const char *case_duty_text(enum case_duty duty);

struct case_clock {
	const char *name;
	int64_t within_s[CASE_DUTY_COUNT];
	int64_t remind_s; /* so long before it is due, one is reminded */
	const char *reference;
};

struct case_clocks;

struct case_clocks_file {
	const char *path;
	const char *text;
	size_t size;
};
/* `file` may be NULL: the catalogue. */
MUST_CHECK int case_clocks_new(const struct case_clocks_file *file, struct case_clocks **ret_clocks,
			       struct complaint *complaint);
void case_clocks_free(struct case_clocks *clocks); /* NULL is fine */
/* The catalogue that came with the program. */
const char *case_clocks_catalogue(void);

/* Another number where any preset differs: what was reckoned by other clocks is told by it. Not
 * made against anybody who chooses the clocks. */
uint64_t case_clocks_mark(const struct case_clocks *clocks);
/* The index-th preset; NULL behind the last. */
const struct case_clock *case_clocks_at(const struct case_clocks *clocks, size_t index);
/* NULL: there is none of that name. */
const struct case_clock *case_clocks_find(const struct case_clocks *clocks, const char *name);
/* That of a notice's member `clocks` (may be NULL): the preset of that name, else the default. */
const struct case_clock *case_clocks_for(const struct case_clocks *clocks, const char *name);

#endif
