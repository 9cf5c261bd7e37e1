/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who announces the network that an address is in, and whether its holder said that they may.
 *
 * Two tables, each filled once and then only asked. `struct routes` holds what was seen in BGP:
 * prefixes and the AS that each was announced by (its origin). `struct vrps` holds what holders
 * have signed: validated ROA payloads (VRPs: prefix, longest announcement allowed, AS), read out of
 * ROAs (RFC 9582) by a validator whom the operator trusts. routing_look_up finds the longest
 * announced prefix that covers an address, and what the VRPs say of its origins (RFC 6811 s2).
 *
 * The data comes from files that an operator gives, or from a validator's RTR service
 * (gather/routing/rtr.h). Nothing here asks a third party about an address.
 *
 * Life of a table: *_new, any number of *_add and *_read_* in any order (several files are one
 * table), *_settle once, then look-ups. Adding after settling and asking before are bugs, and so
 * asserted. routes_judge writes beside each origin what the VRPs say of it; an address then costs
 * one search. It is done anew, within a second for the whole Internet, when other VRPs come.
 * Nothing else changes a settled table.
 *
 * How it is kept: prefixes of a family stand sorted in one array, each with the place of the
 * nearest one that covers it; an index over the first bits finds a slice, a binary search the place
 * in it, and a walk up the covering ones the answer. So one search gives the longest match, and the
 * walk gives all that cover it, which RFC 6811 needs and a table of next hops (DIR-24-8, poptrie)
 * does not have. 16 octets a prefix of IPv4, 24 of IPv6, 8 an origin or VRP, and 1 and 4 MiB of
 * index once a family has more than some thousand.
 *
 * Errors: ERR_MEMORY; ERR_LIMIT (more entries than ROUTING_ENTRIES_MAX); ERR_FORMAT (not the format
 * that was said, or too much of it unusable), ERR_ARGUMENT (columns without a needed name),
 * ERR_SHORT (cut short), ERR_UNSUPPORTED (compressed), those of os/file.h; each of a file with a
 * sentence that names file, line and remedy.
 *
 * Standards: RFC 6811 (validation), RFC 9582 (ROA, its maxLength), RFC 6907 (cases), RFC 7607
 * (AS 0). Not judged here: the rest of the AS path (RFC 9234, ASPA), IRR objects.
 */
#ifndef GATHER_ROUTING_ROUTING_H
#define GATHER_ROUTING_ROUTING_H

#include "base/error.h"
#include "net/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Entries of one table: six times the Internet's 1.3 million routes. A table that full takes less
 * than a gigabyte while it is made. */
#define ROUTING_ENTRIES_MAX ((size_t)8 << 20)
/* Origins of one prefix that are kept: the widest anycast prefixes have a dozen. Who is seen by the
 * most comes first; what is over is dropped and counted. */
#define ROUTING_ORIGINS_MAX 32u

/* A network. Host bits are zero; octets behind the family's are zero. */
struct route_prefix {
	uint8_t octets[16]; /* network order; IPv4 in the first four */
	uint8_t family;     /* enum address_family, never ADDRESS_NONE */
	uint8_t bits;       /* 0-32, 0-128 */
};

/* "2001:db8:ffff:ffff:ffff:ffff:255.255.255.255/128" and NUL, with room to spare. */
#define ROUTE_PREFIX_TEXT_MAX (ADDRESS_TEXT_MAX + 4)

/* "192.0.2.0/24". ERR_FORMAT: no address, no or too long a length, host bits that are not zero. */
MUST_CHECK int route_prefix_from_text(const char *text, size_t length,
				      struct route_prefix *ret_prefix);
/* RFC 5952. */
void route_prefix_to_text(const struct route_prefix *prefix, char ret_text[ROUTE_PREFIX_TEXT_MAX]);
bool route_prefix_equal(const struct route_prefix *left, const struct route_prefix *right);

/* What ROAs say of a prefix announced by an AS (RFC 6811 s2); from good to bad, so that the worst
 * of several is the largest. */
enum roa_state {
	ROA_NOT_MEASURED,   /* no VRPs were given, or nobody announces the address */
	ROA_VALID,          /* a ROA of this AS covers the prefix, and its length */
	ROA_NOT_FOUND,      /* no ROA covers it: nobody has said anything */
	ROA_INVALID_LENGTH, /* ROAs of this AS cover it, but none allows so long a prefix */
	ROA_INVALID_AS,     /* ROAs cover it, all of other ASes */
};

/* "valid", "not found", "invalid (length)", "invalid (AS)", "not measured". */
const char *roa_state_text(enum roa_state state);
bool roa_state_is_invalid(enum roa_state state);

/* ---- what holders have signed ---- */

struct vrp {
	struct route_prefix prefix;
	uint8_t max_length; /* bits of the prefix up to the family's */
	uint32_t as;        /* 0: nobody may announce it (RFC 7607, RFC 6483 s4) */
};

struct vrps;

MUST_CHECK int vrps_new(struct vrps **ret_vrps);
/* vrps_free(NULL) is fine. */
void vrps_free(struct vrps *vrps);
/* ERR_FORMAT: max_length out of range. */
MUST_CHECK int vrps_add(struct vrps *vrps, const struct vrp *vrp);
MUST_CHECK int vrps_settle(struct vrps *vrps);
/* Settled: different ones. */
size_t vrps_count(const struct vrps *vrps);
/* Settled: how many were there already. */
size_t vrps_duplicates(const struct vrps *vrps);
/* Never ROA_NOT_MEASURED. AS 0 as an origin is valid of nothing. */
enum roa_state vrps_state(const struct vrps *vrps, const struct route_prefix *prefix,
			  uint32_t origin);
/* Those that cover the prefix, the longest prefix first: the evidence of a state. Returns how many
 * there are; at most `room` are written. */
size_t vrps_covering(const struct vrps *vrps, const struct route_prefix *prefix,
		     struct vrp *ret_vrps, size_t room);

/* The longest prefix around an address that VRPs let this AS announce: longer than what it does
 * announce, and somebody who forges the origin may announce the difference (RFC 9319 s5). 0: they
 * let it announce none. */
unsigned int vrps_longest(const struct vrps *vrps, const struct address *address, uint32_t origin);

/* ---- what was seen in BGP ---- */

struct route_origin {
	uint32_t as;
	uint16_t peers; /* that saw it, as far as the source tells; 0: it does not */
	bool is_in_set; /* a member of an AS_SET: the origin is none (RFC 6811 s2) */
	uint8_t state;  /* enum roa_state; of a look-up only */
};

struct routes;

MUST_CHECK int routes_new(struct routes **ret_routes);
/* routes_free(NULL) is fine. */
void routes_free(struct routes *routes);
/* One origin of a prefix; more of them is a prefix of several origins (MOAS). */
MUST_CHECK int routes_add(struct routes *routes, const struct route_prefix *prefix,
			  const struct route_origin *origin);
MUST_CHECK int routes_settle(struct routes *routes);
/* Settled: compares every origin with the VRPs, which are not needed by `routes` afterwards. NULL:
 * forgets what others said. */
void routes_judge(struct routes *routes, const struct vrps *vrps);
/* Settled: different prefixes. */
size_t routes_count(const struct routes *routes);
/* Settled: pairs of prefix and origin that were there already (the larger count of peers stays). */
size_t routes_duplicates(const struct routes *routes);

/* What is known of an address. */
struct routing_answer {
	bool is_announced;
	struct route_prefix prefix; /* the longest announced one that covers the address */
	enum roa_state state;       /* the worst of these origins */
	size_t origin_count;
	size_t origins_dropped;                           /* over ROUTING_ORIGINS_MAX */
	struct route_origin origins[ROUTING_ORIGINS_MAX]; /* seen by most first, then by number */
};

/* The port does not matter; IPv4-mapped IPv6 is IPv6. Without routes_judge every state is
 * ROA_NOT_MEASURED. */
void routing_look_up(const struct routes *routes, const struct address *address,
		     struct routing_answer *ret_answer);

/* The longest announced prefix that covers the address and of which some origin is not invalid:
 * where traffic goes in networks that drop invalid routes. False: nowhere. */
bool routes_without_invalid(const struct routes *routes, const struct address *address,
			    struct route_prefix *ret_prefix);

/* ---- files ---- */

#define ROUTING_REMARK_MAX 160

/* What a file held. Lines are entries with text; of JSON, the entries of the list. */
struct routing_report {
	uint64_t entries;
	uint64_t taken;
	uint64_t ignored; /* sound, but of no use here: default routes, AS 0, too few peers */
	uint64_t expired; /* VRPs whose time is over */
	uint64_t skipped; /* not understood */
	uint64_t first_skipped_line;            /* 0: none */
	char first_skipped[ROUTING_REMARK_MAX]; /* why */
	int64_t generated_s; /* when the file says that it was made, Unix; 0: it does not */
};

/*
 * `path` "-" is standard input. Plain text: a gzip'd file is refused with the command that unpacks
 * it. A file of which more than one entry in ten is not understood is an error, and so is one whose
 * last line or bracket is missing; what was taken so far stays in the table, which should be freed.
 * `report` may be NULL. It is added to, also on failure: clear it before the first file.
 *
 * VRPs: `now_s` (Unix) leaves out those whose time is over where the file tells ("expires", "Not
 * After"); 0 takes all.
 */

/* rpki-client -c; routinator --format csv, csvcompat, csvext. Columns by the names in the first
 * line, or without such a line AS, prefix, longest prefix, anything. */
MUST_CHECK int vrps_read_csv(struct vrps *vrps, const char *path, int64_t now_s,
			     struct routing_report *report, struct complaint *complaint);
/* rpki-client -j; routinator --format json, jsonext: an object whose "roas" are objects with "asn"
 * (number, or text with or without "AS"), "prefix", "maxLength" (absent: the prefix's own) and
 * maybe "expires". Read entry by entry: memory is bounded by the largest entry (1 MiB at most),
 * whatever the file's size. */
MUST_CHECK int vrps_read_json(struct vrps *vrps, const char *path, int64_t now_s,
			      struct routing_report *report, struct complaint *complaint);
/* CAIDA's pfx2as: address, length and origin with white space between; "1_2" are two origins, "1,2"
 * is an AS_SET of two. Origins come without a count of peers. */
MUST_CHECK int routes_read_pfx2as(struct routes *routes, const char *path,
				  struct routing_report *report, struct complaint *complaint);
/* RIPE's riswhoisdump: origin, prefix and number of peers, comments behind '%'; "{1,2}" is an
 * AS_SET. Lines with fewer than `peers_min` peers are ignored: what one or two peers of several
 * hundred see is a leak, a test or somebody's inside. */
MUST_CHECK int routes_read_ris(struct routes *routes, const char *path, uint16_t peers_min,
			       struct routing_report *report, struct complaint *complaint);

#endif
