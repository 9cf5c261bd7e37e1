/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markdown for a mail or a ticket. Names of domains go into code spans, so that nothing in one can
 * be taken for markup. */
#include "os/file.h"
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <string.h>

#define MARKDOWN_OCTETS_MAX ((size_t)64 << 20)

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
	bool is_begun = false;

	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++) {
		struct letter_fix fix;

		if (!letter_tells(letter, (enum letter_software)i) ||
		    !letter_find_fix(row, (enum letter_software)i, &fix))
			continue;
		if (!is_begun) {
			text_add(text, "\nHow to mend it:\n");
			letter_fill(row, row->domain, &fix.before, text);
		}
		is_begun = true;
		if (fix.part.length == 0)
			continue;
		text_format(text, "\n#### %s\n", letter_software_name((enum letter_software)i));
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
	if (row->sentence) {
		text_add(text, " Seen of ");
		code_span(row->domain, text);
		text_add(text, ": ");
		plain(row->sentence, text);
		text_add(text, ".");
	}
	text_add_char(text, '\n');
	fixes(letter, row, text);
	text_add(text, "\nVerify:\n\n```\n");
	letter_verify(row, text);
	text_format(text, "\n```\n\nExplained by `dsfi explain %s`", row->code);
	if (row->check) {
		text_format(text, " and [%s](", row->check->reference);
		letter_reference_link(row->check->reference, text);
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
	domains(letter, rest, text);
	text_add(text, "\n## How this was found\n\n");
	letter_software_note(letter, text);
	text_add_char(text, ' ');
	letter_grouping(letter, text);
	text_add_char(text, '\n');
}

int letter_markdown(const struct letter *letter, const char *path, struct complaint *complaint)
{
	const char *rest = NULL;
	struct arena arena;
	struct text text;
	int result;

	arena_init(&arena, (size_t)1 << 20, 0);
	text_init(&text, MARKDOWN_OCTETS_MAX);
	/* The letter last: who sees it finds the file that it names. */
	result = letter_rest(letter, &arena, path, &rest, complaint);
	if (result == OK) {
		letter_markdown_text(letter, rest, &text);
		result = text.error;
	}
	if (result == OK)
		result = file_write(path, text_get(&text), text.length, complaint);
	text_release(&text);
	arena_release(&arena);
	return result;
}
