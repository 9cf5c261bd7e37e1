/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/figure.h"

#include "tell/page/markup.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Of the small line, in its own units. */
#define SPARK_WIDTH 120.0
#define SPARK_HEIGHT 28.0
#define SPARK_MARGIN 4.0
/* A line of 120 units shows no more. */
#define SPARK_POINTS_MAX 400

static bool is_sound(double value, double low, double high)
{
	return markup_is_showable(value) && markup_is_showable(low) && markup_is_showable(high) &&
	       low <= value && value <= high;
}

bool figure_is_showable(const struct figure *figure)
{
	return !figure->is_measured || is_sound(figure->value, figure->low, figure->high);
}

bool figure_points_are_showable(const struct figure_point *points, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (points[i].is_measured &&
		    !is_sound(points[i].value, points[i].low, points[i].high))
			return false;
		if (i > 0 && points[i].time_s < points[i - 1].time_s)
			return false;
	}
	return true;
}

void figure_refuse(struct text *html)
{
	if (html->error == OK)
		html->error = ERR_ARGUMENT;
}

static void add_unit(struct text *html, const char *unit)
{
	if (unit[0] == '\0')
		return;
	text_add_char(html, ' ');
	markup_text(html, unit);
}

static void add_interval(struct text *html, const struct figure *figure)
{
	if (figure->low == figure->high)
		return;
	text_add(html, " <span class=\"ci\">(");
	markup_real(html, figure->low, figure->decimals);
	text_add(html, " – ");
	markup_real(html, figure->high, figure->decimals);
	text_add(html, ")</span>");
}

void figure_write(struct text *html, const struct figure *figure)
{
	assert(figure->unit && figure->decimals <= 3);
	if (!figure_is_showable(figure)) {
		figure_refuse(html);
		return;
	}
	if (!figure->is_measured) {
		markup_mark(html, MARK_NONE, "not measured");
		return;
	}
	markup_real(html, figure->value, figure->decimals);
	add_unit(html, figure->unit);
	add_interval(html, figure);
}

/* ---- the trend ---- */

struct ends {
	const struct figure_point *first, *last;
	double lowest, highest;
	size_t measured;
};

static struct ends ends_of(const struct figure_trend *trend)
{
	struct ends ends = {NULL, NULL, 0, 0, 0};

	for (size_t i = 0; i < trend->count; i++) {
		const struct figure_point *point = &trend->points[i];

		if (!point->is_measured)
			continue;
		if (!ends.first) {
			ends.first = point;
			ends.lowest = ends.highest = point->value;
		}
		ends.last = point;
		ends.lowest = fmin(ends.lowest, point->value);
		ends.highest = fmax(ends.highest, point->value);
		ends.measured++;
	}
	return ends;
}

static void add_change(struct text *html, const struct figure_trend *trend, double change)
{
	if (fabs(change) < 0.5 * pow(10.0, -(double)trend->decimals)) {
		text_add(html, "unchanged");
		return;
	}
	text_add(html, change > 0 ? "+" : "");
	markup_real(html, change, trend->decimals);
	add_unit(html, strcmp(trend->unit, "%") == 0 ? "points" : trend->unit);
}

/* `before` and `after` stand around the date. */
static void add_words(struct text *html, const struct figure_trend *trend, const char *before,
		      const char *after)
{
	const struct ends ends = ends_of(trend);

	assert(trend->unit && trend->decimals <= 3);
	if (!figure_points_are_showable(trend->points, trend->count)) {
		figure_refuse(html);
		return;
	}
	if (ends.measured == 0) {
		text_add(html, "never measured");
		return;
	}
	if (ends.measured == 1) {
		text_add(html, "measured once, on ");
	} else {
		add_change(html, trend, ends.last->value - ends.first->value);
		text_add(html, " since ");
	}
	text_add(html, before);
	markup_date(html, ends.first->time_s);
	text_add(html, after);
}

void figure_trend_words(struct text *html, const struct figure_trend *trend)
{
	add_words(html, trend, "<span class=\"one\">", "</span>");
}

void figure_trend_label(struct text *html, const struct figure_trend *trend)
{
	add_words(html, trend, "", "");
}

static double spark_x(const struct figure_trend *trend, int64_t time_s)
{
	const double first = (double)trend->points[0].time_s;
	const double range = (double)trend->points[trend->count - 1].time_s - first;
	const double share = range > 0 ? ((double)time_s - first) / range : 0.5;

	return SPARK_MARGIN + share * (SPARK_WIDTH - 2 * SPARK_MARGIN);
}

static double spark_y(const struct ends *ends, double value)
{
	const double range = ends->highest - ends->lowest;
	const double share = range > 0 ? (value - ends->lowest) / range : 0.5;

	return SPARK_HEIGHT - SPARK_MARGIN - share * (SPARK_HEIGHT - 2 * SPARK_MARGIN);
}

static void spark_path(struct text *html, const struct figure_trend *trend, const struct ends *ends)
{
	const size_t step = trend->count / SPARK_POINTS_MAX + 1;

	assert(ends->measured >= 2 && ends->lowest <= ends->highest);
	bool is_joined = false;

	text_add(html, "<path class=\"line\" d=\"");
	for (size_t i = 0; i < trend->count; i++) {
		const struct figure_point *point = &trend->points[i];

		/* Of very many points some; the last, which the words tell of, always. */
		if (i % step != 0 && point != ends->last && point->is_measured)
			continue;
		if (point->is_measured)
			text_format(html, "%s%.1f %.1f", is_joined ? "L" : "M",
				    spark_x(trend, point->time_s), spark_y(ends, point->value));
		is_joined = point->is_measured;
	}
	text_format(html, "\"/><circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
		    spark_x(trend, ends->last->time_s), spark_y(ends, ends->last->value));
}

void figure_spark(struct text *html, const struct figure_trend *trend)
{
	const struct ends ends = ends_of(trend);

	if (!figure_points_are_showable(trend->points, trend->count)) {
		figure_refuse(html);
		return;
	}
	if (ends.measured < 2)
		return;
	text_format(html,
		    "<svg class=\"spark\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" "
		    "role=\"img\" aria-label=\"",
		    SPARK_WIDTH, SPARK_HEIGHT, SPARK_WIDTH, SPARK_HEIGHT);
	figure_trend_label(html, trend);
	text_add(html, "\">");
	spark_path(html, trend, &ends);
	text_add(html, "</svg>");
}

/* ---- tiles ---- */

void figure_tiles_begin(struct text *html)
{
	text_add(html, "<ul class=\"tiles\">\n");
}

void figure_tiles_end(struct text *html)
{
	text_add(html, "</ul>\n");
}

static void tile_value(struct text *html, const struct figure *figure)
{
	text_add(html, "<p class=\"v\">");
	if (figure->is_measured) {
		markup_real(html, figure->value, figure->decimals);
		text_add(html, "<small>");
		add_unit(html, figure->unit);
		add_interval(html, figure);
		text_add(html, "</small>");
	} else {
		markup_mark(html, MARK_NONE, "not measured");
	}
	text_add(html, "</p>");
}

void figure_tile(struct text *html, const struct figure_tile *tile)
{
	assert(tile->name && tile->figure.unit && tile->figure.decimals <= 3);
	if (!figure_is_showable(&tile->figure)) {
		figure_refuse(html);
		return;
	}
	text_add(html, "<li><p class=\"k\">");
	markup_text(html, tile->name);
	text_add(html, "</p>");
	tile_value(html, &tile->figure);
	if (tile->trend) {
		figure_spark(html, tile->trend);
		text_add(html, "<p class=\"d\">");
		figure_trend_words(html, tile->trend);
		text_add(html, "</p>");
	}
	if (tile->meaning) {
		text_add(html, "<p class=\"d\">");
		markup_text(html, tile->meaning);
		text_add(html, "</p>");
	}
	text_add(html, "</li>\n");
}
