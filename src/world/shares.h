/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Worlds whose adoption is known beforehand: a file (docs/format/shares.md) says how many domains
 * each operator has, in which top-level domains, and what share of them has what. The counts in the
 * world are exact: 40 % of 500 domains are 200 domains, the seed only says which. What the world
 * then shows is read back from its zones and servers by world/true_facts.h.
 *
 * A share is of those domains that can have the property: a row of the table below names them. One
 * count is made for every pool: the domains of each operator that states the share itself; else
 * those of each top-level domain that does; else all the rest.
 *
 * Errors: ERR_FORMAT and ERR_LIMIT with a complaint that names the line; ERR_MEMORY.
 */
#ifndef WORLD_SHARES_H
#define WORLD_SHARES_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A thousand octets an operator; nobody states more by hand. */
#define SHARES_FILE_OCTETS_MAX ((size_t)16 * 1024 * 1024)
#define SHARES_DOMAINS_MAX 1000000u
#define SHARES_OPERATORS_MAX 10000u
/* Keys of one mapping, of which the reader knows 32. */
#define SHARES_TLDS_MAX 30u
/* Each has an address of 198.18.0.0/16 with a /31 for itself (world/make_operator.c). */
#define SHARES_SERVERS_MAX 32000u
/* A share in hundredths of a percent. */
#define SHARE_WHOLE 10000u

/* In the order in which they are given out: what another one rests on comes first. */
enum share {
	/* of an operator's servers: domains with the same go to the same servers */
	SHARE_IPV6_NS,
	SHARE_DOT,
	SHARE_DOH,
	SHARE_DOQ,
	SHARE_ROA_NS,
	SHARE_TWO_NETWORKS,
	SHARE_COOKIES,
	SHARE_TRANSFER_OPEN,
	/* of the domain */
	SHARE_WHITE_LABEL,
	SHARE_SIGNED,
	SHARE_MODERN_ALGORITHM,
	SHARE_NSEC3,
	SHARE_CDS,
	SHARE_MAIL,
	SHARE_NULL_MX,
	SHARE_IPV6_MAIL,
	SHARE_SPF,
	SHARE_SPF_STRICT,
	SHARE_DMARC,
	SHARE_DMARC_ENFORCED,
	SHARE_MTA_STS,
	SHARE_MTA_STS_ENFORCED,
	SHARE_TLSRPT,
	SHARE_TLSA_MAIL,
	SHARE_TLSA_WEB,
	SHARE_CAA,
	SHARE_ZONEMD,
	SHARE_COUNT,
};
#define SHARE_OF_SERVERS_COUNT (SHARE_TRANSFER_OPEN + 1u)

struct share_row {
	const char *word;
	const char *of;    /* which domains it is a share of, in words */
	uint16_t fallback; /* where nobody states it */
};
const struct share_row *share_row(enum share share);

struct shares;

MUST_CHECK int shares_parse(const char *data, size_t size_bytes, struct complaint *complaint,
			    struct shares **ret_shares);
/* "-" is standard input. The complaint begins with the path. */
MUST_CHECK int shares_load(const char *path, struct complaint *complaint,
			   struct shares **ret_shares);
/* shares_free(NULL) is fine. */
void shares_free(struct shares *shares);
/* Of all operators together. */
uint32_t shares_domains(const struct shares *shares);

struct shares_options {
	uint64_t seed;
	bool has_silent;
	uint32_t silent_percent; /* of the operators' servers, in place of what the file says */
};
/* Writes the world file. The same shares and options give the same text. */
MUST_CHECK int shares_make(const struct shares *shares, const struct shares_options *options,
			   struct text *text, struct complaint *complaint);

#endif
