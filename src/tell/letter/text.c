/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For a terminal: lines to be read from the top, commands indented so that they can be copied. */
#include "model/finding.h"
#include "tell/letter/letter_private.h"
#include "tell/page/markup.h"

#include <assert.h>
#include <string.h>

/* Columns of running text. */
#define COLUMNS 92u

/* Breaks at blanks. */
static void wrapped(const char *indent, const char *words, struct text *text)
{
	const size_t margin = strlen(indent);

	assert(margin < COLUMNS);
	size_t column = margin;

	text_add(text, indent);
	while (*words != '\0') {
		const size_t length = strcspn(words, " \n");

		if (column > margin && column + 1 + length > COLUMNS) {
			text_format(text, "\n%s", indent);
			column = margin;
		} else if (column > margin && length > 0) {
			text_add_char(text, ' ');
			column++;
		}
		text_add_octets(text, words, length);
		column += length;
		words += length + (words[length] != '\0');
	}
	text_add_char(text, '\n');
}

static void sentence(const struct letter *letter,
		     void (*write)(const struct letter *letter, struct text *text),
		     struct text *text)
{
	struct text words;

	text_init(&words, LETTER_FIX_OCTETS_MAX);
	write(letter, &words);
	wrapped("", text_get(&words), text);
	text_release(&words);
}

/* Lines of a page's part, filled in and indented; blank ones at its ends are left out. */
static void filled_part(const struct letter_row *row, const struct prose_part *part,
			struct text *text)
{
	struct text filled;
	struct text plain;
	const char *line;

	text_init(&filled, LETTER_FIX_OCTETS_MAX);
	text_init(&plain, LETTER_FIX_OCTETS_MAX);
	letter_fill(row, row->domain, part, &filled);
	const struct prose_part whole = {text_get(&filled), filled.length};

	prose_to_plain(&whole, &plain);
	line = text_get(&plain);
	while (*line != '\0') {
		const size_t length = strcspn(line, "\n");

		if (length > 0) {
			text_add(text, "      ");
			text_add_octets(text, line, length);
			text_add_char(text, '\n');
		}
		line += length + (line[length] != '\0');
	}
	text_release(&filled);
	text_release(&plain);
}

static void fixes(const struct letter *letter, const struct letter_row *row, struct text *text)
{
	struct letter_fix fix;
	int cursor = 0;

	while (letter_next_fix(letter, row, &cursor, &fix)) {
		if (fix.is_first && fix.before.length > 1) {
			text_add(text, "   How to mend it:\n");
			filled_part(row, &fix.before, text);
		}
		if (fix.part.length == 0)
			continue;
		text_format(text, "   With %s:\n", letter_software_name(fix.software));
		filled_part(row, &fix.part, text);
	}
}

static void change(const struct letter *letter, uint32_t number, struct text *text)
{
	const struct letter_row *row = &letter->rows[number];

	assert(number < letter->ours_count);

	text_format(text, "\n%u. %s\n   %s, %s, %u %s\n", number + 1, letter_title(row), row->code,
		    severity_text(row->severity), row->domains,
		    row->domains == 1 ? "domain" : "domains");
	if (row->disputed > 0)
		text_format(text, "   in dispute on %u of them\n", row->disputed);
	if (row->sentence) {
		struct text words;

		text_init(&words, LETTER_FIX_OCTETS_MAX);
		text_format(&words, "Seen of %s: %s%s", row->domain, row->sentence,
			    sentence_stop(row->sentence));
		wrapped("   ", text_get(&words), text);
		text_release(&words);
	}
	if (row->server_count > 1) {
		text_add(text, "   At");
		for (uint8_t i = 0; i < row->server_count; i++)
			text_format(text, "%s %s", i ? "," : "", row->servers[i]);
		text_add(text,
			 row->server_count == LETTER_SERVERS_MAX ? ", and perhaps more\n" : "\n");
	}
	fixes(letter, row, text);
	text_add(text, "   Verify: ");
	letter_verify(row, text);
	text_format(text, "\n   Explained: dsfi explain %s", row->code);
	if (row->check) {
		text_format(text, "; %s, ", row->check->reference);
		markup_reference_link(text, row->check->reference);
	}
	text_add_char(text, '\n');
}

static void row_line(const struct letter_row *row, struct text *text)
{
	text_format(text, "   %-30s %-8s %8u  %s\n", row->code, severity_text(row->severity),
		    row->domains, letter_title(row));
}

static void of_others(const struct letter *letter, struct text *text)
{
	for (int party = PARTY_REGISTRANT; party <= PARTY_NETWORK; party++) {
		bool is_begun = false;

		for (uint32_t i = letter->ours_count; i < letter->row_count; i++) {
			if (letter->rows[i].party != (enum party)party)
				continue;
			if (!is_begun)
				text_format(text, "\nFor others to mend; ask %s:\n",
					    letter_ask_whom((enum party)party));
			is_begun = true;
			row_line(&letter->rows[i], text);
		}
	}
	if (letter->elsewhere > 0)
		text_format(text, "\n%u %s at name servers that are not yours %s left out.\n",
			    letter->elsewhere, letter->elsewhere == 1 ? "finding" : "findings",
			    letter->elsewhere == 1 ? "is" : "are");
}

static void excepted(const struct letter *letter, struct text *text)
{
	struct excepted_cursor cursor = {0};
	struct arena arena;
	const char *line;

	if (!letter_has_excepted(letter))
		return;
	arena_init(&arena, (size_t)1 << 20, 0);
	text_add(text, "\nExceptions and disputes:\n");
	while ((line = letter_excepted_next(letter, &arena, &cursor)))
		wrapped("   ", line, text);
	if (letter_excepted_left(letter) > 0)
		text_format(text, "   and %zu more: --json prints them\n",
			    letter_excepted_left(letter));
	arena_release(&arena);
}

static void domains(const struct letter *letter, struct text *text)
{
	const uint32_t shown =
		letter->troubled < LETTER_DOMAINS_SHOWN ? letter->troubled : LETTER_DOMAINS_SHOWN;

	if (shown == 0)
		return;
	text_format(text, "\nDomains with something that you can mend%s:\n",
		    letter->troubled > shown ? ", the worst hundred" : "");
	for (uint32_t i = 0; i < shown; i++) {
		const struct letter_row *row;
		size_t cursor = 0;

		text_format(text, "   %s", letter->domains[i].name);
		while ((row = letter_next_concern(letter, i, &cursor)))
			if (row->is_ours)
				text_format(text, " %s", row->code);
		text_add_char(text, '\n');
	}
	if (letter->troubled > shown)
		text_format(text,
			    "   and %u more: --markdown FILE or --html FILE writes all of them "
			    "beside it, --json prints them\n",
			    letter->troubled - shown);
}

int letter_text(const struct letter *letter, struct text *text)
{
	text_format(text, "To %s, of ", letter->operator_name);
	letter_date(letter, text);
	text_add(text, "\n\n");
	sentence(letter, letter_lead, text);
	for (uint32_t i = 0; i < letter->ours_count && i < LETTER_CHANGES; i++)
		change(letter, i, text);
	if (letter->ours_count > LETTER_CHANGES) {
		text_add(text, "\nAlso for you to mend, by effect; dsfi explain CODE says how:\n");
		for (uint32_t i = LETTER_CHANGES; i < letter->ours_count; i++)
			row_line(&letter->rows[i], text);
	}
	of_others(letter, text);
	excepted(letter, text);
	domains(letter, text);
	text_add_char(text, '\n');
	sentence(letter, letter_software_note, text);
	sentence(letter, letter_grouping, text);
	return text->error;
}
