/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step from a zone's validated keys to what one message proves (RFC 4035 s5): an RRset, a DS
 * set or its absence, a child's DNSKEY RRset, the absence of a name or type. Time counts here,
 * unlike in the verifier. Nothing is looked up: what the message lacks is not proven.
 */
#ifndef DNS_RESOLVER_VALIDATE_H
#define DNS_RESOLVER_VALIDATE_H

#include "base/arena.h"
#include "dns/dnssec/verify.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/message.h"

#include <stdbool.h>
#include <stdint.h>

/* Signatures tried for one message; an honest one has about two for each RRset (KeyTrap,
 * CVE-2023-50387: what an attacker can make us verify must be bounded). */
#define VALIDATE_SIGNATURES_MAX 64

struct validation {
	struct verifier *verifier;
	struct arena *arena; /* for the time of the call */
	int64_t now_s;
	const uint8_t *zone;         /* the signer */
	const struct rrset *dnskeys; /* its validated keys */
	unsigned int signatures_left;
	const char *reason; /* why it failed; static. NULL: it did not */
};

/* Is there a good signature, in its time, by the zone? ret_labels (may be NULL): the RRSIG's
 * labels, fewer than the owner's when a wildcard was expanded. */
bool validate_rrset(struct validation *validation, const struct rrset *rrset, uint8_t *ret_labels);
/*
 * What the parent's message says of the child's DS set. SECURE: ret_ds is proven. INSECURE: there
 * is provably none. BOGUS: neither, `reason` says why.
 */
enum resolver_security validate_ds(struct validation *validation, const struct message *message,
				   const uint8_t *child, struct rrset *ret_ds);
/*
 * The child's DNSKEY RRset against its proven DS set: `validation->zone` is the child, its
 * `dnskeys` are not used. INSECURE: no DS has an algorithm and digest known here (RFC 4035 s5.2).
 */
enum resolver_security validate_dnskeys(struct validation *validation,
					const struct message *message, const struct rrset *ds,
					struct rrset *ret_dnskeys);
/* Does the message prove that the name, or the type at the name, is not there (RFC 4035 s5.4)? An
 * opt-out span gives INSECURE (RFC 5155 s9.2). */
enum resolver_security validate_denial(struct validation *validation, const struct message *message,
				       const uint8_t *name, uint16_t type);

#endif
