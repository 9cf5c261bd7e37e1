/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <string.h>

const char *letter_title(const struct letter_row *row)
{
	return row->check ? row->check->title : "A finding of another version of dsfi";
}

void letter_date(const struct letter *letter, struct text *text)
{
	char started[TIME_TEXT_MAX];

	time_to_text(letter->run.started_s, started);
	started[10] = '\0';
	text_add(text, started);
}

static uint32_t effect_share(const struct letter *letter)
{
	uint64_t all = 0;
	uint64_t first = 0;

	for (uint32_t i = 0; i < letter->ours_count; i++) {
		all += letter->rows[i].effect;
		first += i < LETTER_CHANGES ? letter->rows[i].effect : 0;
	}
	assert(first <= all);
	return all > 0 ? (uint32_t)(first * 100 / all) : 0;
}

void letter_lead(const struct letter *letter, struct text *text)
{
	const uint32_t changes =
		letter->ours_count < LETTER_CHANGES ? letter->ours_count : LETTER_CHANGES;

	if (letter->troubled == 0) {
		text_format(text,
			    "Nothing was found that you would have to mend on the %u %s whose name "
			    "servers you run.",
			    letter->domain_count, letter->domain_count == 1 ? "domain" : "domains");
	} else {
		text_format(text,
			    "%u of the %u %s whose name servers you run %s something that you can "
			    "mend. ",
			    letter->troubled, letter->domain_count,
			    letter->domain_count == 1 ? "domain" : "domains",
			    letter->troubled == 1 ? "has" : "have");
		if (letter->ours_count > LETTER_CHANGES)
			text_format(
				text,
				"The %u changes that matter most are told first; they are %u %% of "
				"the effect of all.",
				changes, effect_share(letter));
		else
			text_format(text, "%s told below.",
				    changes == 1 ? "One change is" : "The changes are");
	}
	if (letter->not_measured > 0)
		text_format(text, " %u could not be measured: of them nothing is known.",
			    letter->not_measured);
	letter_excepted_lead(letter, text);
}

void letter_grouping(const struct letter *letter, struct text *text)
{
	struct arena arena;
	const char *separator = "";

	arena_init(&arena, (size_t)1 << 16, 0);
	text_add(text,
		 "A domain counts as yours by the names and addresses of the name servers that "
		 "its parent names: ");
	for (int i = 0; i < OPERATOR_RULE_COUNT; i++) {
		const char *words;

		if (letter->by_rule[i] == 0)
			continue;
		words = operator_words(&arena, &letter->by_rule_example[i]);
		text_format(text, "%s%u since %s", separator, letter->by_rule[i],
			    words ? words : "a rule says so");
		separator = "; ";
	}
	text_add(text, ".");
	if (letter->shared > 0)
		text_format(text,
			    " %u of them %s name servers of others, too: for those, whose findings "
			    "are not told here, and for you a letter each is written.",
			    letter->shared, letter->shared == 1 ? "has" : "have");
	text_add(text,
		 " Is a domain here wrongly, a line in the file that is given with --operators "
		 "corrects it.");
	arena_release(&arena);
}

void letter_software_note(const struct letter *letter, struct text *text)
{
	const char *separator = " ";

	if (letter->wanted != LETTER_SOFTWARE_COUNT) {
		text_format(text, "The fixes are for %s, as was asked for.",
			    letter_software_name(letter->wanted));
		return;
	}
	text_add(text, "The fixes are for");
	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++) {
		if (!letter_tells(letter, (enum letter_software)i))
			continue;
		text_format(text, "%s%s", separator, letter_software_name((enum letter_software)i));
		separator = ", ";
	}
	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++)
		if (letter->software_servers[i] > 0) {
			text_add(text, ", as your servers say of themselves.");
			return;
		}
	text_add(text, ": your servers do not say what they are.");
}

const struct letter_row *letter_next_concern(const struct letter *letter, uint32_t domain,
					     size_t *cursor)
{
	assert(domain < letter->domain_count);
	if (*cursor == 0) {
		size_t high = letter->concern_count;

		while (*cursor < high) {
			const size_t middle = *cursor + (high - *cursor) / 2;

			if (letter->concerns[middle].domain < domain)
				*cursor = middle + 1;
			else
				high = middle;
		}
	}
	if (*cursor >= letter->concern_count || letter->concerns[*cursor].domain != domain)
		return NULL;
	return &letter->rows[letter->concerns[(*cursor)++].row];
}
