/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/parse_private.h"
#include "world/shown_private.h"

#include <assert.h>

static const struct {
	const char *word;
	uint16_t needs; /* SHOW_BIT: what makes no sense without these */
	bool needs_keys;
} rows[] = {
	[SHOW_MAIL] = {"mail", 0, false},
	[SHOW_NULL_MX] = {"null-mx", 0, false},
	[SHOW_IPV6_MAIL] = {"ipv6-mail", SHOW_BIT(SHOW_MAIL), false},
	[SHOW_SPF] = {"spf", 0, false},
	[SHOW_SPF_STRICT] = {"spf-strict", SHOW_BIT(SHOW_SPF), false},
	[SHOW_DMARC] = {"dmarc", 0, false},
	[SHOW_DMARC_ENFORCED] = {"dmarc-enforced", SHOW_BIT(SHOW_DMARC), false},
	[SHOW_MTA_STS] = {"mta-sts", SHOW_BIT(SHOW_MAIL), false},
	[SHOW_MTA_STS_ENFORCED] = {"mta-sts-enforced", SHOW_BIT(SHOW_MTA_STS), false},
	[SHOW_TLSRPT] = {"tlsrpt", 0, false},
	[SHOW_TLSA_MAIL] = {"tlsa-mail", SHOW_BIT(SHOW_MAIL), true},
	[SHOW_TLSA_WEB] = {"tlsa-web", 0, true},
	[SHOW_CAA] = {"caa", 0, false},
	[SHOW_CDS] = {"cds", 0, true},
};
static_assert(sizeof(rows) / sizeof(rows[0]) == SHOW_COUNT, "a row each");

const char *show_word(enum show show)
{
	assert(show < SHOW_COUNT);
	return rows[show].word;
}

int parse_shows(struct parse *parse, struct zone *zone)
{
	const char *words[SHOW_COUNT + 1] = {NULL};
	for (enum show i = 0; i < SHOW_COUNT; i++)
		words[i] = show_word(i);
	bool more;
	int error = yaml_list(&parse->yaml);
	zone->flags |= ZONE_IS_SHOWN;
	while (!error && !(error = yaml_more(&parse->yaml, &more)) && more) {
		int show;
		error = yaml_choice(&parse->yaml, "thing to show", words, &show);
		if (!error)
			zone->shows |= (uint16_t)SHOW_BIT(show);
	}
	return error;
}

static void check_needs(struct world *world, const struct zone *zone, enum show show)
{
	assert(show < SHOW_COUNT && (zone->flags & ZONE_IS_SHOWN));
	for (enum show i = 0; i < SHOW_COUNT; i++)
		if ((rows[show].needs & SHOW_BIT(i)) && !zone_shows(zone, i))
			world_mistake(world, zone->line, "a domain that shows '%s' shows '%s', too",
				      rows[show].word, rows[i].word);
	if (rows[show].needs_keys && zone->algorithm == 0)
		world_mistake(world, zone->line,
			      "'%s' needs a signed domain: add 'signed: 13 nsec'", rows[show].word);
}

/* A domain that lets nobody send mail in its name, and takes none, needs no DMARC. */
static bool may_send(const struct zone *zone)
{
	if (zone_shows(zone, SHOW_MAIL))
		return true;
	return zone_shows(zone, SHOW_SPF) && !zone_shows(zone, SHOW_SPF_STRICT);
}

static fault_mask amounts_to(const struct zone *zone)
{
	fault_mask faults = 0;
	if (!zone_shows(zone, SHOW_SPF))
		faults |= FAULT_BIT(FAULT_SPF_MISSING);
	else if (!zone_shows(zone, SHOW_SPF_STRICT))
		faults |= FAULT_BIT(FAULT_SPF_NEUTRAL);
	if (!zone_shows(zone, SHOW_DMARC) && may_send(zone))
		faults |= FAULT_BIT(FAULT_DMARC_MISSING);
	else if (zone_shows(zone, SHOW_DMARC) && !zone_shows(zone, SHOW_DMARC_ENFORCED))
		faults |= FAULT_BIT(FAULT_DMARC_NONE);
	return faults;
}

void shown_check(struct world *world, struct zone *zone)
{
	if (!(zone->flags & ZONE_IS_SHOWN))
		return;
	if (zone->faults != 0)
		world_mistake(world, zone->line, "a domain has 'shows' or 'faults', not both");
	if (zone_shows(zone, SHOW_MAIL) && zone_shows(zone, SHOW_NULL_MX))
		world_mistake(world, zone->line, "a domain cannot show '%s' and '%s'",
			      rows[SHOW_MAIL].word, rows[SHOW_NULL_MX].word);
	for (enum show i = 0; i < SHOW_COUNT; i++)
		if (zone_shows(zone, i))
			check_needs(world, zone, i);
	zone->faults |= amounts_to(zone);
}
