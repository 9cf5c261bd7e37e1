/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/stack.h"

#include "tell/page/table.h"

#include <assert.h>
#include <math.h>

/* Percent of a bar: below it a part would not be seen. */
#define SEEN_LEAST 0.4
#define ADOPTION_PARTS 5
/* Bars of one picture; whoever wants more reads the table. */
#define DRAWN_MAX 200

static const char *const fill_classes[] = {
	[FILL_GOOD] = "f-good",     [FILL_WARNING] = "f-warn",      [FILL_BAD] = "f-bad",
	[FILL_ABSENT] = "f-absent", [FILL_NOT_MEASURED] = "f-none", [FILL_EXEMPT] = "f-exempt",
};

void stack_legend(struct text *html, const struct stack_part *parts, size_t count)
{
	text_add(html, "<ul class=\"legend\">");
	for (size_t i = 0; i < count; i++) {
		assert(parts[i].fill <= FILL_EXEMPT && parts[i].word);
		text_format(html,
			    "<li><svg class=\"swatch\" aria-hidden=\"true\"><rect class=\"seg %s\" "
			    "width=\"100%%\" height=\"100%%\"/></svg>",
			    fill_classes[parts[i].fill]);
		markup_text(html, parts[i].word);
		text_add(html, "</li>");
	}
	text_add(html, "</ul>\n");
}

/* In double: counts come from outside, and their sum may be more than 64 bits hold. */
static double sum_of(const struct stack_part *parts, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (double)parts[i].count;
	return sum;
}

/* What is added to thin parts is taken from all. */
static double scale_of(const struct stack_part *parts, size_t count, double sum)
{
	double width = 0;

	for (size_t i = 0; i < count; i++) {
		const double share = 100.0 * (double)parts[i].count / sum;

		width += parts[i].count > 0 && share < SEEN_LEAST ? SEEN_LEAST : share;
	}
	return 100.0 / width;
}

static void bar_parts(struct text *html, const struct stack_part *parts, size_t count)
{
	const double sum = sum_of(parts, count);
	const double scale = sum > 0 ? scale_of(parts, count, sum) : 0;
	double at = 0;

	for (size_t i = 0; i < count; i++) {
		const double share = sum > 0 ? 100.0 * (double)parts[i].count / sum : 0;
		const double width = scale * (share < SEEN_LEAST ? SEEN_LEAST : share);

		if (parts[i].count == 0)
			continue;
		assert(parts[i].fill <= FILL_EXEMPT && width > 0);
		text_format(html,
			    "<rect class=\"seg %s\" x=\"%.2f%%\" width=\"%.2f%%\" height=\"100%%\">"
			    "<title>",
			    fill_classes[parts[i].fill], at, width);
		markup_text(html, parts[i].word);
		text_add(html, ": ");
		markup_number(html, parts[i].count);
		text_add(html, "</title></rect>");
		at += width;
	}
	assert(at < 100.1);
}

void stack_bar(struct text *html, const struct stack_part *parts, size_t count, const char *gist)
{
	assert(gist);
	text_add(html, "<svg class=\"stack\" role=\"img\" aria-label=\"");
	markup_text(html, gist);
	text_add(html, "\">");
	bar_parts(html, parts, count);
	text_add(html, "</svg>\n");
}

const char *fill_class(enum mark mark)
{
	static const enum fill fills[] = {
		[MARK_GOOD] = FILL_GOOD,
		[MARK_WARNING] = FILL_WARNING,
		[MARK_BAD] = FILL_BAD,
		[MARK_NONE] = FILL_NOT_MEASURED,
	};

	assert(mark <= MARK_NONE);
	return fill_classes[fills[mark]];
}

void stack_meter(struct text *html, const struct stack_meter *meter)
{
	const double share = meter->whole > 0 ? 100.0 * meter->part / meter->whole : 0.0;

	if (!markup_is_showable(meter->part) || !(share >= 0 && share <= 100.0)) {
		figure_refuse(html);
		return;
	}
	text_add(html, "<svg class=\"meter\" role=\"img\" aria-label=\"");
	markup_text(html, meter->gist);
	text_add(html, "\"><rect class=\"seg f-track\" width=\"100%\" height=\"100%\"/>");
	/* One domain in a million is still to be seen. */
	text_format(html, "<rect class=\"seg %s\" width=\"%.2f%%\" height=\"100%%\"/></svg>",
		    fill_class(meter->mark), meter->part > 0 ? fmax(share, 1.0) : 0.0);
}

/* ---- adoption ---- */

static void parts_of(const struct stack_practice *row, struct stack_part parts[ADOPTION_PARTS])
{
	parts[0] = (struct stack_part){FILL_GOOD, "adopted", row->adopted};
	parts[1] = (struct stack_part){FILL_BAD, "broken", row->broken};
	parts[2] = (struct stack_part){FILL_ABSENT, "absent", row->absent};
	parts[3] = (struct stack_part){FILL_NOT_MEASURED, "not measured", row->not_measured};
	parts[4] = (struct stack_part){FILL_EXEMPT, "does not apply", row->not_applicable};
}

static void adoption_gist(struct text *html, const struct stack_practice *row,
			  const struct stack_part parts[ADOPTION_PARTS])
{
	markup_text(html, row->name);
	text_add(html, ": ");
	for (size_t i = 0; i < ADOPTION_PARTS; i++) {
		text_add(html, i > 0 ? ", " : "");
		markup_number(html, parts[i].count);
		text_format(html, " %s", parts[i].word);
	}
}

static void adoption_bar(struct text *html, const struct stack_practice *row)
{
	struct stack_part parts[ADOPTION_PARTS];

	parts_of(row, parts);
	text_add(html, "<p class=\"bar-name\"><span>");
	markup_text(html, row->name);
	text_add(html, "</span> <span class=\"num\">");
	figure_write(html, &row->share);
	text_add(html, "</span></p><svg class=\"stack\" role=\"img\" aria-label=\"");
	adoption_gist(html, row, parts);
	text_add(html, "\">");
	bar_parts(html, parts, ADOPTION_PARTS);
	text_add(html, "</svg>\n");
}

static void adoption_row(struct text *html, const struct stack_practice *row, bool has_trend)
{
	row_begin(html);
	cell_head(html, row->name);
	cell_figure(html, &row->share);
	cell_number(html, row->adopted);
	cell_number(html, row->broken);
	cell_number(html, row->absent);
	cell_number(html, row->not_measured);
	cell_number(html, row->not_applicable);
	if (has_trend) {
		text_add(html, "<td class=\"trend\">");
		if (row->trend) {
			figure_spark(html, row->trend);
			text_add(html, "<br>");
			figure_trend_words(html, row->trend);
		}
		cell_end(html);
	}
	row_end(html);
}

static void adoption_table(struct text *html, const struct stack_chart *chart)
{
	bool has_trend = false;

	for (size_t i = 0; i < chart->count; i++)
		has_trend |= chart->rows[i].trend != NULL;
	const struct column columns[] = {
		{chart->subject, false},  {"Share", true},  {"Adopted", true},
		{"Broken", true},         {"Absent", true}, {"Not measured", true},
		{"Does not apply", true}, {"Trend", false},
	};
	const size_t column_count = sizeof(columns) / sizeof(columns[0]);
	const struct table table = {
		.label = chart->label,
		.columns = columns,
		.column_count = has_trend ? column_count : column_count - 1,
	};

	table_begin(html, &table);
	for (size_t i = 0; i < chart->count; i++)
		adoption_row(html, &chart->rows[i], has_trend);
	table_end(html);
}

void stack_chart(struct text *html, const struct stack_chart *chart)
{
	struct stack_part parts[ADOPTION_PARTS];
	size_t drawn = chart->drawn > 0 ? chart->drawn : DRAWN_MAX;

	assert(chart->label && chart->reading && chart->subject && chart->unit);
	if (chart->count == 0) {
		text_add(html, "<p class=\"sub\">No ");
		markup_text(html, chart->unit);
		text_add(html, " to show.</p>\n");
		return;
	}
	if (drawn > chart->count)
		drawn = chart->count;
	text_add(html, "<figure class=\"chart\"><figcaption>");
	markup_text(html, chart->reading);
	text_add(html, "</figcaption>\n");
	parts_of(&chart->rows[0], parts);
	stack_legend(html, parts, ADOPTION_PARTS);
	for (size_t i = 0; i < drawn; i++)
		adoption_bar(html, &chart->rows[i]);
	text_add(html, "</figure>\n");
	if (drawn < chart->count)
		text_format(
			html,
			"<p class=\"sub\">The first %zu of %zu are drawn; the table has all.</p>\n",
			drawn, chart->count);
	adoption_table(html, chart);
}
