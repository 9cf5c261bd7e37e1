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
#ifndef WORLD_TRUE_FACTS_H
#define WORLD_TRUE_FACTS_H

#include "base/error.h"
#include "world/world.h"

#include <stdint.h>

/* In the order and by the names that `dsfi check --facts` has. */
enum true_fact {
	TRUE_DELEGATED,
	TRUE_SIGNED,
	TRUE_SECURE,
	TRUE_MODERN_ALGORITHM,
	TRUE_CDS,
	TRUE_NSEC3,
	TRUE_MAIL,
	TRUE_NULL_MX,
	TRUE_SPF,
	TRUE_SPF_STRICT,
	TRUE_DMARC,
	TRUE_DMARC_ENFORCED,
	TRUE_MTA_STS,
	TRUE_MTA_STS_ENFORCED,
	TRUE_TLSRPT,
	TRUE_TLSA_MAIL,
	TRUE_TLSA_WEB,
	TRUE_CAA,
	TRUE_IPV6_NS,
	TRUE_IPV6_MAIL,
	TRUE_DOT,
	TRUE_DOH,
	TRUE_DOQ,
	TRUE_ROA_NS,
	TRUE_TWO_NETWORKS,
	TRUE_COOKIES,
	TRUE_ZONEMD,
	TRUE_COUNT,
};
const char *true_fact_word(enum true_fact fact);

enum true_state { STATE_UNTOLD, STATE_ABSENT, STATE_PRESENT };

/* How the domain's name servers are called, and so whose they seem to be. */
enum served_by {
	SERVED_BY_OPERATOR,    /* by names of the operator's */
	SERVED_BY_WHITE_LABEL, /* by names below the domain, at addresses of the operator's */
	SERVED_BY_ITSELF,      /* by servers of its own, whose names are below the domain */
};
const char *served_by_word(enum served_by served_by);

struct true_facts {
	const uint8_t *domain;
	const uint8_t *tld;
	const char *dns_operator; /* that of the file, whatever set of its servers */
	enum served_by served_by;
	enum true_state states[TRUE_COUNT];
};
/* The row and what it points to live until the return. A negative return stops with that code. */
typedef int world_true_facts_take(void *context, const struct true_facts *facts);

/* Every domain in the file's order. Keys are made for it: some ten thousand domains a second. */
MUST_CHECK int world_true_facts(const struct world *world, world_true_facts_take *take,
				void *context);

#endif
