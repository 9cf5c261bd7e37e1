/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report: what one run of the store says, for people. Gathered once, then told in three ways: a
 * summary for the terminal, one self-contained HTML file (with further pages beside it when there
 * are more domains than one page should hold), and JSON Lines.
 *
 * Gathering reads the store and judges nothing new: findings are those kept with the run. How many
 * domains are signed is read from the raw observations. All memory is the report's own.
 */
#ifndef TELL_REPORT_REPORT_H
#define TELL_REPORT_REPORT_H

#include "base/error.h"
#include "base/text.h"
#include "judge/adopt/operator.h"
#include "keep/store/store.h"

#include <stdbool.h>
#include <stdint.h>

struct report;

struct report_settings {
	int64_t run;       /* 0: the newest */
	const char *title; /* NULL: made from the number of domains */
	uint32_t worst;    /* domains told in full on the first page; 0: 25 */
	int64_t now_s;     /* exceptions in force then count; 0: those of the run's time */
	/* Rules of people's own, for exceptions of operators; NULL: the catalogue alone. */
	const struct operators_file *operators_file;
};

/* ERR_NOT_FOUND when the store holds no run. */
MUST_CHECK int report_new(struct store *store, const struct report_settings *settings,
			  struct report **ret_report, struct complaint *complaint);
void report_free(struct report *report);

/* Counts by state of a domain: no finding at or above warning, warning, error or worse, not
 * measured. */
struct report_totals {
	uint64_t domains, good, warning, bad, not_measured;
	uint64_t is_signed, secure; /* serves keys; has a chain of trust and no error in it */
	uint64_t findings;
};
struct report_totals report_totals(const struct report *report);

/* The other view: states of domains if what is under exception or in dispute is set aside. What was
 * measured stays as it is. */
struct report_without {
	uint64_t good, warning, bad, not_measured;
	uint64_t accepted, disputed; /* findings set aside */
};
struct report_without report_without(const struct report *report);

/* For a terminal, at most 40 lines. */
MUST_CHECK int report_terminal(const struct report *report, bool color, struct text *text);
/* Writes `path` and, when needed, pages named after it beside it; each appears whole or not at all.
 * Further pages that a longer report of the same name left are removed. */
MUST_CHECK int report_html(const struct report *report, const char *path,
			   struct complaint *complaint);
/* A summary object ("type":"summary"), then one object a finding, with its exception if any. */
MUST_CHECK int report_json(const struct report *report, struct text *text);

#endif
