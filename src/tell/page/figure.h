/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One measured number as people should see it: with its unit, its interval, or the words "not
 * measured"; and a tile that shows it large, with what it means and how it has come.
 */
#ifndef TELL_PAGE_FIGURE_H
#define TELL_PAGE_FIGURE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A figure at a time: what lines are drawn of. Where is_measured is false, nothing else but the
 * time is looked at. */
struct figure_point {
	int64_t time_s;
	bool is_measured;
	double value;
	double low, high; /* low <= value <= high; both equal to value: no interval is known */
};

struct figure {
	bool is_measured;
	double value, low, high; /* as above */
	const char *unit;        /* "%", "ms", "domains"; "": none */
	unsigned int decimals;   /* at most 3 */
};

/* Can it be shown? False: no number (NaN, infinite), beyond MARKUP_REAL_MAX, or outside its own
 * interval. What is given such a point or figure writes nothing and leaves ERR_ARGUMENT in
 * html->error. */
bool figure_is_showable(const struct figure *figure);
bool figure_points_are_showable(const struct figure_point *points, size_t count);
/* Leaves ERR_ARGUMENT there, unless there is an error already. */
void figure_refuse(struct text *html);

/* 38.2 % <span class="ci">(37.9 – 38.5)</span>; or the mark "not measured" */
void figure_write(struct text *html, const struct figure *figure);

/* What came of it from the first measured point to the last: "+7.2 points since 2025-11-21" where
 * the unit is "%", "−3 ms since 2025-11-21"; "unchanged since ..."; "measured once"; "never
 * measured". As HTML, and without elements, for an attribute. */
struct figure_trend {
	const struct figure_point *points; /* oldest first */
	size_t count;
	const char *unit;
	unsigned int decimals;
};
void figure_trend_words(struct text *html, const struct figure_trend *trend);
void figure_trend_label(struct text *html, const struct figure_trend *trend);
/* A small line of it with these words as its label: solid from one measured point to the next,
 * interrupted where nothing was measured. Nothing when fewer than two points were measured. */
void figure_spark(struct text *html, const struct figure_trend *trend);

struct figure_tile {
	const char *name; /* what is counted: "DNSSEC signed" */
	struct figure figure;
	const char *meaning;              /* "serve keys"; NULL: none */
	const struct figure_trend *trend; /* NULL: none; the line and its words */
};
/* Tiles stand between the two. */
void figure_tiles_begin(struct text *html);
void figure_tile(struct text *html, const struct figure_tile *tile);
void figure_tiles_end(struct text *html);

#endif
