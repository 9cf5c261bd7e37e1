/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who runs the name servers: counted for all, and what lies on them for the few that are shown. A
 * store may hold as many operators as domains, so that one must not take more than its name.
 */
#include "dns/wire/name.h"
#include "tell/report/report_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Name servers of one operator share a parent name; that name stands for the operator. */
struct report_operator *operator_of(struct report *report, const struct observation *observation)
{
	char text[NAME_TEXT_MAX];
	struct report_operator *operator;

	for (uint8_t i = 0; i < observation->host_count; i++) {
		const uint8_t *name = observation->hosts[i].name;

		if (!(observation->hosts[i].flags & HOST_AT_PARENT))
			continue;
		/* Vanity servers tell nothing of who runs them: they count as the domain's own. */
		const uint8_t *own = name_is_under(name, observation->domain)
					     ? (const uint8_t *)"\5(own)"
					     : name_parent(name);

		operator= map_get(report->operators_by_name, own, name_size(own));
		if (operator)
			return operator;
		operator= arena_take_zeroed(&report->arena, sizeof(*operator));
		if (!operator)
			return NULL;
		name_to_text(own, text);
		operator->name = name_is_under(name, observation->domain)
			? "name servers inside the domain"
			: arena_text(&report->arena, text);
		if (!operator->name ||
		     map_put(report->operators_by_name, own, name_size(own), operator, NULL) < 0)
			return NULL;
		return operator;
	}
	return NULL;
}

static int operators_by_size(const void *left, const void *right)
{
	const struct report_operator *ours = *(struct report_operator *const *)left;
	const struct report_operator *theirs = *(struct report_operator *const *)right;

	if (ours->domains != theirs->domains)
		return ours->domains > theirs->domains ? -1 : 1;
	return strcmp(ours->name, theirs->name);
}

/* Each code counts once a domain, however many servers show it. */
static void count_codes(struct report *report, const struct report_domain *domain)
{
	uint32_t *counts = domain->operator->code_counts;

	for (uint32_t i = 0; i < domain->count; i++) {
		const char *code = report->findings[domain->first + i].code;
		const struct report_row *row = report_row_of(report, code);

		assert(row);
		if (i == 0 || strcmp(code, report->findings[domain->first + i - 1].code) != 0)
			counts[row->index]++;
	}
}

static int count_shown(struct report *report)
{
	for (size_t i = 0; i < report->operator_count && i < OPERATORS_SHOWN; i++) {
		report->operators[i]->code_counts =
			arena_take_zeroed(&report->arena, REPORT_ROWS_MAX * sizeof(uint32_t));
		if (!report->operators[i]->code_counts)
			return ERR_MEMORY;
	}
	for (size_t i = 0; i < report->domain_count; i++) {
		const struct report_domain *domain = &report->domains[i];

		if (domain->operator&& domain->operator->code_counts)
			count_codes(report, domain);
	}
	return OK;
}

int operators_rank(struct report *report)
{
	const size_t count = map_count(report->operators_by_name);
	size_t cursor = 0;
	void *operator;

	report->operators = arena_take_array(&report->arena, count + 1, sizeof(void *));
	if (!report->operators)
		return ERR_MEMORY;
	while ((operator= map_next(report->operators_by_name, &cursor, NULL, NULL)))
		report->operators[report->operator_count++] = operator;
	assert(report->operator_count == count);
	qsort(report->operators, count, sizeof(void *), operators_by_size);
	return count_shown(report);
}
