/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one look-up may cost, whoever owns the zones on its way: one table, each limit with its
 * reason. Past a limit a look-up ends as LOOKUP_LIMIT and RESOLVER_INDETERMINATE, and says which
 * one it was; nothing is called bogus or insecure because it was dear. Side look-ups (a name
 * server's address, a zone's keys) draw on the budget of the look-up that started them.
 */
#ifndef DNS_RESOLVER_LIMIT_H
#define DNS_RESOLVER_LIMIT_H

#include <stddef.h>
#include <stdint.h>

/* name, value, what is counted, why this number */
/* clang-format off */
#define RESOLVER_LIMITS(row) \
	row(QUERIES, 100, "questions for one answer", \
	    "an honest name takes 5 to 20 with nothing known; NXNSAttack (CVE-2020-8616), " \
	    "NRDelegation (CVE-2022-3204) and CAMP live from thousands; repetitions count") \
	row(OCTETS, 1u << 20, "octets received for one answer", \
	    "a hundred answers of some KiB; sixteen of 64 KiB are nobody's honest zone") \
	row(MILLISECONDS, 30000, "milliseconds for one answer", \
	    "a person has gone by then; servers that drip octets hold no place longer") \
	row(LABELS, 40, "labels walked down, and so zone cuts on one path", \
	    "ip6.arpa has 34; names are walked label by label (RFC 9156 s2.3)") \
	row(ALIASES, 8, "steps of CNAME and DNAME", \
	    "honest chains have one to four; resolvers in use end at 8 to 16") \
	row(NESTING, 6, "name servers of name servers of ...", \
	    "delegations without glue nest two or three deep where nothing is wrong") \
	row(TRIES, 8, "servers of a zone asked one question", \
	    "four name servers in two families; who needs more is down") \
	row(NAME_SERVERS, 9, "name servers whose addresses are looked up for one zone", \
	    "NXNSAttack (CVE-2020-8616) lives from larger numbers") \
	row(MESSAGE_SIGNATURES, 128, "units of work on signatures in one message", \
	    "a unit is a check by P-256, P-384 takes seven; honest messages have about two for " \
	    "each RRset (KeyTrap, CVE-2023-50387)") \
	row(SIGNATURES, 400, "units of work on signatures for one answer", \
	    "an honest chain takes 4 to 30 signatures; 400 units are 30 to 40 ms (KeyTrap)") \
	row(DS_KEYS, 64, "pairs of DS and DNSKEY compared for one zone", \
	    "registries take six DS records or so, and key tags differ (KeyTrap)")
/* clang-format on */

#define LIMIT_CONSTANT(name, value, what, why) LIMIT_##name = (value),
/* The numbers themselves: LIMIT_QUERIES, LIMIT_OCTETS, ... */
enum limit_value { RESOLVER_LIMITS(LIMIT_CONSTANT) };
#undef LIMIT_CONSTANT

#define LIMIT_KIND(name, value, what, why) PAST_##name,
/* Which limit was passed. */
enum limit_kind { PAST_NONE, RESOLVER_LIMITS(LIMIT_KIND) PAST_COUNT };
#undef LIMIT_KIND

struct limit {
	const char *name; /* "QUERIES" */
	uint32_t value;
	const char *what;
	const char *why;
};
/* All of them, for documentation and tests; the first belongs to PAST_NONE and is empty. */
const struct limit *limit_all(size_t *ret_count);
const struct limit *limit_of(enum limit_kind kind);

#endif
