/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that was said, a card a message. */
#include "tell/case/page_private.h"
#include "tell/page/card.h"
#include "tell/page/frame.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Of the page's octets, what this part may take; the other parts are bounded by their rows. */
#define SAID_OCTETS_MAX ((size_t)3 << 19)
/* No card is larger: fourteen members, recipients, what it disputes, each escaped. */
#define CARD_OCTETS_MAX ((size_t)1 << 20)
#define ITEMS_MAX 64u
#define RECIPIENTS_MAX 16u

static void add_items(const struct sheet *sheet, const struct case_member *member)
{
	size_t octets = 0;
	size_t i = 0;
	for (; i < member->item_count && i < ITEMS_MAX && octets < MEMBER_OCTETS_MAX; i++) {
		text_add(sheet->html, i == 0 ? "" : "\n");
		sheet_cut(sheet->html, member->items[i], MEMBER_OCTETS_MAX - octets);
		octets += strlen(member->items[i]);
	}
	if (i < member->item_count)
		text_format(sheet->html, "\nand %zu more; <code>dsfi case show</code> tells all",
			    member->item_count - i);
}

static void add_of(const struct sheet *sheet, const char *id)
{
	const struct case_step *step = case_step_find(sheet->view, id);
	if (step != NULL)
		sheet_message(sheet, step->message);
	else {
		text_add(sheet->html, "a message that is not here: ");
		markup_code(sheet->html, id);
	}
}

static void add_member(const struct sheet *sheet, const struct case_member *member)
{
	struct text *html = sheet->html;
	char time[TIME_TEXT_MAX];
	/* Names of members are ours: a table of model/ has them all. */
	assert(strspn(member->name, "abcdefghijklmnopqrstuvwxyz") == strlen(member->name));
	text_format(html, "<dt>%s</dt><dd>", member->name);
	switch (member->type) {
	case MEMBER_LINES:
	case MEMBER_DOMAINS:
	case MEMBER_INDICATORS:
		add_items(sheet, member);
		break;
	case MEMBER_TIME:
		time_to_text(member->number, time);
		text_add(html, time);
		break;
	case MEMBER_NUMBER:
		text_format(html, "%lld", (long long)member->number);
		break;
	case MEMBER_MESSAGE:
		add_of(sheet, member->text);
		break;
	case MEMBER_LINE:
	case MEMBER_TEXT:
	case MEMBER_WORD:
		sheet_cut(html, member->text, MEMBER_OCTETS_MAX);
		if (strlen(member->text) > MEMBER_OCTETS_MAX)
			text_format(html,
				    "\n%zu octets in all; <code>dsfi case show</code> tells "
				    "them",
				    strlen(member->text));
		break;
	}
	text_add(html, "</dd>\n");
}

static void add_recipients(const struct sheet *sheet, const struct case_message *message)
{
	struct text *html = sheet->html;
	text_add(html, "<dt>to</dt><dd>");
	for (size_t i = 0; i < message->to_count && i < RECIPIENTS_MAX; i++) {
		text_add(html, i == 0 ? "" : ", ");
		sheet_party(sheet, message->to[i]);
	}
	if (message->to_count > RECIPIENTS_MAX)
		text_format(html, ", and %zu more", (size_t)(message->to_count - RECIPIENTS_MAX));
	text_add(html, message->to_count == 0 ? "nobody</dd>\n" : "</dd>\n");
}

/* Its state, by word and mark. */
static const char *word_of(const struct case_step *step, enum mark *ret_mark)
{
	*ret_mark = MARK_NONE;
	if (step->is_recalled)
		return "recalled";
	if (!step->counts)
		return "does not count";
	*ret_mark = step->is_disputed ? MARK_WARNING : MARK_GOOD;
	return step->is_disputed ? "counts, and is disputed" : "counts";
}

static void add_step(const struct sheet *sheet, size_t index)
{
	const struct case_step *step = &sheet->view->steps[index];
	const struct case_message *message = step->message;
	struct text *html = sheet->html;
	char title[2 * LABEL_ROOM], note[LABEL_ROOM], time[TIME_TEXT_MAX], name[LABEL_ROOM];
	struct card card = {.level = 3, .title = title, .note = note};
	assert(index < sheet->view->step_count && id_is(message->id) && id_is(message->author));
	assert(step->counts == (step->reason == NULL));
	time_to_text(message->made_s, time);
	(void)snprintf(title, sizeof(title), "%zu. %s by %s", index + 1,
		       case_message_kind_text(message->kind),
		       sheet_party_label(sheet, message->author, name));
	(void)snprintf(note, sizeof(note), "%s, %s", time, mark_label(message->tlp));
	card.code = word_of(step, &card.mark);
	text_format(html, "<div id=\"m-%zu\">", index + 1);
	card_begin(html, &card);
	if (step->reason != NULL) {
		text_add(html, "<p>It does not count: <bdi>");
		sheet_cut(html, step->reason, MEMBER_OCTETS_MAX);
		text_add(html, "</bdi></p>\n");
	}
	text_format(html, "<dl class=\"said\"><dt>author</dt><dd><code>%s</code></dd>\n",
		    message->author);
	add_recipients(sheet, message);
	for (size_t i = 0; i < message->member_count; i++)
		add_member(sheet, &message->members[i]);
	text_add(html, "<dt>message</dt><dd>");
	markup_code(html, message->id);
	text_add(html, "</dd></dl>\n");
	card_end(html);
	text_add(html, "</div>\n");
}

/* The newest that fit, besides the notice. */
int sheet_said_begin(struct sheet *sheet)
{
	const struct case_view *view = sheet->view;
	struct text scratch;
	struct sheet trial = *sheet;
	size_t octets = 0;
	size_t from = view->step_count;
	text_init(&scratch, CARD_OCTETS_MAX);
	trial.html = &scratch;
	trial.said_from = 0;
	for (size_t i = 0; i < view->step_count && scratch.error == OK; i++) {
		if (view->steps[i].message == view->notice) {
			add_step(&trial, i);
			octets = scratch.length;
			break;
		}
	}
	while (from > 0 && scratch.error == OK) {
		text_reset(&scratch);
		add_step(&trial, from - 1);
		octets += scratch.length;
		if (octets > SAID_OCTETS_MAX)
			break;
		from--;
	}
	assert(from <= view->step_count && octets <= SAID_OCTETS_MAX + 2 * CARD_OCTETS_MAX);
	const int error = scratch.error;
	text_release(&scratch);
	sheet->said_from = from;
	return error;
}

void sheet_said(const struct sheet *sheet)
{
	const struct case_view *view = sheet->view;
	struct text *html = sheet->html;
	size_t left_out = 0;
	for (size_t i = 0; i < sheet->said_from; i++)
		left_out += view->steps[i].message != view->notice;
	page_heading(html, "All that was said",
		     "In order: no message stands before one that it names. What does not count "
		     "changes nothing, and says why.");
	if (left_out > 0)
		text_format(html,
			    "<p><strong>%zu older message%s left out, for this page would be too "
			    "large.</strong> <code>dsfi case show</code> tells all.</p>\n",
			    left_out, left_out == 1 ? " is" : "s are");
	for (size_t i = 0; i < view->step_count; i++) {
		if (i >= sheet->said_from || view->steps[i].message == view->notice)
			add_step(sheet, i);
	}
}
