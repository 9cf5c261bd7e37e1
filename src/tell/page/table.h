/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables: whole without a script, which only sorts and filters them; on a narrow screen they scroll
 * inside themselves, by keyboard, too.
 *
 *     table_begin(html, &table);
 *     row_begin(html); cell_head(html, "example."); cell_number(html, 17); row_end(html);
 *     table_end(html);
 *
 * A row that a filter is to find is begun by the caller as `<tr data-NAME="words">`, where NAME is
 * a filter's name and the words are separated by blanks.
 */
#ifndef TELL_PAGE_TABLE_H
#define TELL_PAGE_TABLE_H

#include "base/text.h"
#include "tell/page/figure.h"
#include "tell/page/markup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct column {
	const char *title;
	bool is_number; /* to the right */
};

struct table {
	const char *id;    /* unlike all others of the page, letters and digits; NULL: none */
	const char *label; /* what it holds, for those who hear it; unlike all others of the page */
	const struct column *columns;
	size_t column_count;
	bool keeps_order; /* the order says something: it cannot be sorted */
};

void table_begin(struct text *html, const struct table *table);
void table_end(struct text *html);
void row_begin(struct text *html);
void row_end(struct text *html);

/* What the row is about: its first cell. */
void cell_head(struct text *html, const char *words);
void cell_head_code(struct text *html, const char *code);
void cell_text(struct text *html, const char *words);
void cell_sentence(struct text *html, const char *sentence); /* wide enough to be read */
void cell_word(struct text *html, const char *word);         /* on one line */
void cell_code(struct text *html, const char *words);
void cell_number(struct text *html, uint64_t number);
void cell_percent(struct text *html, uint64_t part, uint64_t whole);
void cell_figure(struct text *html, const struct figure *figure);
void cell_mark(struct text *html, enum mark mark, const char *word);
void cell_date(struct text *html, int64_t time_s);
/* A cell of the caller's own HTML stands between the two. */
void cell_begin(struct text *html);
void cell_end(struct text *html);

/*
 * A form that filters the rows of the table with that id; it shows only where the script runs.
 *     filter_begin(html, "domains"); filter_words(html, "name", "Domain contains");
 *     filter_choices_begin(html, "state", "State"); filter_choice(html, "bad", "bad");
 *     filter_choices_end(html); filter_end(html);
 */
void filter_begin(struct text *html, const char *table_id);
/* Rows whose data-NAME contains what is typed. */
void filter_words(struct text *html, const char *name, const char *label);
/* Rows whose data-NAME has the chosen value among its words. "any" is the first choice. */
void filter_choices_begin(struct text *html, const char *name, const char *label);
void filter_choice(struct text *html, const char *value, const char *words);
void filter_choices_end(struct text *html);
void filter_end(struct text *html);

#endif
