/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/lanes.h"

#include "tell/page/stack.h"

#include <assert.h>
#include <string.h>

/* Ranges shorter than this have hours at their ends. */
#define TIMES_BELOW_S (3 * INT64_C(86400))

void lanes_begin(struct text *html, const struct lanes *lanes)
{
	assert(lanes->reading && lanes->from_s <= lanes->to_s);
	text_add(html, "<figure class=\"chart lanes\"><figcaption>");
	markup_text(html, lanes->reading);
	text_add(html, "</figcaption>\n");
}

void lane_begin(struct text *html, const struct lane *lane)
{
	assert(lane->name);
	text_add(html, "<p class=\"bar-name\"><span>");
	markup_text(html, lane->name);
	text_add(html, "</span>");
	if (lane->word)
		markup_mark(html, lane->mark, lane->word);
	/* An image has no parts for those who hear it; what has links in it is a group. */
	text_format(html, "</p><svg class=\"lane\" role=\"%s\" aria-label=\"",
		    lane->has_links ? "group" : "img");
	markup_text(html, lane->name);
	if (lane->gist) {
		text_add(html, ": ");
		markup_text(html, lane->gist);
	}
	text_add(html,
		 "\"><line class=\"track-line\" x1=\"0\" x2=\"100%\" y1=\"50%\" y2=\"50%\"/>");
}

static double place_of(const struct lanes *lanes, int64_t time_s)
{
	const double range = (double)lanes->to_s - (double)lanes->from_s;

	assert(time_s >= lanes->from_s && time_s <= lanes->to_s);
	return range > 0 ? 100.0 * ((double)time_s - (double)lanes->from_s) / range : 50.0;
}

static void add_shape(struct text *html, const struct lanes *lanes, const struct lane_span *span)
{
	const double from = place_of(lanes, span->from_s);
	const double to = place_of(lanes, span->to_s);

	if (span->is_unknown)
		text_format(
			html,
			"<line class=\"stretch unknown\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"50%%\" "
			"y2=\"50%%\">",
			from, to);
	else if (to - from < 1.0)
		text_format(html, "<circle class=\"seg %s\" cx=\"%.2f%%\" cy=\"50%%\" r=\"7\">",
			    fill_class(span->mark), (from + to) / 2);
	else
		text_format(
			html,
			"<rect class=\"seg %s\" x=\"%.2f%%\" width=\"%.2f%%\" height=\"100%%\">",
			fill_class(span->mark), from, to - from);
	text_add(html, "<title>");
	markup_text(html, span->words);
	text_format(html, "</title></%s>",
		    span->is_unknown  ? "line"
		    : to - from < 1.0 ? "circle"
				      : "rect");
}

void lane_span(struct text *html, const struct lanes *lanes, const struct lane_span *span)
{
	assert(span->words && span->from_s <= span->to_s);
	if (span->link) {
		text_add(html, "<a href=\"#");
		markup_text(html, span->link);
		text_add(html, "\" aria-label=\"");
		markup_text(html, span->words);
		text_add(html, "\">");
	}
	add_shape(html, lanes, span);
	if (span->link)
		text_add(html, "</a>");
}

void lane_end(struct text *html)
{
	text_add(html, "</svg>\n");
}

/* "2026-11-21 18:16" where dates alone would say little. */
static void add_end(struct text *html, const struct lanes *lanes, int64_t time_s)
{
	char time[TIME_TEXT_MAX];

	markup_date(html, time_s);
	if (lanes->to_s - lanes->from_s >= TIMES_BELOW_S || lanes->from_s == lanes->to_s)
		return;
	time_to_text(time_s, time);
	text_format(html, " %.5s", time + strcspn(time, "T") + 1);
}

void lanes_end(struct text *html, const struct lanes *lanes)
{
	text_add(html, "<p class=\"axis\"><span>");
	add_end(html, lanes, lanes->from_s);
	if (lanes->to_s > lanes->from_s) {
		text_add(html, "</span><span>");
		add_end(html, lanes, lanes->to_s);
	}
	text_add(html, "</span></p></figure>\n");
}
