/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/report/report_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const classes[] = {
	[STATE_GOOD] = "good",
	[STATE_WARNING] = "warn",
	[STATE_BAD] = "bad",
	[STATE_NONE] = "none",
};

static void cell_number(struct text *html, uint64_t number)
{
	text_add(html, "<td class=\"num\">");
	markup_number(html, number);
	text_add(html, "</td>");
}

static void cell_percent(struct text *html, uint64_t part, uint64_t whole)
{
	text_add(html, "<td class=\"num\">");
	markup_percent(html, part, whole);
	text_add(html, "</td>");
}

static void state_row(struct text *html, enum state state, uint64_t count, uint64_t whole,
		      const char *meaning)
{
	text_add(html, "<tr><th scope=\"row\">");
	markup_state(html, state, report_state_word(state));
	text_add(html, "</th>");
	cell_number(html, count);
	cell_percent(html, count, whole);
	text_format(html, "<td>%s</td></tr>\n", meaning);
}

static double segment(struct text *html, enum state state, uint64_t count, uint64_t whole,
		      double from)
{
	const double width = whole ? 960.0 * (double)count / (double)whole : 0.0;

	if (count > 0)
		text_format(
			html,
			"<rect class=\"seg %s\" x=\"%.1f\" y=\"1\" width=\"%.1f\" height=\"22\">"
			"<title>%s: %llu</title></rect>",
			classes[state], from, width, report_state_word(state),
			(unsigned long long)count);
	return from + width;
}

void html_states(const struct report *report, struct text *html)
{
	const struct report_totals *totals = &report->totals;
	double at = 0;

	text_format(html,
		    "<h2>How the domains are</h2><p class=\"sub\">Each domain counts once, by its "
		    "worst "
		    "finding. The dashed part could not be measured; it counts neither for nor "
		    "against.</p><svg class=\"stack\" viewBox=\"0 0 960 24\" role=\"img\" "
		    "aria-label=\"%llu good, %llu with warnings, %llu bad, %llu not measured\">",
		    (unsigned long long)totals->good, (unsigned long long)totals->warning,
		    (unsigned long long)totals->bad, (unsigned long long)totals->not_measured);
	at = segment(html, STATE_BAD, totals->bad, totals->domains, at);
	at = segment(html, STATE_WARNING, totals->warning, totals->domains, at);
	at = segment(html, STATE_GOOD, totals->good, totals->domains, at);
	segment(html, STATE_NONE, totals->not_measured, totals->domains, at);
	text_add(html,
		 "</svg>\n<div class=\"wrap\"><table><thead><tr><th>State</th>"
		 "<th class=\"num\">Domains</th><th class=\"num\">Share</th><th>What it means</th>"
		 "</tr></thead><tbody>\n");
	state_row(
		html, STATE_BAD, totals->bad, totals->domains,
		"an error: for some or all people the domain does not work, or can be taken over");
	state_row(html, STATE_WARNING, totals->warning, totals->domains,
		  "works, but one more failure or a stricter resolver breaks it");
	state_row(html, STATE_GOOD, totals->good, totals->domains, "nothing above a notice");
	state_row(html, STATE_NONE, totals->not_measured, totals->domains,
		  "the parent zone, or every name server, could not be asked");
	text_add(html, "</tbody></table></div>\n");
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
	char label[96];

	text_add(html, "<tr><th scope=\"row\"><code>");
	markup_text(html, row->code);
	text_add(html, "</code><br>");
	markup_text(html, row->check ? row->check->title : "a check of another version");
	text_add(html, "</th><td>");
	markup_state(html, report_state_of(severity), severity_text(severity));
	text_add(html, "</td>");
	cell_number(html, row->domains);
	text_add(html, "<td>");
	snprintf(label, sizeof(label), "%llu of %llu domains", (unsigned long long)row->domains,
		 (unsigned long long)report->totals.domains);
	markup_bar(html, row->domains, longest(report), report_state_of(severity), label);
	text_add(html, "</td>");
	cell_percent(html, row->domains, report->totals.domains);
	cell_number(html, row->not_measured);
	text_format(html, "<td>%s</td></tr>\n", row->check ? party_text(row->check->party) : "");
}

void html_practices(const struct report *report, struct text *html)
{
	size_t clean = 0;

	text_add(html,
		 "<h2>What is wrong, and how often</h2><p class=\"sub\">Domains with each finding, "
		 "most frequent first. Bars are drawn to the scale of the longest.</p>\n<div "
		 "class=\"wrap\">"
		 "<table><thead><tr><th>Finding</th><th>Severity</th><th class=\"num\">Domains</th>"
		 "<th>How often</th><th class=\"num\">Share</th><th class=\"num\">Not measured</th>"
		 "<th>Who can act</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < report->row_count; i++) {
		if (report->rows[i].domains == 0) {
			clean++;
			continue;
		}
		practice_row(report, &report->rows[i], html);
	}
	text_format(
		html,
		"</tbody></table></div>\n<p class=\"sub\">%zu further checks found nothing.</p>\n",
		clean);
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

	text_add(html, "<tr><th scope=\"row\">");
	markup_escape(html, operator->name, strnlen(operator->name, OPERATOR_NAME_MAX));
	text_add(html, "</th>");
	cell_number(html, operator->domains);
	cell_percent(html, operator->domains, report->totals.domains);
	cell_percent(html, operator->is_signed, operator->domains);
	cell_percent(html, operator->troubled, operator->domains);
	text_add(html, "<td>");
	if (step) {
		text_add(html, "<code>");
		markup_text(html, step->code);
		text_add(html, "</code> on ");
		markup_number(html, operator->code_counts[step->index]);
		text_add(html, operator->code_counts[step->index] == 1 ? " domain" : " domains");
	} else {
		markup_state(html, STATE_GOOD, "nothing found");
	}
	text_add(html, "</td></tr>\n");
}

void html_operators(const struct report *report, struct text *html)
{
	const size_t shown =
		report->operator_count < OPERATORS_SHOWN ? report->operator_count : OPERATORS_SHOWN;

	if (report->operator_count == 0)
		return;
	text_add(
		html,
		"<h2>Who can mend most</h2><p class=\"sub\">Operators by the name of their name "
		"servers, largest first. The last column is the finding that most of their domains "
		"share.</p>\n<div class=\"wrap\"><table><thead><tr><th>Operator, by name "
		"servers</th>"
		"<th class=\"num\">Domains</th><th class=\"num\">Share</th><th "
		"class=\"num\">Signed</th>"
		"<th class=\"num\">With warnings or worse</th><th>First "
		"step</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < shown; i++)
		operator_row(report, report->operators[i], html);
	text_add(html, "</tbody></table></div>\n");
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

		text_format(html, "<tr data-state=\"%s\" data-name=\"", classes[domain->state]);
		markup_text(html, domain->name);
		text_add(html, "\" data-codes=\"");
		code_list(report, domain, " ", "", html);
		text_add(html, "\"><th scope=\"row\">");
		markup_text(html, domain->name);
		text_add(html, "</th><td>");
		markup_state(html, domain->state, report_state_word(domain->state));
		text_add(html, "</td><td>");
		code_list(report, domain, "<code>", "</code> ", html);
		text_add(html, "</td></tr>\n");
	}
}
