/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a report holds once it is gathered. Strings live in the report's arena.
 */
#ifndef TELL_REPORT_REPORT_PRIVATE_H
#define TELL_REPORT_REPORT_PRIVATE_H

#include "base/arena.h"
#include "base/map.h"
#include "judge/adopt/operator.h"
#include "judge/check/check.h"
#include "model/finding.h"
#include "tell/page/markup.h"
#include "tell/report/excepted.h"
#include "tell/report/finding_card.h"
#include "tell/report/report.h"

#include <stdint.h>

/* Rows: every check of ours, and codes of other versions that an old store may hold. */
#define REPORT_ROWS_MAX 512
/* Operators named in the table, the largest; the rest is summed in its last row. */
#define OPERATORS_SHOWN 12
/* Longest name of an operator: a domain name in presentation form, cut for tables. */
#define OPERATOR_NAME_MAX 80
#define WORST_DEFAULT 25

/* One check: on how many domains it found something, on how many it could not be made. */
struct report_row {
	const char *code;
	const struct check *check; /* NULL: a code that this version does not know */
	size_t index;              /* where it stood before sorting */
	uint64_t domains, not_measured;
};

/* Name servers under one name, and what lies on them. */
struct report_operator {
	const char *name;
	uint64_t domains, is_signed, troubled; /* troubled: a finding at or above warning */
	uint32_t *code_counts;                 /* by report_row.index; NULL for those not shown */
};

struct report_domain {
	const char *name;
	enum mark state;
	enum severity worst;         /* 0: no finding */
	enum severity worst_without; /* with what is excepted or disputed set aside */
	uint32_t first;              /* of its findings */
	uint32_t count;
	struct report_operator *operator; /* NULL: not delegated or not measured */
};

/* What is under exception or in dispute. */
struct cover {
	struct excepted excepted;
	const struct exception **by_finding; /* NULL: none */
	struct suffix_list *suffixes;
	struct operators *operators; /* NULL: no exception is an operator's */
};

struct report {
	struct arena arena;
	struct store_run run;
	int64_t before_s; /* when the run before began; 0: there was none */
	struct cover cover;
	struct report_without without;
	struct report_totals totals;
	const char *title;
	struct report_row *rows; /* most domains first */
	size_t row_count;
	struct finding *findings; /* by domain, worst first */
	size_t finding_count, finding_room;
	struct report_domain *domains; /* worst first, then by name */
	size_t domain_count, domain_room;
	struct map *operators_by_name;
	struct report_operator **operators; /* most domains first */
	size_t operator_count;
	uint32_t worst;
};

const char *report_mark_word(enum mark state);
struct report_row *report_row_of(struct report *report, const char *code);

/* operators.c */
/* Finds or makes the one that runs the domain's name servers; NULL: none is named, or no memory. */
struct report_operator *operator_of(struct report *report, const struct observation *observation);
/* Largest first, with the codes of those that are shown. ERR_MEMORY. */
MUST_CHECK int operators_rank(struct report *report);
/* cover.c */
MUST_CHECK int cover_prepare(struct report *report, struct store *store,
			     const struct report_settings *settings, struct complaint *complaint);
void cover_release(struct cover *cover);
/* The domain is the newest; its findings are attached. */
MUST_CHECK int cover_domain(struct report *report, struct report_domain *domain,
			    struct arena *arena, const struct observation *observation);
/* html_table.c */
void html_domain_rows(const struct report *report, size_t first, size_t count, struct text *html);
void html_practices(const struct report *report, struct text *html);
void html_operators(const struct report *report, struct text *html);
void html_states(const struct report *report, struct text *html);
/* html_excepted.c */
void html_excepted(const struct report *report, struct text *html);
/* What of the domain's findings is under exception or in dispute, a paragraph each. */
void html_excepted_domain(const struct report *report, const struct report_domain *domain,
			  struct text *html);
#endif
