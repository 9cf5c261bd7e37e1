/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fix of a check's page ("How to mend it") for one software, with what is known of the
 * operator's own domain in the places that the page leaves open: DOMAIN and example.com, ADDRESS,
 * TAG. Only names that can be typed as they are are filled in: a name in the DNS may hold what a
 * shell or a configuration would obey.
 */
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool next_line(const struct prose_part *part, size_t *cursor, struct prose_part *ret_line)
{
	assert(*cursor <= part->length);
	if (*cursor >= part->length)
		return false;
	const char *start = part->start + *cursor;
	const size_t left = part->length - *cursor;
	const char *feed = memchr(start, '\n', left);
	const size_t length = feed ? (size_t)(feed - start) : left;

	*ret_line = (struct prose_part){start, length};
	*cursor += length + (feed ? 1 : 0);
	return true;
}

static bool begins(const struct prose_part *line, const char *prefix)
{
	const size_t length = strlen(prefix);

	return line->length >= length && memcmp(line->start, prefix, length) == 0;
}

/* "### BIND", "### BIND, on the secondary". */
static bool is_heading_of(const struct prose_part *line, const char *name)
{
	const size_t length = strlen(name);

	return begins(line, "### ") && line->length >= 4 + length &&
	       memcmp(line->start + 4, name, length) == 0 &&
	       (line->length == 4 + length || line->start[4 + length] == ',');
}

bool letter_find_fix(const struct letter_row *row, enum letter_software software,
		     struct letter_fix *ret_fix)
{
	const char *name = letter_software_name(software);
	struct letter_fix fix = {.software = software, .before = {"", 0}, .part = {"", 0}};
	struct prose_part section;
	struct prose_part line;
	size_t cursor = 0;
	bool has_heading = false;
	bool is_in = false;

	if (!row->check || !prose_section(row->check->page, "How to mend it", &section))
		return false;
	fix.before.start = section.start;
	while (next_line(&section, &cursor, &line)) {
		if (begins(&line, "### ")) {
			has_heading = true;
			is_in = is_heading_of(&line, name);
			if (is_in)
				fix.part = (struct prose_part){section.start + cursor, 0};
		} else if (!has_heading) {
			fix.before.length = cursor;
		} else if (is_in) {
			fix.part.length = (size_t)(section.start + cursor - fix.part.start);
		}
	}
	assert(fix.before.length + fix.part.length <= section.length);
	*ret_fix = fix;
	return true;
}

bool letter_next_fix(const struct letter *letter, const struct letter_row *row, int *cursor,
		     struct letter_fix *ret_fix)
{
	/* Above the software's numbers: one was told. */
	const bool is_first = *cursor < LETTER_SOFTWARE_COUNT;
	int next = *cursor % LETTER_SOFTWARE_COUNT;

	assert(*cursor >= 0 && *cursor <= 2 * LETTER_SOFTWARE_COUNT);
	if (*cursor == 2 * LETTER_SOFTWARE_COUNT)
		return false;
	for (; next < LETTER_SOFTWARE_COUNT; next++) {
		if (!letter_tells(letter, (enum letter_software)next) ||
		    !letter_find_fix(row, (enum letter_software)next, ret_fix))
			continue;
		ret_fix->is_first = is_first;
		*cursor = LETTER_SOFTWARE_COUNT + next + 1;
		return true;
	}
	return false;
}

bool letter_next_block(const struct prose_part *part, size_t *cursor, struct prose_part *ret_block)
{
	struct prose_part line;
	const char *start = NULL;

	while (next_line(part, cursor, &line)) {
		if (!begins(&line, "```"))
			continue;
		if (start) {
			*ret_block = (struct prose_part){start, (size_t)(line.start - start)};
			return true;
		}
		start = part->start + *cursor;
	}
	return false;
}

/* ---- filling in ---- */

static bool is_of_word(char character)
{
	return isalnum((unsigned char)character) || character == '_' || character == '-';
}

/* "ns1.example.com" of a page is a name server's name, and rarely the domain's own. */
static bool is_name_server(const struct prose_part *part, size_t at)
{
	size_t label = at > 0 ? at - 1 : 0;

	if (at == 0 || part->start[label] != '.')
		return false;
	while (label > 0 && is_of_word(part->start[label - 1]))
		label--;
	return label + 2 < at && memcmp(part->start + label, "ns", 2) == 0;
}

/* Does the word stand there alone? "_acme-challenge.DOMAIN." has it, "OLD-TAG" has no TAG. */
static bool has_word(const struct prose_part *part, size_t at, const char *word)
{
	const size_t length = strlen(word);

	return part->length - at >= length && memcmp(part->start + at, word, length) == 0 &&
	       (at == 0 || !is_of_word(part->start[at - 1])) &&
	       (at + length == part->length || !is_of_word(part->start[at + length])) &&
	       !is_name_server(part, at);
}

struct filling {
	const char *word;
	char value[NAME_TEXT_MAX];
};

static size_t fillings_of(const struct letter_row *row, const char *domain,
			  struct filling fillings[4])
{
	size_t count = 0;

	if (domain && letter_is_typeable(domain)) {
		size_t length = strlen(domain);

		if (length > 1 && domain[length - 1] == '.')
			length--;
		assert(length < sizeof(fillings[0].value));
		for (; count < 2; count++) {
			fillings[count].word = count == 0 ? "DOMAIN" : "example.com";
			memcpy(fillings[count].value, domain, length);
			fillings[count].value[length] = '\0';
		}
	}
	if (row->server_count > 0) {
		fillings[count].word = "ADDRESS";
		snprintf(fillings[count++].value, NAME_TEXT_MAX, "%s", row->servers[0]);
	}
	if (row->key_tag > 0) {
		fillings[count].word = "TAG";
		snprintf(fillings[count++].value, NAME_TEXT_MAX, "%u", row->key_tag);
	}
	return count;
}

void letter_fill(const struct letter_row *row, const char *domain, const struct prose_part *part,
		 struct text *filled)
{
	struct filling fillings[4];
	const size_t count = fillings_of(row, domain, fillings);
	size_t at = 0;

	assert(count <= 4);
	while (at < part->length) {
		size_t i = 0;

		while (i < count && !has_word(part, at, fillings[i].word))
			i++;
		if (i == count) {
			text_add_char(filled, part->start[at++]);
			continue;
		}
		text_add(filled, fillings[i].value);
		at += strlen(fillings[i].word);
	}
}

void letter_verify(const struct letter_row *row, struct text *text)
{
	struct prose_part section;
	struct prose_part block;
	struct prose_part line;
	size_t cursor = 0;
	size_t inner = 0;

	if (row->check && prose_section(row->check->page, "How to verify", &section) &&
	    letter_next_block(&section, &cursor, &block) && next_line(&block, &inner, &line)) {
		letter_fill(row, row->domain, &line, text);
		return;
	}
	text_add(text, "dsfi check DOMAIN");
}
