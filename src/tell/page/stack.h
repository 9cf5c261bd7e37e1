/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bars of parts side by side: how many of each kind among all. A kind is told by pattern and colour
 * and by the words of the legend; good is full, bad is hatched, warning is lined, not measured is
 * dotted, absent is empty, and what does not apply is drawn through. Widths are shares of the bar,
 * so that it fits any screen while the patterns keep their size; a part that is not zero is never
 * too thin to be seen.
 */
#ifndef TELL_PAGE_STACK_H
#define TELL_PAGE_STACK_H

#include "base/text.h"
#include "tell/page/figure.h"
#include "tell/page/markup.h"

#include <stddef.h>
#include <stdint.h>

enum fill { FILL_GOOD, FILL_WARNING, FILL_BAD, FILL_ABSENT, FILL_NOT_MEASURED, FILL_EXEMPT };

/* The class of what shows a state by pattern. */
const char *fill_class(enum mark mark);

struct stack_part {
	enum fill fill;
	const char *word; /* "good": for the legend and whoever points at the part */
	uint64_t count;
};

/* What each pattern means: shape and word, once before the bars. */
void stack_legend(struct text *html, const struct stack_part *parts, size_t count);
/* One bar. `gist` is what it says, for those who do not see it: "31 good, 2 bad". */
void stack_bar(struct text *html, const struct stack_part *parts, size_t count, const char *gist);

/* A single bar of `part` in `whole`, for a cell of a table. */
struct stack_meter {
	enum mark mark;
	double part, whole;
	const char *gist; /* "17 of 150 domains" */
};
void stack_meter(struct text *html, const struct stack_meter *meter);

/*
 * How far practices have come: a bar each, legend first, and the table that says the same, with the
 * share and its interval. A practice is kept (adopted), tried and broken, absent, not measured, or
 * not applicable. What the share is of is the caller's to say, in `reading`.
 */
struct stack_practice {
	const char *name;
	uint64_t adopted, broken, absent, not_measured, not_applicable;
	struct figure share;              /* of those it applies to */
	const struct figure_trend *trend; /* NULL: none */
};

struct stack_chart {
	const char *label;   /* what it shows; unlike all others of the page */
	const char *reading; /* how to read it, one sentence */
	const char *subject; /* head of the first column: "Practice", "TLD" */
	const char *unit;    /* what is counted: "domains" */
	const struct stack_practice *rows;
	size_t count;
	size_t drawn; /* bars; all rows are in the table; 0: all */
};
/* "No ... to show" when there are no rows. ERR_ARGUMENT in html->error for a share that is none. */
void stack_chart(struct text *html, const struct stack_chart *chart);

#endif
