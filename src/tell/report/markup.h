/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of HTML that every page of ours is made of: escaped text, the state of a thing (always
 * word, shape and colour), bars. Everything that came from outside goes through markup_escape.
 */
#ifndef TELL_REPORT_MARKUP_H
#define TELL_REPORT_MARKUP_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum state { STATE_GOOD, STATE_WARNING, STATE_BAD, STATE_NONE };

/* & < > " ' become references; control characters other than tab and line feed become U+FFFD. */
void markup_escape(struct text *html, const char *octets, size_t length);
void markup_text(struct text *html, const char *string);
/* The name of a file beside the page, as a link to it (RFC 3986 s2.1): "a b.html" -> "a%20b.html"
 */
void markup_file(struct text *html, const char *name);
/* <span class="state good"><svg .../>word</span> */
void markup_state(struct text *html, enum state state, const char *word);
/* A horizontal bar of `part` in `whole`, `label` for those who do not see it. */
void markup_bar(struct text *html, uint64_t part, uint64_t whole, enum state state,
		const char *label);
/* 1581220 -> "1,581,220" */
void markup_number(struct text *html, uint64_t number);
/* "38.2 %" ; "0 %" ; "less than 0.1 %" */
void markup_percent(struct text *html, uint64_t part, uint64_t whole);

/* The style sheet, the script and their CSP sources ('sha256-...'), embedded by the build. */
const char *asset_style(void);
const char *asset_style_source(void);
const char *asset_script(void);
const char *asset_script_source(void);

#endif
