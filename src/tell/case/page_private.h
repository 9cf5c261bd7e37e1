/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the page share: texts of others, cut and escaped; names; times; links to
 * messages. */
#ifndef TELL_CASE_PAGE_PRIVATE_H
#define TELL_CASE_PAGE_PRIVATE_H

#include "tell/case/page.h"
#include "tell/page/markup.h"

#include <stdbool.h>

/* Octets of others' text: of a name, in a cell, in a member of a message. Escaped, an octet is six
 * at most; by these and by the rows that parts have, a page is below its limit. */
#define NAME_OCTETS_MAX ((size_t)120)
#define WORDS_OCTETS_MAX ((size_t)240)
#define MEMBER_OCTETS_MAX ((size_t)4096)
/* A picture's or a cell's words of ours, with a name in them. */
#define LABEL_ROOM 640u

struct sheet {
	const struct case_page *page;
	const struct case_view *view;
	struct arena *arena;
	struct text *html;
	/* Of all that was said, what is shown: the notice, and steps from here on. */
	size_t said_from;
};

/* "TLP:AMBER+STRICT": FIRST's label of a mark. */
const char *mark_label(enum tlp tlp);
/* How it is with a state. */
enum mark state_mark(enum case_state state);
/* "2026-11-21 18:16" */
void put_minute(char room[TIME_TEXT_MAX], int64_t time_s);
void sheet_minute(const struct sheet *sheet, int64_t time_s);
/* Others' words, escaped; longer ones end with an ellipsis. */
void sheet_cut(struct text *html, const char *words, size_t octets_max);
/* A party's name; "you"; "somebody who did not act" for "". Escaped, and kept apart from what
 * surrounds it, whichever way it is written. */
void sheet_party(const struct sheet *sheet, const char *party);
/* The same without elements, cut: for labels. */
const char *sheet_party_label(const struct sheet *sheet, const char *party, char room[LABEL_ROOM]);
/* "message 3", as a link where it is shown. NULL, or not of this case: "". */
void sheet_message(const struct sheet *sheet, const struct case_message *message);
/* The same, in a cell of its own that does not wrap. */
void sheet_message_cell(const struct sheet *sheet, const struct case_message *message);
const char *plural(size_t count);

/* The parts, in the order of the page. */
MUST_CHECK int sheet_time_line(const struct sheet *sheet);
void sheet_subject(const struct sheet *sheet);
void sheet_knowers(const struct sheet *sheet);
void sheet_dues(const struct sheet *sheet);
MUST_CHECK int sheet_proof(const struct sheet *sheet);
/* Finds what will be shown of what was said. */
MUST_CHECK int sheet_said_begin(struct sheet *sheet);
void sheet_said(const struct sheet *sheet);

#endif
