/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Demands of lessons in which keys and DS records change. */
#include "tell/learn/measure.h"
#include "tell/learn/predicate.h"
#include "tell/learn/registrar.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A look at servers that are all silent takes half a minute. */
#define WATCHING_MAX_S 60
#define STATE_OCTETS_MAX ((size_t)1024 * 1024)

/* The tags of the DS records that the domain had when the learner began. */
static size_t first_tags(const struct desk *desk, const char *domain,
			 uint16_t tags[MEASURED_TAGS_MAX])
{
	struct text text;
	size_t count = 0;
	const size_t length = strlen(domain);
	text_init(&text, STATE_OCTETS_MAX);
	if (desk_read(desk, DESK_FIRST, &text))
		text_reset(&text);
	for (const char *at = text_get(&text); *at; at += strcspn(at, "\n"), at += *at == '\n') {
		const char *ds = strstr(at, REGISTRAR_DS);
		if (ds && strncmp(at, domain, length) == 0 && count < MEASURED_TAGS_MAX)
			tags[count++] = (uint16_t)strtoul(ds + strlen(REGISTRAR_DS), NULL, 10);
	}
	text_release(&text);
	return count;
}

/* `new-key DOMAIN`: secure, by none of the keys that it had at first. */
bool holds_new_key(const struct desk *desk, const struct words *words, struct text *why)
{
	static const char *const types[] = {"DS", "DNSKEY"};
	struct measured measured[2];
	uint16_t first[MEASURED_TAGS_MAX];
	const size_t first_count = first_tags(desk, words->items[0], first);
	measured_init(&measured[0]);
	measured_init(&measured[1]);
	bool holds = measure_names(words->items[0], types, 2, measured) == 0 &&
		     measured[0].is_found && measured[0].is_secure && measured[1].is_found &&
		     measured[1].is_secure;
	if (!holds)
		text_format(why, "%s has no chain of trust", words->items[0]);
	for (size_t i = 0; i < first_count && holds; i++) {
		for (size_t j = 0; j < 2 && holds; j++) {
			holds = !measured_has_tag(measured[j].tags, measured[j].tag_count,
						  first[i]);
			if (!holds)
				text_format(why, "the old key %u is still in %s", first[i],
					    j == 0 ? "the DS records of the parent"
						   : "the zone's DNSKEY records");
		}
	}
	measured_release(&measured[0]);
	measured_release(&measured[1]);
	return holds && first_count > 0;
}

/* `unbroken`: nobody who looked on would have failed. */
bool holds_unbroken(const struct desk *desk, const struct words *words, struct text *why)
{
	struct text seen;
	(void)words;
	if (desk_touched_s(desk, DESK_WATCHING) > WATCHING_MAX_S) {
		text_add(why, "nobody has looked on lately, so that nobody knows; leave this shell "
			      "and open the lesson again");
		return false;
	}
	assert(desk->lesson->watched != NULL);
	text_init(&seen, STATE_OCTETS_MAX);
	const bool holds = desk_read(desk, DESK_SEEN, &seen) == 0 && seen.length == 0;
	const char *line = text_get(&seen);
	if (!holds)
		text_format(why, "%.*s; what was seen stays seen: dsfi learn --reset begins anew",
			    (int)strcspn(line, "\n"), line);
	text_release(&seen);
	return holds;
}

/* `by-cds DOMAIN`: the registry has read its DS records from CDS, and nobody handed any in. */
bool holds_by_cds(const struct desk *desk, const struct words *words, struct text *why)
{
	struct text changes;
	char by_hand[512];
	char by_cds[512];
	snprintf(by_hand, sizeof(by_hand), "%s. %s\n", words->items[0], REGISTRAR_BY_HAND);
	snprintf(by_cds, sizeof(by_cds), "%s. %s\n", words->items[0], REGISTRAR_BY_CDS);
	text_init(&changes, STATE_OCTETS_MAX);
	const bool is_read = desk_read(desk, DESK_CHANGES, &changes) == 0;
	const bool was_handed = strstr(text_get(&changes), by_hand) != NULL;
	const bool holds = is_read && !was_handed && strstr(text_get(&changes), by_cds);
	if (was_handed)
		text_format(why, "DS records of %s were handed in; dsfi learn --reset begins anew",
			    words->items[0]);
	else if (!holds)
		text_format(why, "the registry has found no new CDS records at %s that it takes",
			    words->items[0]);
	text_release(&changes);
	return holds;
}
