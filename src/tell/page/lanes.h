/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lanes: what held from when to when, one lane a thing, all over the same dates. What was seen is a
 * block in the colour and pattern of its state, what was seen once a disc, and where nobody looked
 * there is a dotted line. A block is a link to what the page says of it.
 *
 *     lanes_begin(html, &lanes);
 *     lane_begin(html, &lanes, "State"); lane_span(html, &lanes, &span); ... lane_end(html);
 *     lanes_end(html, &lanes);
 */
#ifndef TELL_PAGE_LANES_H
#define TELL_PAGE_LANES_H

#include "base/text.h"
#include "tell/page/markup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lanes {
	const char *reading; /* how to read it, one sentence */
	int64_t from_s, to_s;
};

struct lane_span {
	int64_t from_s, to_s; /* equal: seen once; both within the lanes' */
	enum mark mark;
	bool is_unknown;   /* nobody looked: a dotted line */
	const char *words; /* for whoever points at it, or hears it */
	const char *link;  /* id of what tells more, in this page; NULL: none */
};

void lanes_begin(struct text *html, const struct lanes *lanes);
struct lane {
	const char *name;
	enum mark mark;   /* stands beside the name ... */
	const char *word; /* ... with this word; NULL: neither */
	const char *gist; /* what it shows, for those who do not see it; NULL: the name says it */
	bool has_links;   /* spans with links can stand in it */
};
void lane_begin(struct text *html, const struct lane *lane);
void lane_span(struct text *html, const struct lanes *lanes, const struct lane_span *span);
void lane_end(struct text *html);
/* The dates below; of less than three days with the time, in UTC. */
void lanes_end(struct text *html, const struct lanes *lanes);

#endif
