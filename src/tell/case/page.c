/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of the page: its mark, its title, the sentence that answers "so what?". */
#include "tell/case/page.h"

#include "tell/case/page_private.h"
#include "tell/page/frame.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* ---- what the parts share ---- */

enum mark state_mark(enum case_state state)
{
	static const enum mark marks[] = {
		[CASE_INCOMPLETE] = MARK_NONE, [CASE_NOTICED] = MARK_WARNING,
		[CASE_ASKED] = MARK_WARNING,   [CASE_SETTLED] = MARK_GOOD,
		[CASE_CONFIRMED] = MARK_BAD,   [CASE_REQUESTED] = MARK_BAD,
		[CASE_ACTED] = MARK_WARNING,   [CASE_VERIFIED] = MARK_GOOD,
		[CASE_CLOSED] = MARK_GOOD,     [CASE_WITHDRAWN] = MARK_NONE,
	};
	static_assert(sizeof(marks) / sizeof(marks[0]) == CASE_STATE_COUNT, "a mark a state");
	assert((unsigned)state < CASE_STATE_COUNT);
	return marks[state];
}

void put_minute(char room[TIME_TEXT_MAX], int64_t time_s)
{
	time_to_text(time_s, room);
	assert(strlen(room) == strlen("2026-11-21T18:16:07Z"));
	room[10] = ' ';
	room[16] = '\0';
}

void sheet_minute(const struct sheet *sheet, int64_t time_s)
{
	char time[TIME_TEXT_MAX];
	put_minute(time, time_s);
	text_add(sheet->html, time);
}

/* As much of it as fits, not cut within a character. */
static size_t fitting(const char *words, size_t octets_max)
{
	size_t length = strnlen(words, octets_max + 1);
	if (length <= octets_max)
		return length;
	for (length = octets_max; length > 0 && ((unsigned char)words[length] & 0xc0) == 0x80;)
		length--;
	return length;
}

void sheet_cut(struct text *html, const char *words, size_t octets_max)
{
	assert(words != NULL && octets_max > 0);
	const size_t length = fitting(words, octets_max);
	assert(length <= octets_max);
	markup_escape(html, words, length);
	if (words[length] != '\0')
		text_add(html, " …");
}

const char *sheet_party_label(const struct sheet *sheet, const char *party, char room[LABEL_ROOM])
{
	const struct case_page *page = sheet->page;
	const char *name = party == NULL      ? "somebody not known"
			   : party[0] == '\0' ? "somebody who did not act"
			   : page->self != NULL && strcmp(party, page->self) == 0
				   ? "you"
				   : page->name_of(page->context, party);
	const size_t length = fitting(name, NAME_OCTETS_MAX);
	(void)snprintf(room, LABEL_ROOM, "%.*s%s", (int)length, name,
		       name[length] != '\0' ? "…" : "");
	return room;
}

void sheet_party(const struct sheet *sheet, const char *party)
{
	char room[LABEL_ROOM];
	text_add(sheet->html, "<bdi>");
	markup_text(sheet->html, sheet_party_label(sheet, party, room));
	text_add(sheet->html, "</bdi>");
}

void sheet_message(const struct sheet *sheet, const struct case_message *message)
{
	const struct case_view *view = sheet->view;
	const struct case_step *step = message == NULL ? NULL : case_step_find(view, message->id);
	if (step == NULL)
		return;
	const size_t index = (size_t)(step - view->steps);
	const bool is_shown = index >= sheet->said_from || step->message == view->notice;
	assert(index < view->step_count);
	if (is_shown)
		text_format(sheet->html, "<a href=\"#m-%zu\">message %zu</a>", index + 1,
			    index + 1);
	else
		text_format(sheet->html, "message %zu", index + 1);
}

void sheet_message_cell(const struct sheet *sheet, const struct case_message *message)
{
	text_add(sheet->html, "<td class=\"one\">");
	sheet_message(sheet, message);
	text_add(sheet->html, "</td>");
}

const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* ---- the mark ---- */

/* FIRST's labels and what they allow (TLP 2.0 s4); the style sheet has the colours (s2). */
static const struct page_label labels[] = {
	[TLP_CLEAR] = {"clear", "TLP:CLEAR", "Anybody may be told."},
	[TLP_GREEN] = {"green", "TLP:GREEN", "For the community; not for what everybody can read."},
	[TLP_AMBER] = {"amber", "TLP:AMBER",
		       "For the recipients' organisations and their clients, as far as they need "
		       "to know it."},
	[TLP_AMBER_STRICT] =
		{"amber", "TLP:AMBER+STRICT",
		 "For the recipients' organisations alone, as far as they need to know "
		 "it."},
	[TLP_RED] = {"red", "TLP:RED",
		     "For the eyes and ears of the recipients alone; no further disclosure."},
};
static_assert(sizeof(labels) / sizeof(labels[0]) == TLP_COUNT, "a label a mark");

const char *mark_label(enum tlp tlp)
{
	assert((unsigned)tlp < TLP_COUNT);
	return labels[tlp].words;
}

static void begin(const struct sheet *sheet)
{
	const struct case_view *view = sheet->view;
	char title[LABEL_ROOM], first[TIME_TEXT_MAX];
	put_minute(first, view->first_s);
	first[strcspn(first, " ")] = '\0';
	if (view->domain_count == 0)
		(void)snprintf(title, sizeof(title), "Case %.8s, %s", view->id, first);
	else if (view->domain_count == 1)
		(void)snprintf(title, sizeof(title), "%.260s, %s", view->domains[0], first);
	else
		(void)snprintf(title, sizeof(title), "%.260s and %zu more, %s", view->domains[0],
			       view->domain_count - 1, first);
	page_begin_labelled(sheet->html, &(struct page_head){"Case", title, "dsfi case show"},
			    &labels[view->tlp]);
}

/* ---- the sentence ---- */

static void add_next(const struct sheet *sheet)
{
	const struct case_view *view = sheet->view;
	struct text *html = sheet->html;
	if (view->due_count == 0) {
		text_add(html, " Nobody has to do anything.");
		return;
	}
	const struct case_due *next = &view->dues[0];
	if (view->overdue_count > 0)
		text_format(html, " <strong>%zu thing%s overdue.</strong> The first: ",
			    view->overdue_count, view->overdue_count == 1 ? " is" : "s are");
	else
		text_add(html, " Next: ");
	sheet_party(sheet, next->party);
	text_format(html, "%s to ",
		    sheet->page->self != NULL && strcmp(next->party, sheet->page->self) == 0
			    ? " have"
			    : " has");
	markup_text(html, case_due_sentence(next));
	text_add(html, ", by ");
	sheet_minute(sheet, next->until_s);
	text_add(html, " UTC.");
}

static void add_lead(const struct sheet *sheet)
{
	const struct case_view *view = sheet->view;
	struct text *html = sheet->html;
	page_lead_begin(html);
	text_add(html, "<strong><bdi>");
	sheet_cut(html,
		  view->sentence != NULL ? view->sentence
					 : "The notice that opened this case is not here",
		  MEMBER_OCTETS_MAX);
	text_add(html, "</bdi>.</strong> The case is ");
	markup_mark(html, state_mark(view->state), case_state_text(view->state));
	text_add(html, ": ");
	markup_text(html, case_state_meaning(view->state));
	text_add(html, ".");
	if (view->cause != NULL) {
		text_add(html, " Its cause: <bdi>");
		sheet_cut(html, view->cause, MEMBER_OCTETS_MAX);
		text_add(html, "</bdi>.");
	}
	add_next(sheet);
	page_lead_end(html);
}

int case_page(struct arena *arena, const struct case_page *page, struct text *html)
{
	const struct case_view *view = page->view;
	struct sheet sheet = {page, view, arena, html, 0};
	assert(html->length == 0 && html->cap <= CASE_PAGE_OCTETS_MAX);
	assert(page->name_of != NULL && view->step_count > 0);
	assert((unsigned)view->tlp < TLP_COUNT);
	int error = sheet_said_begin(&sheet);
	if (error != OK)
		return error;
	begin(&sheet);
	add_lead(&sheet);
	error = sheet_time_line(&sheet);
	if (error != OK)
		return error;
	sheet_subject(&sheet);
	sheet_knowers(&sheet);
	sheet_dues(&sheet);
	error = sheet_proof(&sheet);
	if (error != OK)
		return error;
	sheet_said(&sheet);
	page_end_labelled(
		html, &labels[view->tlp],
		"Made of signed messages alone: a signature proves who said something, not that it "
		"is true. Whoever has other messages sees another page. Times are UTC.");
	return html->error;
}
