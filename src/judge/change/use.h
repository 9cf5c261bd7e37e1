/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who else uses it? A name server, an address, a prefix, a key or a mail host, looked for in a
 * domain's past (judge/change/past.h): as what it was used, from when until when, and whether it
 * still is. What a look did not see (a silent server, a look at less) neither begins nor ends a
 * use. Pure.
 */
#ifndef JUDGE_CHANGE_USE_H
#define JUDGE_CHANGE_USE_H

#include "judge/change/past.h"
#include "model/observation.h"

#include <stdbool.h>
#include <stdint.h>

#define USE_DIGEST_OCTETS 32u

enum use_kind { USE_NAME_SERVER, USE_PREFIX, USE_KEY_TAG, USE_KEY_DIGEST, USE_MAIL_HOST };
/* "ns", "prefix", "key-tag", "key-digest", "mx" */
const char *use_kind_text(enum use_kind kind);

struct use_query {
	enum use_kind kind;
	const uint8_t *name; /* name server, mail host: lower case */
	struct ip ip;        /* prefix: octets behind it are zero */
	uint8_t bits;        /* an address is a prefix of 32 or 128 bits */
	uint16_t key_tag;    /* RFC 4034 appendix B */
	/* SHA-256 of a DNSKEY's data or of the public key in it, or the digest of a DS. */
	uint8_t digest[USE_DIGEST_OCTETS];
};

/* As what; in the order in which they are told. */
enum use_way {
	USE_AS_PARENT_NS,
	USE_AS_ZONE_NS,
	USE_AS_GLUE,
	USE_AS_SERVER_ADDRESS,
	USE_AS_MAIL_HOST,
	USE_AS_MAIL_ADDRESS,
	USE_AS_ADDRESS,
	USE_AS_WWW,
	USE_AS_LOGIN,
	USE_AS_DS,
	USE_AS_DNSKEY,
	USE_AS_CDS,
	USE_AS_CDNSKEY,
	USE_WAY_COUNT,
};
/* "parent-ns"; and in words, "name server at the parent". */
const char *use_way_text(enum use_way way);
const char *use_way_words(enum use_way way);

struct use_span {
	unsigned int times; /* that it began; 0: never used so */
	int64_t first_s;    /* first seen so */
	int64_t last_s;     /* last seen so */
	int64_t gone_s;     /* first seen otherwise after that; 0: still so, as far as is known */
	bool is_from_start; /* the first look that saw it was the first that looked for it */
};
/* All ways together, and each. */
struct use {
	struct use_span whole; /* gone only when every way is */
	struct use_span ways[USE_WAY_COUNT];
};

/* False: never used. */
bool change_past_uses(const struct change_past *past, const struct use_query *query,
		      struct use *ret_use);

#endif
