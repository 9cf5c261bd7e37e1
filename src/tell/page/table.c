/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/table.h"

#include <assert.h>
#include <string.h>

void table_begin(struct text *html, const struct table *table)
{
	assert(table->label && table->column_count > 0);
	text_add(html, "<div class=\"wrap\" role=\"region\" tabindex=\"0\" aria-label=\"");
	markup_text(html, table->label);
	text_add(html, "\"");
	if (table->id)
		text_format(html, " id=\"%s\"", table->id);
	text_format(html, "><table%s><thead><tr>", table->keeps_order ? "" : " class=\"sorts\"");
	for (size_t i = 0; i < table->column_count; i++) {
		assert(table->columns[i].title && table->columns[i].title[0] != '\0');
		text_format(html, "<th scope=\"col\"%s>",
			    table->columns[i].is_number ? " class=\"num\"" : "");
		markup_text(html, table->columns[i].title);
		text_add(html, "</th>");
	}
	text_add(html, "</tr></thead><tbody>\n");
}

void table_end(struct text *html)
{
	text_add(html, "</tbody></table></div>\n");
}

void row_begin(struct text *html)
{
	text_add(html, "<tr>");
}

void row_end(struct text *html)
{
	text_add(html, "</tr>\n");
}

void cell_head(struct text *html, const char *words)
{
	text_add(html, "<th scope=\"row\">");
	markup_text(html, words);
	text_add(html, "</th>");
}

void cell_head_code(struct text *html, const char *code)
{
	text_add(html, "<th scope=\"row\">");
	markup_code(html, code);
	text_add(html, "</th>");
}

void cell_begin(struct text *html)
{
	text_add(html, "<td>");
}

void cell_end(struct text *html)
{
	text_add(html, "</td>");
}

void cell_text(struct text *html, const char *words)
{
	cell_begin(html);
	markup_text(html, words);
	cell_end(html);
}

void cell_sentence(struct text *html, const char *sentence)
{
	text_add(html, "<td class=\"words\">");
	markup_text(html, sentence);
	cell_end(html);
}

static void cell_one_line(struct text *html)
{
	text_add(html, "<td class=\"one\">");
}

void cell_word(struct text *html, const char *word)
{
	cell_one_line(html);
	markup_text(html, word);
	cell_end(html);
}

void cell_code(struct text *html, const char *words)
{
	cell_begin(html);
	markup_code(html, words);
	cell_end(html);
}

void cell_number(struct text *html, uint64_t number)
{
	text_add(html, "<td class=\"num\">");
	markup_number(html, number);
	cell_end(html);
}

/* What is sorted by where the text is no number. */
static void cell_sorted(struct text *html, double key)
{
	text_format(html, "<td class=\"num\" data-key=\"%.6g\">", key);
}

void cell_percent(struct text *html, uint64_t part, uint64_t whole)
{
	assert(part <= whole);
	cell_sorted(html, whole ? 100.0 * (double)part / (double)whole : 0.0);
	markup_percent(html, part, whole);
	cell_end(html);
}

void cell_figure(struct text *html, const struct figure *figure)
{
	if (!figure_is_showable(figure)) {
		figure_refuse(html);
		return;
	}
	if (figure->is_measured)
		cell_sorted(html, figure->value);
	else
		text_add(html, "<td class=\"num\" data-key=\"\">");
	figure_write(html, figure);
	cell_end(html);
}

void cell_mark(struct text *html, enum mark mark, const char *word)
{
	static const char order[] = {
		[MARK_BAD] = '0', [MARK_WARNING] = '1', [MARK_NONE] = '2', [MARK_GOOD] = '3'};

	assert(mark <= MARK_NONE);
	text_format(html, "<td data-key=\"%c\">", order[mark]);
	markup_mark(html, mark, word);
	cell_end(html);
}

void cell_date(struct text *html, int64_t time_s)
{
	cell_one_line(html);
	markup_date(html, time_s);
	cell_end(html);
}

/* ---- filters ---- */

static bool is_plain_name(const char *name)
{
	return name[0] != '\0' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

void filter_begin(struct text *html, const char *table_id)
{
	assert(is_plain_name(table_id));
	text_format(html, "<form class=\"find\" data-of=\"%s\">", table_id);
}

void filter_words(struct text *html, const char *name, const char *label)
{
	assert(is_plain_name(name));
	text_add(html, "<label>");
	markup_text(html, label);
	text_format(html, "<input name=\"%s\" type=\"search\" autocomplete=\"off\"></label>", name);
}

void filter_choices_begin(struct text *html, const char *name, const char *label)
{
	assert(is_plain_name(name));
	text_add(html, "<label>");
	markup_text(html, label);
	text_format(html, "<select name=\"%s\"><option value=\"\">any</option>", name);
}

void filter_choice(struct text *html, const char *value, const char *words)
{
	assert(value && words);
	text_add(html, "<option value=\"");
	markup_text(html, value);
	text_add(html, "\">");
	markup_text(html, words);
	text_add(html, "</option>");
}

void filter_choices_end(struct text *html)
{
	text_add(html, "</select></label>");
}

void filter_end(struct text *html)
{
	text_add(html, "<output></output></form>\n");
}
