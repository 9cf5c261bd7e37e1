/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the domains of a world really have: read from the zones as its servers give them and from
 * the servers themselves, record by record. No judge has a part in it, and none of the words by
 * which the file may have asked for it (`shows`) is looked at. Servers that are silent count as if
 * they answered: a scan that cannot see them knows less, and the truth is the same.
 *
 * Told is only what is beyond doubt: of a domain with a fault other than what it lacks, or with a
 * server that misbehaves otherwise than by silence, open transfers or its routes, nothing is said.
 */
#ifndef WORLD_ADOPTION_H
#define WORLD_ADOPTION_H

#include "base/error.h"
#include "world/world.h"

#include <stdint.h>

/* In the order and by the names that `dsfi check --facts` has. */
enum adoption {
	ADOPTION_DELEGATED,
	ADOPTION_SIGNED,
	ADOPTION_SECURE,
	ADOPTION_MODERN_ALGORITHM,
	ADOPTION_CDS,
	ADOPTION_NSEC3,
	ADOPTION_MAIL,
	ADOPTION_NULL_MX,
	ADOPTION_SPF,
	ADOPTION_SPF_STRICT,
	ADOPTION_DMARC,
	ADOPTION_DMARC_ENFORCED,
	ADOPTION_MTA_STS,
	ADOPTION_MTA_STS_ENFORCED,
	ADOPTION_TLSRPT,
	ADOPTION_TLSA_MAIL,
	ADOPTION_TLSA_WEB,
	ADOPTION_CAA,
	ADOPTION_IPV6_NS,
	ADOPTION_IPV6_MAIL,
	ADOPTION_DOT,
	ADOPTION_DOH,
	ADOPTION_DOQ,
	ADOPTION_ROA_NS,
	ADOPTION_TWO_NETWORKS,
	ADOPTION_COOKIES,
	ADOPTION_ZONEMD,
	ADOPTION_COUNT,
};
const char *adoption_word(enum adoption adoption);

enum adopted { ADOPTED_UNTOLD, ADOPTED_NOT, ADOPTED };

/* How the domain's name servers are called, and so whose they seem to be. */
enum served_by {
	SERVED_BY_OPERATOR,    /* by names of the operator's */
	SERVED_BY_WHITE_LABEL, /* by names below the domain, at addresses of the operator's */
	SERVED_BY_ITSELF,      /* by servers of its own, whose names are below the domain */
};
const char *served_by_word(enum served_by served_by);

struct adopter {
	const uint8_t *domain;
	const uint8_t *tld;
	const char *dns_operator; /* that of the file, whatever set of its servers */
	enum served_by served_by;
	enum adopted states[ADOPTION_COUNT];
};
/* The row and what it points to live until the return. A negative return stops with that code. */
typedef int world_adoption_take(void *context, const struct adopter *adopter);

/* Every domain in the file's order. Keys are made for it: some ten thousand domains a second. */
MUST_CHECK int world_adoption(const struct world *world, world_adoption_take *take, void *context);

#endif
