/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which software answers: as it says of itself (version.bind), where it does. Nothing is guessed
 * from how a server behaves: what a server hides, it may hide, and all four fixes are told.
 */
#include "dns/wire/type.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *word, *name, *sign;
} softwares[] = {
	[LETTER_BIND] = {"bind", "BIND", "bind"},
	[LETTER_KNOT] = {"knot", "Knot DNS", "knot"},
	[LETTER_NSD] = {"nsd", "NSD", "nsd"},
	[LETTER_POWERDNS] = {"powerdns", "PowerDNS", "powerdns"},
};
static_assert(sizeof(softwares) / sizeof(softwares[0]) == LETTER_SOFTWARE_COUNT, "a row each");

const char *letter_software_name(enum letter_software software)
{
	assert(software < LETTER_SOFTWARE_COUNT);
	return softwares[software].name;
}

const char *letter_software_word(enum letter_software software)
{
	assert(software < LETTER_SOFTWARE_COUNT);
	return softwares[software].word;
}

enum letter_software letter_software_from_text(const char *word)
{
	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++)
		if (word && strcmp(softwares[i].word, word) == 0)
			return (enum letter_software)i;
	return LETTER_SOFTWARE_COUNT;
}

/* BIND gives its bare number ("9.18.41-1~deb12u1-Debian"); the others name themselves. */
static enum letter_software software_of(const char *version)
{
	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++)
		if (strcasestr(version, softwares[i].sign))
			return (enum letter_software)i;
	return strncmp(version, "9.", 2) == 0 && strspn(version + 2, "0123456789") > 0
		       ? LETTER_BIND
		       : LETTER_SOFTWARE_COUNT;
}

static enum letter_software said_by(const struct evidence *evidence, const struct view *view)
{
	struct odd odd;
	uint16_t cursor = 0;

	while (odd_next(evidence, view, PROBE_CHAOS, &cursor, &odd)) {
		for (uint16_t i = 0; odd.has_message && i < odd.message.record_count; i++) {
			const struct record *record = &odd.message.records[i];
			const char *text;
			enum letter_software found;

			if (record->section != SECTION_ANSWER || record->type != TYPE_TXT ||
			    record->rdata_size < 2 || record->rdata_size <= record->rdata[0])
				continue;
			text = odd_text(evidence, record->rdata + 1, record->rdata[0]);
			found = text ? software_of(text) : LETTER_SOFTWARE_COUNT;
			if (found != LETTER_SOFTWARE_COUNT)
				return found;
		}
	}
	return LETTER_SOFTWARE_COUNT;
}

int letter_ask_software(struct letter *letter, const struct letter_domain *domain,
			const struct observation *observation)
{
	struct evidence evidence;
	struct arena arena;

	arena_init(&arena, (size_t)64 << 20, 64 * 1024);
	const int result = evidence_prepare(&arena, observation, observation->started_s, &evidence);

	for (uint8_t i = 0; result == OK && i < observation->server_count; i++) {
		enum letter_software found;

		if (!(domain->ours >> i & 1))
			continue;
		found = said_by(&evidence, &evidence.views[i]);
		letter->software_asked++;
		if (found != LETTER_SOFTWARE_COUNT)
			letter->software_servers[found]++;
	}
	arena_release(&arena);
	return result;
}

bool letter_tells(const struct letter *letter, enum letter_software software)
{
	uint32_t known = 0;

	if (letter->wanted != LETTER_SOFTWARE_COUNT)
		return letter->wanted == software;
	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++)
		known += letter->software_servers[i];
	return known == 0 || letter->software_servers[software] > 0;
}
