/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of HTML that every page of ours is made of: escaped text, numbers, the mark of a state
 * (always word, shape and colour). Everything that came from outside goes through markup_escape.
 *
 * All of this room writes to a struct text, whose cap bounds the memory and whose error sticks: a
 * page is written from end to end, and looked at for an error once. The same input gives the same
 * octets.
 */
#ifndef TELL_PAGE_MARKUP_H
#define TELL_PAGE_MARKUP_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/* In which state something is. */
enum mark { MARK_GOOD, MARK_WARNING, MARK_BAD, MARK_NONE };

/* & < > " ' become references; control characters other than tab and line feed, those that turn the
 * direction of what follows, and octets that are no UTF-8, become U+FFFD. */
void markup_escape(struct text *html, const char *octets, size_t length);
void markup_text(struct text *html, const char *string);
/* <code>string</code>, escaped */
void markup_code(struct text *html, const char *string);
/* The name of a file beside the page, as a link to it (RFC 3986 s2.1): "a b.html" -> "a%20b.html"
 */
void markup_file(struct text *html, const char *name);
/* "RFC 4035 s5.3.1" as a link to that section; what is no RFC as text; NULL: nothing. */
void markup_reference(struct text *html, const char *reference);
/* The address behind it: "https://www.rfc-editor.org/rfc/rfc4035#section-5.3.1"; nothing for what
 * is no RFC. */
void markup_reference_link(struct text *html, const char *reference);

/* "good", "warn", "bad", "none": the class of whatever shows the state. */
const char *mark_class(enum mark mark);
/* <span class="state good"><svg .../>word</span>; the shape is drawn by page_begin. */
void markup_mark(struct text *html, enum mark mark, const char *word);

/* 1581220 -> "1,581,220" */
void markup_number(struct text *html, uint64_t number);
/* With so many decimals (at most 3): -1234.5 -> "−1,234.5". ERR_ARGUMENT in html->error for what is
 * no number or beyond ten times MARKUP_REAL_MAX: what can be shown, and the scale above it. */
#define MARKUP_REAL_MAX 1e15 /* up to here a double holds every whole number */
void markup_real(struct text *html, double number, unsigned int decimals);
/* "38.2 %"; "0 %"; "< 0.1 %"; "> 99.9 %" for what is not all */
void markup_percent(struct text *html, uint64_t part, uint64_t whole);
/* Is it a number that a page can show? */
bool markup_is_showable(double number);
/* "2026-11-21" */
void markup_date(struct text *html, int64_t time_s);

#endif
