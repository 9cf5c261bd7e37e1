/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markdown for a mail or a ticket. Names of domains go into code spans, so that nothing in one can
 * be taken for markup. */
#include "model/finding.h"
#include "tell/letter/letter_private.h"
#include "tell/page/markup.h"

#include <assert.h>
#include <string.h>

/* What came from outside, as a code span that nothing in it can end (CommonMark s6.1). */
static void code_span(const char *value, struct text *text)
{
	text_add_char(text, '`');
	for (; *value != '\0'; value++)
		text_add_char(text, *value == '`' ? '\'' : *value);
	text_add_char(text, '`');
}

/* A sentence of a check's holds what servers said: characters that begin markup are escaped
 * (CommonMark s2.4). */
static void plain(const char *value, struct text *text)
{
	for (; *value != '\0'; value++) {
		if (strchr("\\`*_{}[]<>#|!~&", *value))
			text_add_char(text, '\\');
		text_add_char(text, *value);
	}
}

static void fixes(const struct letter *letter, const struct letter_row *row, struct text *text)
{
	struct letter_fix fix;
	int cursor = 0;

	while (letter_next_fix(letter, row, &cursor, &fix)) {
		if (fix.is_first) {
			text_add(text, "\nHow to mend it:\n");
			letter_fill(row, row->domain, &fix.before, text);
		}
		if (fix.part.length == 0)
			continue;
		text_format(text, "\n#### %s\n", letter_software_name(fix.software));
		letter_fill(row, row->domain, &fix.part, text);
	}
}

static void change(const struct letter *letter, uint32_t number, struct text *text)
{
	const struct letter_row *row = &letter->rows[number];

	assert(number < letter->ours_count);

	text_format(text, "\n### %u. %s\n\n`%s`, %s, %u %s.", number + 1, letter_title(row),
		    row->code, severity_text(row->severity), row->domains,
		    row->domains == 1 ? "domain" : "domains");
	if (row->disputed > 0)
		text_format(text, " In dispute on %u of them.", row->disputed);
	if (row->sentence) {
		text_add(text, " Seen of ");
		code_span(row->domain, text);
		text_add(text, ": ");
		plain(row->sentence, text);
		text_add(text, sentence_stop(row->sentence));
	}
	text_add_char(text, '\n');
	fixes(letter, row, text);
	text_add(text, "\nVerify:\n\n```\n");
	letter_verify(row, text);
	text_format(text, "\n```\n\nExplained by `dsfi explain %s`", row->code);
	if (row->check) {
		text_format(text, " and [%s](", row->check->reference);
		markup_reference_link(text, row->check->reference);
		text_add(text, ")");
	}
	text_add(text, ".\n");
}

static void rows(const struct letter *letter, uint32_t first, uint32_t last, struct text *text)
{
	assert(first <= last && last <= letter->row_count);
	text_add(text, "\n| Finding | Code | Severity | Domains | Who |\n"
		       "|---|---|---|---:|---|\n");
	for (uint32_t i = first; i < last; i++) {
		const struct letter_row *row = &letter->rows[i];

		text_format(text, "| %s | `%s` | %s | %u | %s |\n", letter_title(row), row->code,
			    severity_text(row->severity), row->domains,
			    row->is_ours ? "you" : letter_ask_whom(row->party));
	}
}

static void excepted(const struct letter *letter, struct text *text)
{
	struct excepted_cursor cursor = {0};
	struct arena arena;
	const char *line;

	if (!letter_has_excepted(letter))
		return;
	arena_init(&arena, (size_t)1 << 20, 0);
	text_add(text, "\n## Exceptions and disputes\n\n");
	while ((line = letter_excepted_next(letter, &arena, &cursor))) {
		text_add(text, "- ");
		plain(line, text);
		text_add_char(text, '\n');
	}
	if (letter_excepted_left(letter) > 0)
		text_format(text, "- and %zu more: `--json` prints them\n",
			    letter_excepted_left(letter));
	arena_release(&arena);
}

static void domains(const struct letter *letter, const char *rest, struct text *text)
{
	const uint32_t shown =
		letter->troubled < LETTER_DOMAINS_SHOWN ? letter->troubled : LETTER_DOMAINS_SHOWN;

	if (shown > 0)
		text_add(text, "\n## Domains\n\n");
	for (uint32_t i = 0; i < shown; i++) {
		const struct letter_row *row;
		size_t cursor = 0;

		text_add(text, "- ");
		code_span(letter->domains[i].name, text);
		while ((row = letter_next_concern(letter, i, &cursor)))
			if (row->is_ours)
				text_format(text, " %s", row->code);
		text_add_char(text, '\n');
	}
	if (rest) {
		text_add(text, "\nAll domains and codes are in the file ");
		code_span(rest, text);
		text_add(text, ".\n");
	}
}

void letter_markdown_text(const struct letter *letter, const char *rest, struct text *text)
{
	text_add(text, "# To ");
	plain(letter->operator_name, text);
	text_add(text, ", of ");
	letter_date(letter, text);
	text_add(text, "\n\n**");
	letter_lead(letter, text);
	text_add(text, "**\n");
	if (letter->ours_count > 0)
		text_add(text, "\n## The changes that matter\n");
	for (uint32_t i = 0; i < letter->ours_count && i < LETTER_CHANGES; i++)
		change(letter, i, text);
	if (letter->ours_count > LETTER_CHANGES) {
		text_add(text, "\n## Also for you to mend, in order of effect\n");
		rows(letter, LETTER_CHANGES, letter->ours_count, text);
	}
	if (letter->row_count > letter->ours_count) {
		text_add(text, "\n## For others to mend\n");
		rows(letter, letter->ours_count, letter->row_count, text);
	}
	excepted(letter, text);
	domains(letter, rest, text);
	text_add(text, "\n## How this was found\n\n");
	letter_software_note(letter, text);
	text_add_char(text, ' ');
	letter_grouping(letter, text);
	text_add_char(text, '\n');
}

int letter_markdown(const struct letter *letter, const char *path, struct complaint *complaint)
{
	return letter_write(letter, path, letter_markdown_text, complaint);
}
