/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts: what a domain shows of itself, whether or not anything is wrong with it. Findings tell
 * what to mend; facts tell who has what, for counting (judge/adopt). They are found with the
 * judgement, while its evidence stands.
 *
 * A fact that several servers could show is present where every usable one shows it, absent where
 * one does not: the worst address decides. What was not asked for, or could not be measured of any,
 * is unknown; it is never absent for that.
 */
#ifndef JUDGE_CHECK_FACTS_H
#define JUDGE_CHECK_FACTS_H

#include "base/error.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers stay: judge and keeper exchange them. Behind a slash: what it takes. */
enum fact {
	FACT_DELEGATED,        /* the parent names servers for it, or serves it itself */
	FACT_SIGNED,           /* a DS at the parent, and DNSKEYs of every usable server */
	FACT_SECURE,           /* signed, and the chain of trust leads to the zone's own keys */
	FACT_MODERN_ALGORITHM, /* every key of every server is ECDSA (13, 14) or EdDSA (15, 16) */
	FACT_CDS,              /* CDS or CDNSKEY at every usable server */
	FACT_NSEC3,            /* what does not exist is denied by NSEC3 and not by NSEC */
	FACT_MAIL,             /* somebody takes mail: MX, or the domain's own address */
	FACT_NULL_MX,          /* the only MX says that nobody does (RFC 7505) */
	FACT_SPF,
	FACT_SPF_STRICT, /* SPF says of everybody else that they may not, or should not */
	FACT_DMARC,      /* a record in force, the domain's own or the one of its organisation */
	FACT_DMARC_ENFORCED, /* quarantine or reject, and not testing */
	FACT_MTA_STS,
	FACT_MTA_STS_ENFORCED, /* its policy says so; known only with --connect */
	FACT_TLSRPT,
	FACT_TLSA_MAIL, /* every mail server has TLSA records with a chain of trust */
	FACT_TLSA_WEB,  /* the domain's own web server has */
	FACT_CAA,       /* at the domain itself (RFC 8659) */
	FACT_IPV6_NS,   /* two addresses at least, or one where there is one name server */
	FACT_IPV6_MAIL, /* a mail server has an IPv6 address */
	FACT_DOT,
	FACT_DOH,
	FACT_DOQ,
	FACT_ROA_NS,       /* the route to every name server is valid (RFC 6811) */
	FACT_TWO_NETWORKS, /* whatever network fails, a name server is left */
	FACT_COOKIES,      /* every usable server gives DNS cookies (RFC 7873) */
	FACT_ZONEMD,       /* the zone that came whole has a digest; known only with --own */
	FACT_COUNT,
};
/* Two bits each in FACTS_OCTETS. */
#define FACTS_MAX 32u
#define FACTS_OCTETS 8u
static_assert(FACT_COUNT <= FACTS_MAX, "two bits each");

enum fact_state { FACT_UNKNOWN, FACT_ABSENT, FACT_PRESENT, FACT_STATE_COUNT };

struct facts {
	enum fact_state states[FACT_COUNT];
};

struct evidence;
/* ERR_MEMORY only. What nothing is known of stays unknown. */
MUST_CHECK int facts_find(const struct evidence *evidence, struct facts *ret_facts);

/* Lower case with hyphens, as catalog/adoption names it: "mta-sts-enforced". */
const char *fact_text(enum fact fact);

/* All unknown: zero octets. */
void facts_pack(const struct facts *facts, uint8_t ret_octets[FACTS_OCTETS]);
/* ERR_FORMAT: a state or fact that nobody knows. */
MUST_CHECK int facts_unpack(const uint8_t octets[FACTS_OCTETS], struct facts *ret_facts);

#endif
