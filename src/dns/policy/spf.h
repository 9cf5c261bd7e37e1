/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SPF records as terms (RFC 7208 s4.6, s5, s6, s7.1). A record is read strictly: the standard
 * lets no receiver guess, so whatever is not in its grammar makes the whole of it a permanent
 * error, and the words say which term it was.
 *
 * Text in terms points into the record's.
 */
#ifndef DNS_POLICY_SPF_H
#define DNS_POLICY_SPF_H

#include "base/arena.h"
#include "base/error.h"
#include "dns/wire/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A record that fits one UDP message of 512 octets has at most 250 terms, of one letter each. */
#define SPF_TERMS_MAX 256

enum spf_kind {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
	SPF_REDIRECT,
	SPF_EXP,
	SPF_OTHER, /* a modifier that nobody knows: to be ignored (s6) */
};

struct spf_term {
	enum spf_kind kind;
	char qualifier;               /* '+', '-', '~', '?'; '+' where none is written */
	uint8_t bits_ipv4, bits_ipv6; /* of a, mx, ip4, ip6: prefix length, 32 and 128 by default */
	uint8_t address[16];          /* of ip4 (the first four octets) and ip6 */
	uint16_t size, target_size;
	const char *text;   /* the whole term as it was written */
	const char *target; /* its domain-spec, with macros; NULL: none, the domain itself */
};

struct spf_record {
	const char *text;
	size_t size;
	struct spf_term *terms;
	uint16_t term_count;
};

/* Is the text an SPF record at all: "v=spf1" and then its end or a space (s4.5)? */
bool spf_is_record(const char *text, size_t size);
/*
 * ERR_FORMAT with words in the arena: which term is wrong, and why. ERR_MEMORY. The text must be
 * an SPF record.
 */
MUST_CHECK int spf_parse(struct arena *arena, const char *text, size_t size,
			 struct spf_record *ret_record, const char **ret_words);

/* How a name with macros comes out. */
enum spf_target {
	SPF_TARGET_NAME,    /* a name that is the same for every message */
	SPF_TARGET_VARIES,  /* it depends on the message or the client */
	SPF_TARGET_ILLEGAL, /* no name of the DNS: too long, empty labels */
};
/*
 * Expands a term's target (s7.3). `domain` is the one whose record it is (%{d}); `sender` the one
 * that is audited (%{o}). Without a target it is `domain`.
 */
enum spf_target spf_expand(const struct spf_term *term, const uint8_t *domain,
			   const uint8_t *sender, struct name *ret_name);
/* Is it a macro-string, or a domain-spec (s7.1)? Returns what is wrong, or NULL. */
const char *spf_macro_fault(const char *text, size_t size, bool is_domain, bool is_exp);

#endif
