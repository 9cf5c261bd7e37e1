/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/frame.h"
#include "tell/page/stack.h"
#include "tell/page/table.h"
#include "tell/report/report_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void mark_row(struct text *html, const struct stack_part *part, uint64_t whole,
		     const char *meaning)
{
	static const enum mark marks[] = {
		[FILL_GOOD] = MARK_GOOD,
		[FILL_WARNING] = MARK_WARNING,
		[FILL_BAD] = MARK_BAD,
		[FILL_NOT_MEASURED] = MARK_NONE,
	};

	row_begin(html);
	text_add(html, "<th scope=\"row\">");
	markup_mark(html, marks[part->fill], part->word);
	text_add(html, "</th>");
	cell_number(html, part->count);
	cell_percent(html, part->count, whole);
	cell_sentence(html, meaning);
	row_end(html);
}

#define PART_COUNT 4

static void mark_table(const struct report *report, const struct stack_part parts[PART_COUNT],
		       struct text *html)
{
	static const struct column columns[] = {
		{"State", false}, {"Domains", true}, {"Share", true}, {"What it means", false}};
	static const char *const meanings[PART_COUNT] = {
		"an error: for some or all people the domain does not work, or can be taken over",
		"works, but one more failure or a stricter resolver breaks it",
		"nothing above a notice",
		"the parent zone, or every name server, could not be asked",
	};
	const struct table table = {.label = "Domains by state",
				    .columns = columns,
				    .column_count = 4,
				    .keeps_order = true};

	table_begin(html, &table);
	for (size_t i = 0; i < PART_COUNT; i++)
		mark_row(html, &parts[i], report->totals.domains, meanings[i]);
	table_end(html);
}

void html_states(const struct report *report, struct text *html)
{
	const struct report_totals *totals = &report->totals;
	const struct stack_part parts[PART_COUNT] = {
		{FILL_BAD, report_mark_word(MARK_BAD), totals->bad},
		{FILL_WARNING, report_mark_word(MARK_WARNING), totals->warning},
		{FILL_GOOD, report_mark_word(MARK_GOOD), totals->good},
		{FILL_NOT_MEASURED, report_mark_word(MARK_NONE), totals->not_measured},
	};
	char gist[160];

	page_heading(html, "How the domains are",
		     "Each domain counts once, by its worst finding. The dotted part could not be "
		     "measured; it counts neither for nor against.");
	snprintf(gist, sizeof(gist), "%llu good, %llu with warnings, %llu bad, %llu not measured",
		 (unsigned long long)totals->good, (unsigned long long)totals->warning,
		 (unsigned long long)totals->bad, (unsigned long long)totals->not_measured);
	stack_bar(html, parts, PART_COUNT, gist);
	stack_legend(html, parts, PART_COUNT);
	mark_table(report, parts, html);
}

/* The longest bar is the most frequent finding's: shares are often below a percent. */
static uint64_t longest(const struct report *report)
{
	return report->row_count > 0 ? report->rows[0].domains : 0;
}

static void practice_row(const struct report *report, const struct report_row *row,
			 struct text *html)
{
	const enum severity severity = row->check ? row->check->severity : SEVERITY_INFO;
	const enum mark mark = finding_mark(severity);
	char gist[96];

	row_begin(html);
	text_add(html, "<th scope=\"row\">");
	markup_code(html, row->code);
	text_add(html, "<br>");
	markup_text(html, row->check ? row->check->title : "a check of another version");
	text_add(html, "</th>");
	cell_mark(html, mark, severity_text(severity));
	cell_number(html, row->domains);
	cell_begin(html);
	snprintf(gist, sizeof(gist), "%llu of %llu domains", (unsigned long long)row->domains,
		 (unsigned long long)report->totals.domains);
	stack_meter(html, &(struct stack_meter){mark, (double)row->domains, (double)longest(report),
						gist});
	cell_end(html);
	cell_percent(html, row->domains, report->totals.domains);
	cell_number(html, row->not_measured);
	cell_word(html, row->check ? party_text(row->check->party) : "");
	row_end(html);
}

void html_practices(const struct report *report, struct text *html)
{
	static const struct column columns[] = {
		{"Finding", false},     {"Severity", false}, {"Domains", true},
		{"How often", false},   {"Share", true},     {"Not measured", true},
		{"Who can act", false},
	};
	const struct table table = {
		.label = "Findings, by how often", .columns = columns, .column_count = 7};
	size_t clean = 0;

	page_heading(
		html, "What is wrong, and how often",
		"Domains with each finding, most frequent first. Bars are drawn to the scale of "
		"the longest.");
	table_begin(html, &table);
	for (size_t i = 0; i < report->row_count; i++) {
		if (report->rows[i].domains > 0)
			practice_row(report, &report->rows[i], html);
		else
			clean++;
	}
	table_end(html);
	text_format(html, "<p class=\"sub\">%zu further checks found nothing.</p>\n", clean);
}

/* The finding that most of an operator's domains share: the first thing to mend. */
static const struct report_row *first_step(const struct report *report,
					   const struct report_operator *operator)
{
	const struct report_row *most = NULL;

	for (size_t i = 0; i < report->row_count; i++) {
		const struct report_row *row = &report->rows[i];
		const uint32_t count = operator->code_counts[row->index];

		if (count > 0 && (!most || count > operator->code_counts[most->index]))
			most = row;
	}
	return most;
}

static void operator_row(const struct report *report, const struct report_operator *operator,
			 struct text * html)
{
	const struct report_row *step = first_step(report, operator);

	row_begin(html);
	text_add(html, "<th scope=\"row\">");
	markup_escape(html, operator->name, strnlen(operator->name, OPERATOR_NAME_MAX));
	text_add(html, "</th>");
	cell_number(html, operator->domains);
	cell_percent(html, operator->domains, report->totals.domains);
	cell_percent(html, operator->is_signed, operator->domains);
	cell_percent(html, operator->troubled, operator->domains);
	cell_begin(html);
	if (step) {
		markup_code(html, step->code);
		text_add(html, " on ");
		markup_number(html, operator->code_counts[step->index]);
		text_add(html, operator->code_counts[step->index] == 1 ? " domain" : " domains");
	} else {
		markup_mark(html, MARK_GOOD, "nothing found");
	}
	cell_end(html);
	row_end(html);
}

void html_operators(const struct report *report, struct text *html)
{
	static const struct column columns[] = {
		{"Operator, by name servers", false},
		{"Domains", true},
		{"Share", true},
		{"Signed", true},
		{"With warnings or worse", true},
		{"First step", false},
	};
	const struct table table = {.label = "Operators", .columns = columns, .column_count = 6};
	const size_t shown =
		report->operator_count < OPERATORS_SHOWN ? report->operator_count : OPERATORS_SHOWN;

	if (report->operator_count == 0)
		return;
	page_heading(
		html, "Who can mend most",
		"Operators by the name of their name servers, largest first. The last column is "
		"the finding that most of their domains share.");
	table_begin(html, &table);
	for (size_t i = 0; i < shown; i++)
		operator_row(report, report->operators[i], html);
	table_end(html);
	if (shown < report->operator_count)
		text_format(html, "<p class=\"sub\">%zu smaller operators are not shown.</p>\n",
			    report->operator_count - shown);
}

static void code_list(const struct report *report, const struct report_domain *domain,
		      const char *before, const char *after, struct text *html)
{
	const char *last = "";

	for (uint32_t i = 0; i < domain->count; i++) {
		const char *code = report->findings[domain->first + i].code;

		if (strcmp(code, last) == 0)
			continue;
		text_add(html, before);
		markup_text(html, code);
		text_add(html, after);
		last = code;
	}
}

void html_domain_rows(const struct report *report, size_t first, size_t count, struct text *html)
{
	assert(first + count <= report->domain_count);
	for (size_t i = first; i < first + count; i++) {
		const struct report_domain *domain = &report->domains[i];

		text_format(html, "<tr data-state=\"%s\" data-name=\"", mark_class(domain->state));
		markup_text(html, domain->name);
		text_add(html, "\" data-codes=\"");
		code_list(report, domain, " ", "", html);
		text_add(html, "\">");
		cell_head(html, domain->name);
		cell_mark(html, domain->state, report_mark_word(domain->state));
		cell_begin(html);
		code_list(report, domain, "<code>", "</code> ", html);
		cell_end(html);
		row_end(html);
	}
}
