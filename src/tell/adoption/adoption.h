/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who has adopted what (docs/why/scores.md): practices of catalog/adoption, counted over a run of a
 * store and the runs before it, for all domains and for groups of them.
 *
 * Memory grows with domains and groups by some tens of octets each; figures are kept for the
 * largest ADOPTION_GROUPS_MAX groups, all others are counted as one. Unless names are asked for,
 * operators, registrars and networks are told by their rank.
 */
#ifndef TELL_ADOPTION_ADOPTION_H
#define TELL_ADOPTION_ADOPTION_H

#include "base/error.h"
#include "base/text.h"
#include "judge/adopt/operator.h"
#include "judge/except/except.h"
#include "keep/store/store.h"
#include "tell/adoption/registrars.h"

#include <stdbool.h>
#include <stdint.h>

/* Groups with figures of their own. A page shows a hundred, files all of them. */
#define ADOPTION_GROUPS_MAX 10000u
/* Runs of a trend: the newest. */
#define ADOPTION_RUNS_MAX 24u

enum adoption_by {
	ADOPTION_BY_TLD,
	ADOPTION_BY_REGISTRAR,
	ADOPTION_BY_OPERATOR,
	ADOPTION_BY_AS,
	ADOPTION_BY_COUNT
};
/* "tld", "registrar", "operator", "as". */
const char *adoption_by_text(enum adoption_by by);
MUST_CHECK int adoption_by_from_text(const char *text, enum adoption_by *ret_by);

struct adoption_settings {
	enum adoption_by by;
	int64_t run;                         /* 0: the newest that saw anything */
	struct operators *operators;         /* for ADOPTION_BY_OPERATOR; learns of the store */
	const struct registrars *registrars; /* for ADOPTION_BY_REGISTRAR */
	const struct exceptions *exceptions; /* NULL: none. If they name operators, `operators` is
					      * needed, whatever the groups are */
	int64_t now_s;                       /* when exceptions must be in force */
	const char *grouping;                /* a file for which domain went where by which rule;
					      * NULL: none */
	bool is_named;                       /* names of operators, registrars, networks */
	bool is_sample;                      /* the targets were drawn from more */
};

struct adoption_report;
/* ERR_NOT_FOUND with words: no such run, none at all, or none with adoption. */
MUST_CHECK int adoption_report_new(struct store *store, const struct adoption_settings *settings,
				   struct adoption_report **ret_report,
				   struct complaint *complaint);
void adoption_report_free(struct adoption_report *report); /* NULL is fine */

/*
 * Totals of several stores, added: files that adoption_json wrote, of the same groups, by name.
 * What each file tells of its own run counts; its earlier runs do not. A domain that is in two of
 * the stores counts twice. ERR_FORMAT, ERR_LIMIT, ERR_ARGUMENT (the same file again) with file,
 * line and what is wrong.
 */
struct merging;
MUST_CHECK int adoption_merge_begin(struct complaint *complaint, struct merging **ret_merging);
/* `path` lives as long as the merging. */
MUST_CHECK int adoption_merge_add(struct merging *merging, const char *path, const char *octets,
				  size_t size);
/* After at least one file. */
MUST_CHECK int adoption_merge_end(struct merging *merging, struct adoption_report **ret_report);
void adoption_merge_free(struct merging *merging); /* NULL is fine */

/* For a terminal; JSON Lines (docs/format/adoption*.schema.json). Errors stick to the text. */
MUST_CHECK int adoption_terminal(const struct adoption_report *report, struct text *text);
MUST_CHECK int adoption_json(const struct adoption_report *report, struct text *text);
/* Files. */
MUST_CHECK int adoption_csv(const struct adoption_report *report, const char *path,
			    struct complaint *complaint);
/* OpenMetrics 1.0; docs/grafana-adoption.json is a dashboard for it. */
MUST_CHECK int adoption_openmetrics(const struct adoption_report *report, const char *path,
				    struct complaint *complaint);
/* One page; of more than a hundred groups all are in a file NAME-groups.csv beside it. */
MUST_CHECK int adoption_html(const struct adoption_report *report, const char *path,
			     struct complaint *complaint);
MUST_CHECK int adoption_markdown(const struct adoption_report *report, const char *path,
				 struct complaint *complaint);

#endif
