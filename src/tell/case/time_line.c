/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened: a picture of lanes over the same time, and the table that says the same. */
#include "tell/case/page_private.h"
#include "tell/page/frame.h"
#include "tell/page/lanes.h"
#include "tell/page/table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one lane; more are one smear. */
#define SPANS_MAX 120u
/* Duties that have a lane; the table has all that it has room for. */
#define DUE_LANES_MAX 8u
/* Rows of the table, the newest; of which duties. */
#define EVENTS_MAX 300u
#define DUE_EVENTS_MAX 50u
/* Times are others' word: what is further off is drawn at the edge. */
#define REACH_S ((int64_t)366 * 86400)
/* What was done and told within it is one event. */
#define SAME_TIME_S 60

enum event_kind { EVENT_SINCE, EVENT_SEEN, EVENT_DONE, EVENT_MEASURED, EVENT_SAID, EVENT_DUE };

struct event {
	int64_t time_s;
	enum event_kind kind;
	size_t index; /* of a step or a due */
};

struct line {
	const struct sheet *sheet;
	struct lanes lanes;
	struct event *events;
	size_t count, room;
};

static bool time_of(const struct case_message *message, const char *name, int64_t *ret_time_s)
{
	const struct case_member *member =
		message == NULL ? NULL : case_message_member(message, name);
	if (member == NULL || member->type != MEMBER_TIME)
		return false;
	*ret_time_s = member->number;
	return true;
}

/* A notice that has the state before says with `since` when that was seen last: it became another
 * one after that, and by `seen` it had (docs/format/message.md). */
static bool was_other_at(const struct case_message *notice)
{
	int64_t since_s, seen_s;
	return time_of(notice, "since", &since_s) && time_of(notice, "seen", &seen_s) &&
	       since_s < seen_s && case_message_member(notice, "before") != NULL;
}

/* ---- the events ---- */

static int by_time(const void *left, const void *right)
{
	const struct event *one = left;
	const struct event *other = right;
	if (one->time_s != other->time_s)
		return one->time_s < other->time_s ? -1 : 1;
	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

static void add_event(struct line *line, enum event_kind kind, int64_t time_s, size_t index)
{
	assert(line->count < line->room);
	line->events[line->count++] = (struct event){time_s, kind, index};
}

/* When it was done or measured, where that is not when it was said. */
static void add_done(struct line *line, size_t index, const char *member, enum event_kind kind)
{
	const struct case_message *message = line->sheet->view->steps[index].message;
	int64_t time_s;
	if (time_of(message, member, &time_s) &&
	    (time_s < message->made_s - SAME_TIME_S || time_s > message->made_s + SAME_TIME_S))
		add_event(line, kind, time_s, index);
}

static int find_events(struct line *line)
{
	const struct case_view *view = line->sheet->view;
	line->room = 2 + 2 * view->step_count + DUE_EVENTS_MAX;
	int64_t time_s;
	line->events = arena_take_array(line->sheet->arena, line->room, sizeof(*line->events));
	if (line->events == NULL)
		return ERR_MEMORY;
	if (time_of(view->notice, "since", &time_s))
		add_event(line, EVENT_SINCE, time_s, 0);
	if (time_of(view->notice, "seen", &time_s))
		add_event(line, EVENT_SEEN, time_s, 0);
	for (size_t i = 0; i < view->step_count; i++) {
		const struct case_message *message = view->steps[i].message;
		add_event(line, EVENT_SAID, message->made_s, i);
		if (message->kind == CASE_MESSAGE_ACTION)
			add_done(line, i, "when", EVENT_DONE);
		if (message->kind == CASE_MESSAGE_VERIFICATION)
			add_done(line, i, "measured", EVENT_MEASURED);
	}
	for (size_t i = 0; i < view->due_count && i < DUE_EVENTS_MAX; i++)
		add_event(line, EVENT_DUE, view->dues[i].until_s, i);
	qsort(line->events, line->count, sizeof(*line->events), by_time);
	return OK;
}

/* ---- the picture ---- */

static int64_t within(const struct line *line, int64_t time_s)
{
	assert(line->lanes.from_s <= line->lanes.to_s);
	if (time_s < line->lanes.from_s)
		return line->lanes.from_s;
	return time_s > line->lanes.to_s ? line->lanes.to_s : time_s;
}

/* A time that a message tells which does not count: at the edge, however far off. */
static bool is_void(const struct line *line, const struct event *event)
{
	const bool is_told = event->kind == EVENT_DONE || event->kind == EVENT_MEASURED;
	return is_told && !line->sheet->view->steps[event->index].counts;
}

static void find_range(struct line *line)
{
	const struct case_view *view = line->sheet->view;
	const int64_t now_s = line->sheet->page->now_s;
	const int64_t newest = view->last_s > now_s ? view->last_s : now_s;
	int64_t low = view->first_s;
	int64_t high = newest;
	for (size_t i = 0; i < line->count; i++) {
		if (is_void(line, &line->events[i]))
			continue;
		low = line->events[i].time_s < low ? line->events[i].time_s : low;
		high = line->events[i].time_s > high ? line->events[i].time_s : high;
	}
	line->lanes.from_s = low < view->last_s - REACH_S ? view->last_s - REACH_S : low;
	line->lanes.to_s = high > newest + REACH_S ? newest + REACH_S : high;
}

static void put_span(const struct line *line, struct lane_span span)
{
	span.from_s = within(line, span.from_s);
	span.to_s = within(line, span.to_s);
	if (span.to_s < span.from_s)
		span.to_s = span.from_s;
	lane_span(line->sheet->html, &line->lanes, &span);
}

static void begin_lane(const struct line *line, const char *name, enum mark mark, const char *word)
{
	lane_begin(line->sheet->html, &(struct lane){name, mark, word, NULL, false});
}

/* The step after `first` at which the state is another. */
static size_t same_state(const struct case_view *view, size_t first)
{
	size_t next = first + 1;
	while (next < view->step_count &&
	       view->steps[next].state_after == view->steps[first].state_after)
		next++;
	return next;
}

static void add_state_span(const struct line *line, size_t first, size_t next)
{
	const struct case_view *view = line->sheet->view;
	const enum case_state state = view->steps[first].state_after;
	const int64_t from_s = view->steps[first].message->made_s;
	const int64_t to_s = next < view->step_count ? view->steps[next].message->made_s
						     : line->sheet->page->now_s;
	char words[LABEL_ROOM], from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
	assert(first < next && next <= view->step_count);
	put_minute(from, from_s);
	put_minute(to, to_s);
	(void)snprintf(words, sizeof(words), "%s to %s: %s, %s", from,
		       next < view->step_count ? to : "now", case_state_text(state),
		       case_state_meaning(state));
	put_span(line, (struct lane_span){from_s, to_s, state_mark(state), false, words, NULL});
}

static void add_states(const struct line *line)
{
	const struct case_view *view = line->sheet->view;
	size_t runs = 0;
	size_t number = 0;
	for (size_t i = 0; i < view->step_count; i = same_state(view, i))
		runs++;
	begin_lane(line, "Where it stands", state_mark(view->state), case_state_text(view->state));
	for (size_t i = 0; i < view->step_count; i = same_state(view, i)) {
		if (++number + SPANS_MAX > runs)
			add_state_span(line, i, same_state(view, i));
	}
	lane_end(line->sheet->html);
}

/* When it became so is between the two looks: nobody looked. */
static void add_between(const struct line *line, int64_t before_s, int64_t seen_s)
{
	char words[LABEL_ROOM], from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
	assert(before_s < seen_s);
	put_minute(from, before_s);
	put_minute(to, seen_s);
	(void)snprintf(words, sizeof(words), "%s to %s: it changed between these two looks", from,
		       to);
	put_span(line, (struct lane_span){before_s, seen_s, MARK_NONE, true, words, NULL});
}

/* How long it was so: from when it is said to have been seen until it was measured to be mended. */
static void add_change(const struct line *line)
{
	const struct case_view *view = line->sheet->view;
	const bool has_between = was_other_at(view->notice);
	const bool is_meant = view->state == CASE_SETTLED;
	const int64_t end_s = view->proof.holds ? view->proof.measured_s : line->sheet->page->now_s;
	char words[LABEL_ROOM], from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
	int64_t since_s, before_s = 0;
	if (!time_of(view->notice, "since", &since_s) && !time_of(view->notice, "seen", &since_s))
		return;
	if (has_between && time_of(view->notice, "since", &before_s))
		(void)time_of(view->notice, "seen", &since_s);
	const enum mark mark = is_meant ? MARK_GOOD : view->is_confirmed ? MARK_BAD : MARK_WARNING;
	const char *word = is_meant            ? "was meant"
			   : view->proof.holds ? "mended"
					       : "not proven mended";
	put_minute(from, since_s);
	put_minute(to, end_s);
	(void)snprintf(words, sizeof(words), "%s to %s: %s", from, view->proof.holds ? to : "now",
		       word);
	begin_lane(line, "What the notice tells of", view->proof.holds ? MARK_GOOD : mark, word);
	if (has_between)
		add_between(line, before_s, since_s);
	put_span(line, (struct lane_span){since_s, end_s, mark, false, words, NULL});
	lane_end(line->sheet->html);
}

static bool is_of_lane(const struct case_step *step, unsigned lane)
{
	const enum case_message_kind kind = step->message->kind;
	return lane == 1   ? kind == CASE_MESSAGE_ACTION
	       : lane == 2 ? kind == CASE_MESSAGE_VERIFICATION
			   : kind != CASE_MESSAGE_ACTION && kind != CASE_MESSAGE_VERIFICATION;
}

/* Good: counts. Of measurements, what came of them. */
static enum mark disc_mark(const struct case_step *step)
{
	const struct case_member *result = case_message_member(step->message, "result");
	if (!step->counts)
		return MARK_NONE;
	if (result != NULL && strcmp(result->text, "failed") == 0)
		return MARK_BAD;
	if (result != NULL && strcmp(result->text, "passed") != 0)
		return MARK_NONE;
	return step->is_disputed ? MARK_WARNING : MARK_GOOD;
}

static void add_disc(const struct line *line, const struct case_step *step)
{
	const struct case_message *message = step->message;
	char words[2 * LABEL_ROOM], time[TIME_TEXT_MAX], name[LABEL_ROOM];
	int64_t time_s = message->made_s;
	if (!time_of(message, "when", &time_s))
		(void)time_of(message, "measured", &time_s);
	put_minute(time, time_s);
	(void)snprintf(words, sizeof(words), "%s: %s by %s%s", time,
		       case_message_kind_text(message->kind),
		       sheet_party_label(line->sheet, message->author, name),
		       step->counts ? "" : ", does not count");
	put_span(line, (struct lane_span){time_s, time_s, disc_mark(step), false, words, NULL});
}

static void add_discs(const struct line *line, unsigned lane, const char *name)
{
	const struct case_view *view = line->sheet->view;
	char full[LABEL_ROOM];
	size_t count = 0;
	size_t number = 0;
	for (size_t i = 0; i < view->step_count; i++)
		count += is_of_lane(&view->steps[i], lane);
	if (count == 0)
		return;
	(void)snprintf(full, sizeof(full), "%s: %zu", name, count);
	begin_lane(line, full, MARK_NONE, NULL);
	for (size_t i = 0; i < view->step_count; i++) {
		if (is_of_lane(&view->steps[i], lane) && ++number + SPANS_MAX > count)
			add_disc(line, &view->steps[i]);
	}
	lane_end(line->sheet->html);
}

static void add_due(const struct line *line, const struct case_due *due)
{
	const int64_t from_s = due->of != NULL ? due->of->made_s : due->until_s;
	const enum mark mark = due->is_overdue ? MARK_BAD : MARK_WARNING;
	char name[LABEL_ROOM], full[2 * LABEL_ROOM], words[LABEL_ROOM], until[TIME_TEXT_MAX];
	put_minute(until, due->until_s);
	(void)snprintf(full, sizeof(full), "%s: %s",
		       sheet_party_label(line->sheet, due->party, name), case_due_sentence(due));
	(void)snprintf(words, sizeof(words), "until %s%s", until,
		       due->is_overdue ? ", overdue" : "");
	begin_lane(line, full, mark, words);
	put_span(line, (struct lane_span){from_s, due->until_s, mark, false, words, NULL});
	lane_end(line->sheet->html);
}

static void add_picture(const struct line *line)
{
	const struct case_view *view = line->sheet->view;
	lanes_begin(line->sheet->html, &line->lanes);
	add_change(line);
	add_states(line);
	add_discs(line, 0, "What was said");
	add_discs(line, 1, "What was done");
	add_discs(line, 2, "What was measured");
	for (size_t i = 0; i < view->due_count && i < DUE_LANES_MAX; i++)
		add_due(line, &view->dues[i]);
	lanes_end(line->sheet->html, &line->lanes);
}

/* ---- its table ---- */

static void add_step_row(const struct sheet *sheet, const struct event *event)
{
	static const char *const done[] = {
		[EVENT_DONE] = "done, as told in ", [EVENT_MEASURED] = "measured, as told in "};
	const struct case_step *step = &sheet->view->steps[event->index];
	struct text *html = sheet->html;
	cell_begin(html);
	sheet_party(sheet, step->message->author);
	cell_end(html);
	text_add(html, "<td class=\"words\">");
	if (event->kind == EVENT_SAID) {
		const char *words = case_message_words(sheet->arena, step->message);
		if (words == NULL)
			html->error = ERR_MEMORY;
		text_add(html, case_message_kind_text(step->message->kind));
		text_add(html, words != NULL && words[0] != '\0' ? ": <bdi>" : "<bdi>");
		sheet_cut(html, words != NULL ? words : "", WORDS_OCTETS_MAX);
		text_add(html, step->counts ? "</bdi>" : "</bdi> (does not count)");
	} else {
		text_add(html, done[event->kind]);
		sheet_message(sheet, step->message);
		text_add(html, step->counts ? "" : " (does not count)");
	}
	text_add(html, "</td>");
	sheet_message_cell(sheet, step->message);
}

static void add_due_row(const struct sheet *sheet, const struct case_due *due)
{
	struct text *html = sheet->html;
	cell_begin(html);
	sheet_party(sheet, due->party);
	cell_end(html);
	text_add(html, "<td class=\"words\">");
	markup_mark(html, due->is_overdue ? MARK_BAD : MARK_WARNING,
		    due->is_overdue ? "overdue" : "due");
	text_add(html, ": ");
	markup_text(html, case_due_sentence(due));
	text_add(html, "</td>");
	sheet_message_cell(sheet, due->of);
}

static void add_notice_row(const struct sheet *sheet, enum event_kind kind)
{
	cell_begin(sheet->html);
	sheet_party(sheet, sheet->view->opener);
	cell_end(sheet->html);
	const bool was_other = was_other_at(sheet->view->notice);
	cell_sentence(sheet->html,
		      kind == EVENT_SINCE
			      ? was_other ? "the last look before the change, says the notice"
					  : "since then it is so, says the notice"
		      : was_other ? "the first look that saw the change, says the notice"
				  : "it was seen, says the notice");
	sheet_message_cell(sheet, sheet->view->notice);
}

static void add_row(const struct sheet *sheet, const struct event *event)
{
	row_begin(sheet->html);
	text_add(sheet->html, "<th scope=\"row\" class=\"one\">");
	sheet_minute(sheet, event->time_s);
	text_add(sheet->html, "</th>");
	switch (event->kind) {
	case EVENT_SINCE:
	case EVENT_SEEN:
		add_notice_row(sheet, event->kind);
		break;
	case EVENT_DONE:
	case EVENT_MEASURED:
	case EVENT_SAID:
		add_step_row(sheet, event);
		break;
	case EVENT_DUE:
		add_due_row(sheet, &sheet->view->dues[event->index]);
		break;
	}
	row_end(sheet->html);
}

static void add_table(const struct line *line)
{
	static const struct column columns[] = {
		{"Time (UTC)", false}, {"Who", false}, {"What", false}, {"Where told", false}};
	const struct table table = {.label = "What happened, in order",
				    .columns = columns,
				    .column_count = 4,
				    .keeps_order = true};
	const struct sheet *sheet = line->sheet;
	const size_t first = line->count > EVENTS_MAX ? line->count - EVENTS_MAX : 0;
	if (first > 0)
		text_format(sheet->html,
			    "<p class=\"sub\">The %zu oldest events are left out.</p>\n", first);
	table_begin(sheet->html, &table);
	for (size_t i = first; i < line->count; i++)
		add_row(sheet, &line->events[i]);
	table_end(sheet->html);
}

int sheet_time_line(const struct sheet *sheet)
{
	struct line line = {.sheet = sheet};
	line.lanes.reading =
		"Read from left to right. What the notice tells of, a dotted line where nobody "
		"looked, and where the case stood; "
		"below them a disc for each thing that was said, done or measured: full counts, "
		"lined is in dispute, hatched is a test that failed, dotted does not count or "
		"measured nothing; and a bar for each thing to be done, from when it was asked "
		"until it is due: hatched is overdue.";
	const int error = find_events(&line);
	if (error != OK)
		return error;
	page_heading(sheet->html, "What happened", NULL);
	find_range(&line);
	add_picture(&line);
	add_table(&line);
	return OK;
}
