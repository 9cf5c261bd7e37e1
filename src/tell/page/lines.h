/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines over dates: up to four series with their intervals as bands. Solid is what was measured,
 * dashed what is broken, dotted the stretch between two measurements with one between them that
 * failed. Series are told apart by the shape of their marks, and named in a legend; the table below
 * says the same. Places are shares of the picture, so that words keep their size on any screen.
 */
#ifndef TELL_PAGE_LINES_H
#define TELL_PAGE_LINES_H

#include "base/text.h"
#include "tell/page/figure.h"

#include <stdbool.h>
#include <stddef.h>

#define LINES_SERIES_MAX 4
/* Points of a series that are drawn and told; of more, the newest. A picture shows no more, and its
 * table has a row a date. */
#define LINES_POINTS_MAX 400

struct line_series {
	const char *name;
	bool is_broken;                    /* what it counts is trouble: dashed */
	const struct figure_point *points; /* oldest first */
	size_t count;
};

struct line_chart {
	const char *label;   /* what it shows; unlike all others of the page */
	const char *reading; /* how to read it, one sentence */
	const char *unit;    /* "%": the scale ends at 100 */
	unsigned int decimals;
	const struct line_series *series;
	size_t count;
};

/* With one date: its marks alone; with none: a sentence. ERR_ARGUMENT in html->error, and nothing
 * written, for points that cannot be shown. */
void line_chart(struct text *html, const struct line_chart *chart);

#endif
