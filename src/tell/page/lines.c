/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/lines.h"

#include "tell/page/markup.h"
#include "tell/page/table.h"

#include <assert.h>
#include <math.h>

/* Lines of the scale above its foot. */
#define SCALE_STEPS 4

struct plot {
	int64_t first_s, last_s;
	double low, high;
	size_t measured;
	unsigned int decimals; /* of the scale */
};

/* The newest of a series. */
static struct line_series newest(const struct line_series *series)
{
	struct line_series part = *series;

	if (part.count > LINES_POINTS_MAX) {
		part.points += part.count - LINES_POINTS_MAX;
		part.count = LINES_POINTS_MAX;
	}
	return part;
}

static void widen(struct plot *plot, const struct figure_point *point)
{
	if (plot->first_s > plot->last_s)
		plot->first_s = plot->last_s = point->time_s;
	if (point->time_s < plot->first_s)
		plot->first_s = point->time_s;
	if (point->time_s > plot->last_s)
		plot->last_s = point->time_s;
	if (!point->is_measured)
		return;
	plot->low = fmin(plot->low, point->low);
	plot->high = fmax(plot->high, point->high);
	plot->measured++;
}

/* 1, 2 or 5 times a power of ten, so that SCALE_STEPS of them reach as far. */
static double nice_step(double range)
{
	assert(range > 0);
	const double wanted = range / SCALE_STEPS;
	const double power = pow(10.0, floor(log10(wanted)));
	const double times = wanted / power;

	if (times <= 1.0)
		return power;
	if (times <= 2.0)
		return 2.0 * power;
	return times <= 5.0 ? 5.0 * power : 10.0 * power;
}

/* Foot and head of the scale: zero is always on it; shares end at 100. */
static void set_scale(struct plot *plot, bool is_share)
{
	const bool is_signed = plot->low < 0;
	const double reach = fmax(plot->high, -plot->low);
	const double step = nice_step(fmax(is_signed ? 2 * reach : reach, 1e-6));

	plot->decimals = step >= 1 ? 0 : (unsigned int)fmin(3, ceil(-log10(step)));
	if (is_share && !is_signed && reach <= 100.0 && SCALE_STEPS * step > 100.0) {
		plot->high = 100.0;
		return;
	}
	plot->high = is_signed ? 2 * step : SCALE_STEPS * step;
	plot->low = is_signed ? -2 * step : 0;
}

static struct plot plot_of(const struct line_chart *chart)
{
	struct plot plot = {.first_s = 1, .last_s = 0};

	for (size_t i = 0; i < chart->count; i++) {
		const struct line_series series = newest(&chart->series[i]);

		for (size_t j = 0; j < series.count; j++)
			widen(&plot, &series.points[j]);
	}
	return plot;
}

static double x_of(const struct plot *plot, int64_t time_s)
{
	const double range = (double)plot->last_s - (double)plot->first_s;

	return range > 0 ? 100.0 * ((double)time_s - (double)plot->first_s) / range : 50.0;
}

static double y_of(const struct plot *plot, double value)
{
	assert(plot->low < plot->high);
	return 100.0 - 100.0 * (value - plot->low) / (plot->high - plot->low);
}

/* ---- the picture ---- */

static void add_scale(struct text *html, const struct plot *plot, const char *unit)
{
	for (int i = 0; i <= SCALE_STEPS; i++) {
		const double value = plot->low + (plot->high - plot->low) * i / SCALE_STEPS;
		const double y = y_of(plot, value);

		text_format(html,
			    "<line class=\"%s\" x1=\"0\" x2=\"100%%\" y1=\"%.2f%%\" y2=\"%.2f%%\"/>"
			    "<text class=\"y\" x=\"-8\" y=\"%.2f%%\" dy=\"4\">",
			    fabs(value) < 1e-9 ? "foot" : "grid", y, y, y);
		markup_real(html, value, plot->decimals);
		if (i == SCALE_STEPS && unit[0] != '\0') {
			text_add_char(html, ' ');
			markup_text(html, unit);
		}
		text_add(html, "</text>");
	}
}

static void add_dates(struct text *html, const struct plot *plot)
{
	static const char *const anchors[] = {"start", "middle", "end"};

	for (int i = 0; i < 3; i++) {
		/* One date stands in the middle. */
		if (plot->first_s == plot->last_s && i != 1)
			continue;
		const double share = i / 2.0;
		const double range = (double)plot->last_s - (double)plot->first_s;

		text_format(
			html,
			"<text class=\"x\" x=\"%d%%\" y=\"100%%\" dy=\"20\" text-anchor=\"%s\">",
			i * 50, anchors[i]);
		markup_date(html, plot->first_s + (int64_t)(share * range));
		text_add(html, "</text>");
	}
}

/* From the first measured point of a run of them to its last and back below. */
static void add_band(struct text *html, const struct plot *plot, const struct line_series *series)
{
	size_t from = 0;

	while (from < series->count) {
		size_t to = from;

		while (to < series->count && series->points[to].is_measured)
			to++;
		if (to - from > 1) {
			text_add(html, "<path class=\"band\" d=\"");
			for (size_t i = from; i < to; i++)
				text_format(html, "%s%.2f %.2f", i == from ? "M" : "L",
					    x_of(plot, series->points[i].time_s),
					    y_of(plot, series->points[i].high));
			for (size_t i = to; i > from; i--)
				text_format(html, "L%.2f %.2f",
					    x_of(plot, series->points[i - 1].time_s),
					    y_of(plot, series->points[i - 1].low));
			text_add(html, "Z\"/>");
		}
		from = to + 1;
	}
}

static void add_stretches(struct text *html, const struct plot *plot,
			  const struct line_series *series)
{
	const struct figure_point *before = NULL;
	bool is_gap = false;

	for (size_t i = 0; i < series->count; i++) {
		const struct figure_point *point = &series->points[i];

		if (!point->is_measured) {
			is_gap = true;
			continue;
		}
		if (before)
			text_format(html, "<path class=\"stretch%s\" d=\"M%.2f %.2fL%.2f %.2f\"/>",
				    is_gap              ? " unknown"
				    : series->is_broken ? " broken"
							: "",
				    x_of(plot, before->time_s), y_of(plot, before->value),
				    x_of(plot, point->time_s), y_of(plot, point->value));
		before = point;
		is_gap = false;
	}
}

static const char *const shapes[LINES_SERIES_MAX] = {
	"<circle r=\"4\"/>",
	"<path d=\"M-4-4h8v8h-8z\"/>",
	"<path d=\"M0-5L5 4H-5z\"/>",
	"<path d=\"M0-5.5L5.5 0 0 5.5-5.5 0z\"/>",
};

/* A mark a point while they can be told apart, else the last. */
#define MARKED_MAX 60

static void add_marks(struct text *html, const struct line_chart *chart, const struct plot *plot,
		      size_t number)
{
	assert(number < LINES_SERIES_MAX);
	const struct line_series series = newest(&chart->series[number]);

	for (size_t i = 0; i < series.count; i++) {
		const struct figure_point *point = &series.points[i];

		if (!point->is_measured || (series.count > MARKED_MAX && i + 1 < series.count))
			continue;
		text_format(html, "<svg class=\"point s%zu\" x=\"%.2f%%\" y=\"%.2f%%\">%s<title>",
			    number, x_of(plot, point->time_s), y_of(plot, point->value),
			    shapes[number]);
		markup_text(html, series.name);
		text_add(html, ", ");
		markup_date(html, point->time_s);
		text_add(html, ": ");
		markup_real(html, point->value, chart->decimals);
		text_add_char(html, ' ');
		markup_text(html, chart->unit);
		text_add(html, "</title></svg>");
	}
}

static void add_legend(struct text *html, const struct line_chart *chart)
{
	text_add(html, "<ul class=\"legend\">");
	for (size_t i = 0; i < chart->count; i++) {
		text_format(html,
			    "<li><svg class=\"swatch key s%zu\" viewBox=\"-14 -7 28 14\" "
			    "aria-hidden=\"true\"><path class=\"stretch%s\" d=\"M-14 0H14\"/>"
			    "<g class=\"point s%zu\">%s</g></svg>",
			    i, chart->series[i].is_broken ? " broken" : "", i, shapes[i]);
		markup_text(html, chart->series[i].name);
		text_add(html, "</li>");
	}
	text_add(html, "</ul>\n");
}

static void add_gist(struct text *html, const struct line_chart *chart)
{
	markup_text(html, chart->label);
	for (size_t i = 0; i < chart->count; i++) {
		const struct line_series series = newest(&chart->series[i]);
		const struct figure_trend trend = {
			.points = series.points,
			.count = series.count,
			.unit = chart->unit,
			.decimals = chart->decimals,
		};

		text_add(html, i == 0 ? ". " : "; ");
		markup_text(html, series.name);
		text_add(html, ": ");
		figure_trend_label(html, &trend);
	}
}

static void add_picture(struct text *html, const struct line_chart *chart, const struct plot *plot)
{
	text_add(html, "<svg class=\"plot\" role=\"img\" aria-label=\"");
	add_gist(html, chart);
	text_add(html, "\">");
	add_scale(html, plot, chart->unit);
	add_dates(html, plot);
	/* Shares of both sides, stretched to the picture; the style sheet keeps lines as thin as
	 * they are. */
	text_add(html, "<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 100 100\" "
		       "preserveAspectRatio=\"none\" overflow=\"visible\">");
	for (size_t i = 0; i < chart->count; i++) {
		const struct line_series series = newest(&chart->series[i]);

		text_format(html, "<g class=\"s%zu\">", i);
		add_band(html, plot, &series);
		add_stretches(html, plot, &series);
		text_add(html, "</g>");
	}
	text_add(html, "</svg>");
	for (size_t i = 0; i < chart->count; i++)
		add_marks(html, chart, plot, i);
	text_add(html, "</svg>\n");
}

/* ---- the table ---- */

static void add_rows(struct text *html, const struct line_chart *chart, size_t number)
{
	const struct line_series series = newest(&chart->series[number]);

	for (size_t i = series.count; i > 0; i--) {
		const struct figure_point *point = &series.points[i - 1];
		const struct figure figure = {point->is_measured, point->value, point->low,
					      point->high,        chart->unit,  chart->decimals};

		row_begin(html);
		cell_date(html, point->time_s);
		cell_text(html, series.name);
		cell_figure(html, &figure);
		row_end(html);
	}
}

static void add_table(struct text *html, const struct line_chart *chart)
{
	static const struct column columns[] = {{"Date", false}, {"Line", false}, {"Value", true}};
	const struct table table = {.label = chart->label, .columns = columns, .column_count = 3};

	text_add(html, "<details class=\"twin\"><summary>The same as a table</summary>\n");
	table_begin(html, &table);
	for (size_t i = 0; i < chart->count; i++)
		add_rows(html, chart, i);
	table_end(html);
	text_add(html, "</details>\n");
}

void line_chart(struct text *html, const struct line_chart *chart)
{
	assert(chart->label && chart->reading && chart->unit && chart->count <= LINES_SERIES_MAX);
	for (size_t i = 0; i < chart->count; i++) {
		if (!figure_points_are_showable(chart->series[i].points, chart->series[i].count)) {
			figure_refuse(html);
			return;
		}
	}
	struct plot plot = plot_of(chart);

	if (plot.measured == 0) {
		text_add(html,
			 "<p class=\"sub\">Nothing was measured yet, so that there is no line to "
			 "draw.</p>\n");
		return;
	}
	set_scale(&plot, chart->unit[0] == '%');
	text_add(html, "<figure class=\"chart\"><figcaption>");
	markup_text(html, chart->reading);
	text_add(html, "</figcaption>\n");
	add_legend(html, chart);
	add_picture(html, chart, &plot);
	text_add(html, "</figure>\n");
	add_table(html, chart);
}
