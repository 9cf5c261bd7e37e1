/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a domain shows, where the file says so (`shows: [mail, spf]`) instead of leaving it to the
 * seed: exactly these and nothing else of the kind, so that who has adopted what is known before
 * anybody looks. In which of several usual forms a record is written is still the seed's choice.
 */
#ifndef WORLD_SHOWN_PRIVATE_H
#define WORLD_SHOWN_PRIVATE_H

#include "world/model_private.h"

enum show {
	SHOW_MAIL,    /* an MX that takes mail */
	SHOW_NULL_MX, /* an MX that says that nobody does; neither: no MX, and no address at the top
		       */
	SHOW_IPV6_MAIL,
	SHOW_SPF,
	SHOW_SPF_STRICT, /* -all or ~all; otherwise ?all */
	SHOW_DMARC,
	SHOW_DMARC_ENFORCED, /* quarantine or reject; otherwise none */
	SHOW_MTA_STS,
	SHOW_MTA_STS_ENFORCED, /* otherwise its mode is testing */
	SHOW_TLSRPT,
	SHOW_TLSA_MAIL,
	SHOW_TLSA_WEB,
	SHOW_CAA,
	SHOW_CDS,
	SHOW_COUNT,
};
static_assert(SHOW_COUNT <= 16, "zone->shows has a bit for each");
#define SHOW_BIT(show) (1u << (show))

const char *show_word(enum show show);
static inline bool zone_shows(const struct zone *zone, enum show show)
{
	return (zone->shows & SHOW_BIT(show)) != 0;
}

/* Notes what contradicts itself; adds the faults that what is shown, or is not, amounts to. */
void shown_check(struct world *world, struct zone *zone);
/* All of those. */
#define FAULTS_OF_SHOWN                                                \
	(FAULT_BIT(FAULT_SPF_MISSING) | FAULT_BIT(FAULT_SPF_NEUTRAL) | \
	 FAULT_BIT(FAULT_DMARC_MISSING) | FAULT_BIT(FAULT_DMARC_NONE))

#endif
