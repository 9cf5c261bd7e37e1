/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it is about, who knows of it, who has to do what, what is proven. */
#include "judge/case/predicate.h"
#include "tell/case/page_private.h"
#include "tell/page/card.h"
#include "tell/page/frame.h"
#include "tell/page/table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Rows of a table; a page with more is read by nobody. */
#define ROWS_MAX 200u
#define DOMAINS_MAX 64u
#define MISSING_MAX 16u
#define SEEN_MAX 32u
#define VOID_MAX 16u
/* A test's text is CASE_MESSAGE_TEXT_MAX; its sentence has each name once, with words between. */
#define SENTENCE_OCTETS_MAX ((size_t)256 * 1024)
#define SENTENCE_SHOWN_MAX ((size_t)16 * 1024)

static void add_more(const struct sheet *sheet, size_t shown, size_t count, const char *what)
{
	if (count > shown)
		text_format(sheet->html,
			    "<p class=\"sub\">%zu more %s left out; <code>dsfi case show</code> "
			    "tells all.</p>\n",
			    count - shown, what);
}

/* ---- what it is about ---- */

static void add_texts(const struct sheet *sheet, const char *const *items, size_t count, size_t max)
{
	for (size_t i = 0; i < count && i < max; i++) {
		text_add(sheet->html, i == 0 ? "" : ", ");
		sheet_cut(sheet->html, items[i], WORDS_OCTETS_MAX + 16);
	}
	if (count > max)
		text_format(sheet->html, ", and %zu more", count - max);
}

void sheet_subject(const struct sheet *sheet)
{
	const struct case_view *view = sheet->view;
	struct text *html = sheet->html;
	assert(id_is(view->id));
	page_heading(html, "What it is about", NULL);
	text_add(html, "<dl class=\"said\"><dt>case</dt><dd>");
	markup_code(html, view->id);
	text_add(html, "</dd>\n<dt>opened by</dt><dd>");
	sheet_party(sheet, view->opener);
	text_add(html, "</dd>\n<dt>domains</dt><dd>");
	add_texts(sheet, view->domains, view->domain_count, DOMAINS_MAX);
	text_add(html, view->domain_count == 0 ? "not known</dd>\n" : "</dd>\n");
	if (view->other_domain_count > 0) {
		text_add(html, "<dt>named since</dt><dd>");
		add_texts(sheet, view->other_domains, view->other_domain_count, DOMAINS_MAX);
		text_add(html, "</dd>\n");
	}
	text_add(html, "<dt>messages</dt><dd>");
	markup_number(html, view->step_count);
	text_add(html, "</dd>\n");
	if (view->missing_count > 0) {
		text_format(html, "<dt>not here</dt><dd>%zu message%s that others name: ",
			    view->missing_count, plural(view->missing_count));
		add_texts(sheet, view->missing, view->missing_count, MISSING_MAX);
		text_add(html, "</dd>\n");
	}
	text_add(html, "</dl>\n");
}

/* ---- who knows ---- */

static bool is_heard_of(const struct case_knower *knower)
{
	return knower->is_author || knower->has_acknowledged;
}

/* When it was told; or that it was not yet. */
static void put_since(const struct sheet *sheet, const struct case_knower *knower,
		      char room[LABEL_ROOM])
{
	const struct case_page *page = sheet->page;
	char since[TIME_TEXT_MAX];
	const struct case_unsent unsent = page->unsent_of == NULL
						  ? (struct case_unsent){.count = 0}
						  : page->unsent_of(page->context, knower);
	assert(!unsent.is_all || unsent.count > 0);
	put_minute(since, knower->since_s);
	if (unsent.is_all)
		(void)snprintf(room, LABEL_ROOM, "written to %s; nothing was sent to it yet",
			       since);
	else if (unsent.count > 0)
		(void)snprintf(room, LABEL_ROOM, "%s; %zu message%s not sent to it yet", since,
			       unsent.count, unsent.count == 1 ? " was" : "s were");
	else
		(void)snprintf(room, LABEL_ROOM, "%s", since);
}

static void add_knower(const struct sheet *sheet, const struct case_knower *knower)
{
	struct text *html = sheet->html;
	char since[LABEL_ROOM];
	assert(id_is(knower->party));
	put_since(sheet, knower, since);
	row_begin(html);
	text_add(html, "<th scope=\"row\">");
	sheet_party(sheet, knower->party);
	/* Others chose the name; two may have the same. */
	text_format(html, " <code>%.8s</code></th>", knower->party);
	cell_word(html, since);
	cell_mark(html, is_heard_of(knower) ? MARK_GOOD : MARK_NONE,
		  is_heard_of(knower) ? "heard of" : "not heard of");
	cell_word(html, knower->speaks ? "yes" : "no");
	cell_word(html, knower->has_answered ? "answered" : "–");
	cell_word(html, knower->has_acted ? "acted" : "–");
	row_end(html);
}

void sheet_knowers(const struct sheet *sheet)
{
	static const struct column columns[] = {
		{"Party", false},    {"Knows since", false},
		{"Heard of", false}, {"Speaks for the domain", false},
		{"Answer", false},   {"Action", false}};
	const struct table table = {
		.label = "Who knows", .columns = columns, .column_count = 6, .keeps_order = true};
	const struct case_view *view = sheet->view;
	size_t silent = 0;
	size_t shown = 0;
	for (size_t i = 0; i < view->knower_count; i++)
		silent += !is_heard_of(&view->knows[i]);
	page_heading(sheet->html, "Who knows", NULL);
	text_format(sheet->html,
		    "<p>%zu part%s written to or said something; %zu of them %s not been heard of "
		    "since; who has not stands first.</p>\n",
		    view->knower_count, view->knower_count == 1 ? "y was" : "ies were", silent,
		    silent == 1 ? "has" : "have");
	table_begin(sheet->html, &table);
	for (unsigned heard = 0; heard < 2; heard++) {
		for (size_t i = 0; i < view->knower_count && shown < ROWS_MAX; i++) {
			if (is_heard_of(&view->knows[i]) == (heard == 1)) {
				add_knower(sheet, &view->knows[i]);
				shown++;
			}
		}
	}
	table_end(sheet->html);
	add_more(sheet, shown, view->knower_count, "are");
}

/* ---- who has to do what ---- */

static void add_due(const struct sheet *sheet, const struct case_due *due)
{
	struct text *html = sheet->html;
	char until[TIME_TEXT_MAX], took[TIME_TEXT_MAX], word[2 * TIME_TEXT_MAX];
	const int64_t now_s = sheet->page->now_s;
	put_minute(until, due->until_s);
	duration_to_text((uint64_t)(due->until_s > now_s ? due->until_s - now_s
							 : now_s - due->until_s),
			 took);
	(void)snprintf(word, sizeof(word), due->is_overdue ? "overdue for %s" : "due in %s", took);
	row_begin(html);
	text_add(html, "<th scope=\"row\">");
	sheet_party(sheet, due->party);
	text_add(html, "</th>");
	cell_sentence(html, case_due_sentence(due));
	cell_word(html, until);
	cell_mark(html, due->is_overdue ? MARK_BAD : MARK_WARNING, word);
	sheet_message_cell(sheet, due->of);
	row_end(html);
}

void sheet_dues(const struct sheet *sheet)
{
	static const struct column columns[] = {{"Who", false},
						{"Has to", false},
						{"Until (UTC)", false},
						{"Now", false},
						{"Because of", false}};
	const struct table table = {.label = "Who has to do what",
				    .columns = columns,
				    .column_count = 5,
				    .keeps_order = true};
	const struct case_view *view = sheet->view;
	size_t shown = 0;
	assert(view->overdue_count <= view->due_count);
	page_heading(sheet->html, "Who has to do what, until when", NULL);
	if (view->due_count == 0) {
		text_add(sheet->html, "<p>Nobody has to do anything.</p>\n");
		return;
	}
	text_format(sheet->html, "<p>%zu thing%s to be done, %zu of them overdue.</p>\n",
		    view->due_count, view->due_count == 1 ? " is" : "s are", view->overdue_count);
	table_begin(sheet->html, &table);
	/* By time: what is overdue stands first. */
	for (; shown < view->due_count && shown < ROWS_MAX; shown++)
		add_due(sheet, &view->dues[shown]);
	table_end(sheet->html);
	add_more(sheet, shown, view->due_count, "are");
}

/* ---- what is proven ---- */

static int add_sentence(const struct sheet *sheet)
{
	struct text *html = sheet->html;
	struct predicate predicate;
	struct complaint complaint = {""};
	struct text sentence;
	if (sheet->view->test == NULL) {
		text_add(html, "<p>The notice has no test; such a case cannot be proven "
			       "mended.</p>\n");
		return OK;
	}
	int error = predicate_parse(sheet->arena, sheet->view->test, &predicate, &complaint);
	if (error == ERR_MEMORY)
		return error;
	text_init(&sentence, SENTENCE_OCTETS_MAX);
	if (error == OK)
		predicate_sentence(&predicate, &sentence);
	if (error == OK && sentence.error == OK) {
		text_add(html, "<p>It is mended if <bdi>");
		sheet_cut(html, text_get(&sentence), SENTENCE_SHOWN_MAX);
		text_add(html, "</bdi>.</p>\n");
	} else
		text_add(html, "<p>This version cannot read its test.</p>\n");
	error = sentence.error == ERR_MEMORY ? ERR_MEMORY : OK;
	text_release(&sentence);
	card_fold_begin(html, "The test, as it is measured");
	text_add(html, "<pre><code>");
	sheet_cut(html, sheet->view->test, CASE_MESSAGE_TEXT_MAX);
	text_add(html, "</code></pre>\n");
	card_fold_end(html);
	return error;
}

static void add_list(const struct sheet *sheet, const char *title, const char *member)
{
	const struct case_message *verification = sheet->view->proof.verification;
	const struct case_member *list = case_message_member(verification, member);
	struct text *html = sheet->html;
	if (list == NULL || list->item_count == 0)
		return;
	text_format(html, "<p>%s:</p>\n<ul class=\"evidence\">", title);
	for (size_t i = 0; i < list->item_count && i < SEEN_MAX; i++) {
		text_add(html, "<li><bdi>");
		sheet_cut(html, list->items[i], 2 * WORDS_OCTETS_MAX);
		text_add(html, "</bdi></li>");
	}
	text_add(html, "</ul>\n");
	add_more(sheet, SEEN_MAX, list->item_count, "are");
}

static void add_proof(const struct sheet *sheet)
{
	static const enum mark marks[] = {[CASE_RESULT_NONE] = MARK_NONE,
					  [CASE_PASSED] = MARK_GOOD,
					  [CASE_FAILED] = MARK_BAD,
					  [CASE_NOT_MEASURED] = MARK_NONE};
	const struct case_proof *proof = &sheet->view->proof;
	struct text *html = sheet->html;
	if (proof->verification == NULL) {
		text_add(html, "<p>");
		markup_mark(html, MARK_NONE, "not measured");
		text_add(html, ": nothing that counts has been measured yet. "
			       "<code>dsfi case verify</code> does.</p>\n");
		return;
	}
	assert((unsigned)proof->result < sizeof(marks) / sizeof(marks[0]));
	const bool is_void = proof->result == CASE_PASSED && !proof->holds;
	text_add(html, "<p>The newest measurement that counts: ");
	markup_mark(html, is_void ? MARK_NONE : marks[proof->result],
		    proof->result == CASE_NOT_MEASURED ? "not measured"
		    : is_void                          ? "passed, and is void since"
						       : case_result_text(proof->result));
	text_add(html, ", measured ");
	sheet_minute(sheet, proof->measured_s);
	text_add(html, " UTC by ");
	sheet_party(sheet, proof->by);
	text_add(html, " (");
	sheet_message(sheet, proof->verification);
	text_add(html, ").");
	if (is_void)
		text_add(html, " It proves nothing any more: a test has failed since, or somebody "
			       "has acted since.");
	text_add(html, "</p>\n");
	add_list(sheet, "What was seen where", "seen");
	add_list(sheet, "Measured from", "vantages");
}

/* Measurements that do not count, the newest first, and disputes. */
static void add_void(const struct sheet *sheet)
{
	const struct case_view *view = sheet->view;
	struct text *html = sheet->html;
	size_t count = 0;
	for (size_t i = view->step_count; i > 0 && count < VOID_MAX; i--) {
		const struct case_step *step = &view->steps[i - 1];
		if (step->message->kind != CASE_MESSAGE_VERIFICATION || step->counts)
			continue;
		if (count++ == 0)
			text_add(html, "<p>What was measured and does not count, the newest "
				       "first:</p>\n<ul class=\"evidence\">");
		text_add(html, "<li>");
		sheet_message(sheet, step->message);
		text_add(html, " by ");
		sheet_party(sheet, step->message->author);
		text_add(html, ": <bdi>");
		sheet_cut(html, step->is_recalled ? "recalled by its author" : step->reason,
			  2 * WORDS_OCTETS_MAX);
		text_add(html, "</bdi></li>");
	}
	if (count > 0)
		text_add(html, "</ul>\n");
	count = 0;
	for (size_t i = 0; i < view->dispute_count && count < VOID_MAX; i++) {
		if (!view->disputes[i].is_open)
			continue;
		text_add(html,
			 count++ == 0 ? "<p>In dispute, so that nothing closes the case: " : ", ");
		sheet_message(sheet, view->disputes[i].dispute);
	}
	if (count > 0)
		text_add(html, "</p>\n");
}

int sheet_proof(const struct sheet *sheet)
{
	page_heading(sheet->html, "What is proven", NULL);
	const int error = add_sentence(sheet);
	if (error != OK)
		return error;
	add_proof(sheet);
	add_void(sheet);
	return OK;
}
