/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report as lines: for a terminal, and as JSON Lines.
 */
#include "tell/report/report_private.h"

#include <assert.h>
#include <string.h>

/* With the head and the foot, 40 lines. */
#define ROWS_SHOWN 24
#define BAR_COLUMNS 24
/* Exceptions and disputes told one by one. */
#define EXCEPTIONS_SHOWN 3

static const char *const colors[] = {
	[MARK_GOOD] = "\033[32m",
	[MARK_WARNING] = "\033[33m",
	[MARK_BAD] = "\033[31m",
	[MARK_NONE] = "\033[2m",
};
static const char *const shapes[] = {
	[MARK_GOOD] = "✓",
	[MARK_WARNING] = "!",
	[MARK_BAD] = "✗",
	[MARK_NONE] = "–",
};

static void state_line(struct text *text, enum mark state, uint64_t count, uint64_t whole,
		       bool color)
{
	const double share = whole ? 100.0 * (double)count / (double)whole : 0.0;

	assert(count <= whole);
	text_format(text, "  %s%s %-13s%s %9llu  %5.1f %%\n", color ? colors[state] : "",
		    shapes[state], report_mark_word(state), color ? "\033[0m" : "",
		    (unsigned long long)count, share);
}

static void bar(struct text *text, uint64_t part, uint64_t whole)
{
	const unsigned filled = whole ? (unsigned)((part * BAR_COLUMNS + whole - 1) / whole) : 0;

	for (unsigned i = 0; i < BAR_COLUMNS; i++)
		text_add(text, i < filled ? "█" : "·");
}

static void row_line(const struct report *report, const struct report_row *row, bool color,
		     struct text *text)
{
	const enum severity severity = row->check ? row->check->severity : SEVERITY_INFO;
	const enum mark state = finding_mark(severity);

	text_format(text, "  %s%s %-9s%s %-29s %8llu  ", color ? colors[state] : "", shapes[state],
		    severity_text(severity), color ? "\033[0m" : "", row->code,
		    (unsigned long long)row->domains);
	bar(text, row->domains, report->rows[0].domains); /* to the scale of the longest */
	if (row->not_measured > 0)
		text_format(text, "  (%llu not measured)", (unsigned long long)row->not_measured);
	text_add_char(text, '\n');
}

static void excepted_line(const struct exception *exception, const struct exception_use *use,
			  bool is_expired, struct text *text)
{
	text_add(text, is_expired ? "  expired since the last run: " : "  ");
	excepted_words(exception, use, is_expired, text);
}

/* What is under exception or in dispute: at most 8 lines, none where there is nothing. */
static void excepted_lines(const struct report *report, struct text *text)
{
	const struct excepted *excepted = &report->cover.excepted;
	const struct report_without *without = &report->without;

	assert(without->accepted + without->disputed <= report->finding_count);
	const size_t applied = excepted_count(excepted, EXCEPTED_APPLIED);
	const size_t expired = excepted_count(excepted, EXCEPTED_EXPIRED);
	struct exception_use use;
	size_t cursor = 0;

	if (applied == 0 && expired == 0)
		return;
	text_add(text, "\n  ");
	excepted_sum(excepted, text);
	text_format(text,
		    "\n  without them: %llu good, %llu warning, %llu bad, %llu not measured\n",
		    (unsigned long long)without->good, (unsigned long long)without->warning,
		    (unsigned long long)without->bad, (unsigned long long)without->not_measured);
	for (size_t i = 0; i < applied && i < EXCEPTIONS_SHOWN; i++) {
		excepted_line(excepted_next(excepted, EXCEPTED_APPLIED, &cursor, &use), &use, false,
			      text);
		text_add_char(text, '\n');
	}
	if (applied > EXCEPTIONS_SHOWN)
		text_format(text, "  and %zu more: dsfi except list\n", applied - EXCEPTIONS_SHOWN);
	cursor = 0;
	if (expired == 0)
		return;
	excepted_line(excepted_next(excepted, EXCEPTED_EXPIRED, &cursor, &use), &use, true, text);
	if (expired > 1)
		text_format(text, ", and %zu more", expired - 1);
	text_add_char(text, '\n');
}

int report_terminal(const struct report *report, bool color, struct text *text)
{
	const struct report_totals *totals = &report->totals;
	size_t shown = 0;
	size_t left = 0;

	text_format(text, "%s\n", report->title);
	state_line(text, MARK_GOOD, totals->good, totals->domains, color);
	state_line(text, MARK_WARNING, totals->warning, totals->domains, color);
	state_line(text, MARK_BAD, totals->bad, totals->domains, color);
	state_line(text, MARK_NONE, totals->not_measured, totals->domains, color);
	text_format(text, "  %llu signed, %llu of them with a sound chain of trust\n\n",
		    (unsigned long long)totals->is_signed, (unsigned long long)totals->secure);
	for (size_t i = 0; i < report->row_count; i++) {
		if (report->rows[i].domains == 0)
			continue;
		if (shown++ < ROWS_SHOWN)
			row_line(report, &report->rows[i], color, text);
		else
			left++;
	}
	if (shown == 0)
		text_add(text, "  no finding\n");
	if (left > 0)
		text_format(text, "  and %zu rarer findings\n", left);
	excepted_lines(report, text);
	return text->error;
}

static void json_counts(const struct report *report, struct json *json)
{
	json_key(json, "findings");
	json_begin_array(json);
	for (size_t i = 0; i < report->row_count; i++) {
		const struct report_row *row = &report->rows[i];

		json_begin_object(json);
		json_put_text(json, "code", row->code);
		json_put_number(json, "domains", (int64_t)row->domains);
		json_put_number(json, "not_measured", (int64_t)row->not_measured);
		json_end_object(json);
	}
	json_end_array(json);
}

static void json_exceptions(const struct report *report, struct json *json)
{
	const struct report_without *without = &report->without;

	json_key(json, "exceptions");
	json_begin_object(json);
	json_put_number(json, "findings", (int64_t)without->accepted);
	json_put_number(json, "disputed", (int64_t)without->disputed);
	json_key(json, "without");
	json_begin_object(json);
	json_put_number(json, "good", (int64_t)without->good);
	json_put_number(json, "warning", (int64_t)without->warning);
	json_put_number(json, "bad", (int64_t)without->bad);
	json_put_number(json, "not_measured", (int64_t)without->not_measured);
	json_end_object(json);
	json_key(json, "applied");
	excepted_json(&report->cover.excepted, EXCEPTED_APPLIED, json);
	json_key(json, "expired");
	excepted_json(&report->cover.excepted, EXCEPTED_EXPIRED, json);
	json_end_object(json);
}

static void json_finding(const struct report *report, size_t index, struct json *json)
{
	const struct exception *exception = report->cover.by_finding[index];

	assert(index < report->finding_count);
	json_begin_object(json);
	finding_members_to_json(&report->findings[index], json);
	if (exception) {
		json_key(json, "exception");
		json_begin_object(json);
		exception_members_to_json(exception, report->cover.excepted.now_s, json);
		json_end_object(json);
	}
	json_end_object(json);
	json_end_line(json);
}

int report_json(const struct report *report, struct text *text)
{
	const struct report_totals *totals = &report->totals;
	char started[TIME_TEXT_MAX];
	struct json json;

	time_to_text(report->run.started_s, started);
	json_init(&json, text);
	json_begin_object(&json);
	json_put_text(&json, "type", "summary");
	json_put_text(&json, "started", started);
	json_put_number(&json, "domains", (int64_t)totals->domains);
	json_put_number(&json, "good", (int64_t)totals->good);
	json_put_number(&json, "warning", (int64_t)totals->warning);
	json_put_number(&json, "bad", (int64_t)totals->bad);
	json_put_number(&json, "not_measured", (int64_t)totals->not_measured);
	json_put_number(&json, "signed", (int64_t)totals->is_signed);
	json_put_number(&json, "secure", (int64_t)totals->secure);
	json_counts(report, &json);
	json_exceptions(report, &json);
	json_end_object(&json);
	json_end_line(&json);
	for (size_t i = 0; i < report->finding_count; i++)
		json_finding(report, i, &json);
	return text->error;
}
