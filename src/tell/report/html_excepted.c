/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exceptions and disputes: both views in a sentence, then who says so, why, and until when. */
#include "tell/page/frame.h"
#include "tell/page/table.h"
#include "tell/report/report_private.h"

#include <assert.h>
#include <stdio.h>

/* A page stays light; all of them are in the JSON. */
#define EXCEPTIONS_SHOWN 100u

static void row(const struct exception *exception, const struct exception_use *use, bool is_expired,
		struct text *html)
{
	char until[EXCEPTION_UNTIL_ROOM];
	char which[64];
	const int length =
		snprintf(which, sizeof(which), "%s %lld%s", exception_kind_text(exception->kind),
			 (long long)exception->number, is_expired ? ", expired" : "");

	assert(length > 0 && (size_t)length < sizeof(which));
	exception_until_to_text(exception->until_s, until);
	row_begin(html);
	cell_head(html, which);
	cell_code(html, exception->what);
	cell_begin(html);
	text_format(html, "%s ", exception_scope_text(exception->scope));
	markup_text(html, exception->whose);
	cell_end(html);
	cell_text(html, exception->by);
	cell_text(html, exception->reason);
	cell_word(html, until);
	cell_number(html, is_expired ? use->came_back : use->findings);
	row_end(html);
}

static size_t rows(const struct excepted *excepted, enum excepted_list list, size_t room,
		   struct text *html)
{
	const struct exception *exception;
	struct exception_use use;
	size_t cursor = 0;
	size_t told = 0;

	while (told < room && (exception = excepted_next(excepted, list, &cursor, &use))) {
		row(exception, &use, list == EXCEPTED_EXPIRED, html);
		told++;
	}
	assert(told <= room);
	return told;
}

static void both_views(const struct report *report, struct text *html)
{
	const struct report_without *without = &report->without;
	struct text words;

	text_init(&words, 1024);
	excepted_sum(&report->cover.excepted, &words);
	text_add(html, "<p>Of what is told here, ");
	markup_escape(html, text_get(&words), words.length);
	text_format(html,
		    ". What was measured stays as it is; with these set aside, %llu domains are "
		    "good, %llu have a warning, %llu are bad, %llu were not measured.</p>\n",
		    (unsigned long long)without->good, (unsigned long long)without->warning,
		    (unsigned long long)without->bad, (unsigned long long)without->not_measured);
	text_release(&words);
}

void html_excepted(const struct report *report, struct text *html)
{
	static const struct column columns[] = {{"Which", false},  {"Of what", false},
						{"Whose", false},  {"By whom", false},
						{"Why", false},    {"Until", false},
						{"Findings", true}};
	static const struct table table = {
		.label = "Exceptions and disputes", .columns = columns, .column_count = 7};
	const struct excepted *excepted = &report->cover.excepted;
	const size_t applied = excepted_count(excepted, EXCEPTED_APPLIED);
	const size_t expired = excepted_count(excepted, EXCEPTED_EXPIRED);

	if (applied == 0 && expired == 0)
		return;
	page_heading(html, "Exceptions and disputes", NULL);
	both_views(report, html);
	table_begin(html, &table);
	/* What no longer applies comes first: it is news. */
	size_t told = rows(excepted, EXCEPTED_EXPIRED, EXCEPTIONS_SHOWN, html);

	told += rows(excepted, EXCEPTED_APPLIED, EXCEPTIONS_SHOWN - told, html);
	table_end(html);
	if (expired > 0)
		text_format(html,
			    "<p class=\"sub\">%zu expired since the last run: %s findings count "
			    "again.</p>\n",
			    expired, expired == 1 ? "its" : "their");
	if (applied + expired > told)
		text_format(
			html,
			"<p class=\"sub\">%zu more are not shown; <code>dsfi except list</code> "
			"prints all.</p>\n",
			applied + expired - told);
}

void html_excepted_domain(const struct report *report, const struct report_domain *domain,
			  struct text *html)
{
	const struct exception *last = NULL;
	struct text words;

	assert(domain->first + domain->count <= report->finding_count);
	text_init(&words, (size_t)64 << 10);
	for (uint32_t i = 0; i < domain->count; i++) {
		const struct exception *exception = report->cover.by_finding[domain->first + i];

		if (!exception || exception == last)
			continue;
		last = exception;
		text_reset(&words);
		exception_to_words(exception, &words);
		text_format(html,
			    "<p class=\"sub\">%s is %s: ", report->findings[domain->first + i].code,
			    exception->kind == EXCEPTION_ACCEPTED ? "under exception"
								  : "in dispute");
		markup_escape(html, text_get(&words), words.length);
		text_add(html, "</p>\n");
	}
	text_release(&words);
}
