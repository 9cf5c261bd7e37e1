/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One page in the language of the report's: the news, the changes as cards, tables, the method. */
#include "model/finding.h"
#include "tell/letter/letter_private.h"
#include "tell/page/card.h"
#include "tell/page/frame.h"
#include "tell/page/table.h"
#include "tell/report/finding_card.h"

#include <assert.h>
#include <string.h>

typedef void sentence_writer(const struct letter *letter, struct text *text);

static void escaped(const struct letter *letter, sentence_writer *write, struct text *html)
{
	struct text words;

	text_init(&words, LETTER_FIX_OCTETS_MAX);
	write(letter, &words);
	markup_escape(html, text_get(&words), words.length);
	text_release(&words);
}

static void filled_part(const struct letter_row *row, const struct prose_part *part,
			struct text *html)
{
	struct text filled;

	text_init(&filled, LETTER_FIX_OCTETS_MAX);
	letter_fill(row, row->domain, part, &filled);
	const struct prose_part whole = {text_get(&filled), filled.length};

	prose_to_html(&whole, html);
	text_release(&filled);
}

static void fixes(const struct letter *letter, const struct letter_row *row, struct text *html)
{
	struct letter_fix fix;
	int cursor = 0;

	while (letter_next_fix(letter, row, &cursor, &fix)) {
		if (fix.is_first)
			filled_part(row, &fix.before, html);
		if (fix.part.length == 0)
			continue;
		text_format(html, "<p><strong>With %s</strong></p>\n",
			    letter_software_name(fix.software));
		filled_part(row, &fix.part, html);
	}
}

static void command(const struct letter_row *row, struct text *html)
{
	struct text words;

	text_init(&words, LETTER_FIX_OCTETS_MAX);
	letter_verify(row, &words);
	text_add(html, "<p>Verify with ");
	markup_code(html, text_get(&words));
	text_add(html, ". ");
	text_format(html, "Explained by <code>dsfi explain %s</code>", row->code);
	if (row->check) {
		text_add(html, " and ");
		markup_reference(html, row->check->reference);
	}
	text_add(html, ".</p>\n");
	text_release(&words);
}

static void change(const struct letter *letter, uint32_t number, struct text *html)
{
	const struct letter_row *row = &letter->rows[number];
	struct text title;
	struct text note;

	assert(number < letter->ours_count);
	text_init(&title, LETTER_FIX_OCTETS_MAX);
	text_init(&note, LETTER_FIX_OCTETS_MAX);
	text_format(&title, "%u. %s", number + 1, letter_title(row));
	text_format(&note, "%s, %u %s", severity_text(row->severity), row->domains,
		    row->domains == 1 ? "domain" : "domains");
	if (row->disputed > 0)
		text_format(&note, ", in dispute on %u of them", row->disputed);
	card_begin(html, &(struct card){finding_mark(row->severity), 3, text_get(&title), row->code,
					text_get(&note)});
	text_release(&title);
	text_release(&note);
	if (row->sentence) {
		text_add(html, "<p>Seen of ");
		markup_code(html, row->domain);
		text_add(html, ": ");
		markup_text(html, row->sentence);
		text_format(html, "%s</p>\n", sentence_stop(row->sentence));
	}
	if (row->check)
		card_section(html, row->check->page, "Why it matters", "What it does to people");
	fixes(letter, row, html);
	command(row, html);
	card_end(html);
}

static void row_line(const struct letter_row *row, struct text *html)
{
	row_begin(html);
	cell_head(html, letter_title(row));
	cell_mark(html, finding_mark(row->severity), row->code);
	cell_text(html, severity_text(row->severity));
	cell_number(html, row->domains);
	cell_text(html, row->is_ours ? "you" : letter_ask_whom(row->party));
	row_end(html);
}

static void rows(const struct letter *letter, bool ours, const char *heading, struct text *html)
{
	static const struct column columns[] = {{"Finding", false},
						{"Code", false},
						{"Severity", false},
						{"Domains", true},
						{"Who can mend it", false}};
	const uint32_t first = ours ? 0 : letter->ours_count;
	const uint32_t last = ours ? letter->ours_count : letter->row_count;
	const struct table table = {.label = heading, .columns = columns, .column_count = 5};

	assert(first <= last && last <= letter->row_count);
	if (first == last)
		return;
	page_heading(html, heading, NULL);
	table_begin(html, &table);
	for (uint32_t i = first; i < last; i++)
		row_line(&letter->rows[i], html);
	table_end(html);
}

static void domain_row(const struct letter *letter, uint32_t number, struct text *html)
{
	const struct letter_row *row;
	size_t cursor = 0;

	row_begin(html);
	cell_head(html, letter->domains[number].name);
	cell_begin(html);
	while ((row = letter_next_concern(letter, number, &cursor))) {
		if (!row->is_ours)
			continue;
		markup_code(html, row->code);
		text_add_char(html, ' ');
	}
	cell_end(html);
	row_end(html);
}

static void excepted(const struct letter *letter, struct text *html)
{
	struct excepted_cursor cursor = {0};
	struct arena arena;
	const char *line;

	if (!letter_has_excepted(letter))
		return;
	arena_init(&arena, (size_t)1 << 20, 0);
	page_heading(html, "Exceptions and disputes", NULL);
	text_add(html, "<ul>\n");
	while ((line = letter_excepted_next(letter, &arena, &cursor))) {
		text_add(html, "<li>");
		markup_text(html, line);
		text_add(html, "</li>\n");
	}
	text_add(html, "</ul>\n");
	if (letter_excepted_left(letter) > 0)
		text_format(html, "<p>And %zu more, in the letter's JSON.</p>\n",
			    letter_excepted_left(letter));
	arena_release(&arena);
}

static void domains(const struct letter *letter, const char *rest, struct text *html)
{
	static const struct column columns[] = {{"Domain", false}, {"What you can mend", false}};
	const struct table table = {.label = "Domains", .columns = columns, .column_count = 2};
	const uint32_t shown =
		letter->troubled < LETTER_DOMAINS_SHOWN ? letter->troubled : LETTER_DOMAINS_SHOWN;

	if (shown > 0) {
		page_heading(html, "Domains", NULL);
		table_begin(html, &table);
		for (uint32_t i = 0; i < shown; i++)
			domain_row(letter, i, html);
		table_end(html);
	}
	if (!rest)
		return;
	text_add(html, "<p>All domains and codes are in <a href=\"");
	markup_file(html, rest);
	text_add(html, "\">a file beside this page</a>.</p>\n");
}

static void body(const struct letter *letter, const char *rest, struct text *html)
{
	page_lead_begin(html);
	text_add(html, "<strong>");
	escaped(letter, letter_lead, html);
	text_add(html, "</strong>");
	page_lead_end(html);
	if (letter->ours_count > 0)
		page_heading(html, "The changes that matter", NULL);
	for (uint32_t i = 0; i < letter->ours_count && i < LETTER_CHANGES; i++)
		change(letter, i, html);
	rows(letter, true, "All that you can mend, in order of effect", html);
	rows(letter, false, "For others to mend", html);
	excepted(letter, html);
	domains(letter, rest, html);
	page_heading(html, "How this was found", NULL);
	text_add(html, "<p>");
	escaped(letter, letter_software_note, html);
	text_add_char(html, ' ');
	escaped(letter, letter_grouping, html);
	text_add(html, "</p>\n");
}

static void page(const struct letter *letter, const char *rest, struct text *html)
{
	struct text title;

	text_init(&title, LETTER_FIX_OCTETS_MAX);
	text_format(&title, "To %s, of ", letter->operator_name);
	letter_date(letter, &title);
	page_begin(html, &(struct page_head){"Letter", text_get(&title), "dsfi letter"});
	body(letter, rest, html);
	page_end(html, &(struct page_method){.vantage = letter->run.vantage});
	text_release(&title);
}

int letter_html(const struct letter *letter, const char *path, struct complaint *complaint)
{
	return letter_write(letter, path, page, complaint);
}
