/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step from a zone's validated keys to what one message proves (RFC 4035 s5): an RRset, an
 * answer with its wildcard, an alias, a DS set or its absence, a child's DNSKEY RRset, the absence
 * of a name or type. Time counts here, unlike in the verifier. Nothing is looked up: what the
 * message lacks is not proven.
 *
 * Each function gives one of four words and, unless it is SECURE, leaves in `reason` why, with an
 * extended DNS error (RFC 8914). INDETERMINATE means that a limit was reached first.
 */
#ifndef DNS_RESOLVER_VALIDATE_H
#define DNS_RESOLVER_VALIDATE_H

#include "base/arena.h"
#include "dns/dnssec/verify.h"
#include "dns/resolver/limit.h"
#include "dns/resolver/reason.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/message.h"

#include <stdbool.h>
#include <stdint.h>

struct validation {
	struct verifier *verifier;
	struct arena *arena; /* for the time of the call */
	int64_t now_s;
	const uint8_t *zone;              /* the signer */
	const struct rrset *dnskeys;      /* its validated keys */
	unsigned int signatures_left;     /* units; at most LIMIT_MESSAGE_SIGNATURES */
	enum limit_kind signatures_limit; /* which one it is when they are used up */
	struct reason reason;
};

/* Is there a good signature, in its time, by the zone? ret_labels (may be NULL): the RRSIG's
 * labels, fewer than the owner's when a wildcard was expanded. */
enum resolver_security validate_rrset(struct validation *validation, const struct rrset *rrset,
				      uint8_t *ret_labels);
/*
 * The records of name and type in the answer section; when a wildcard was expanded, with the proof
 * that nothing is closer (RFC 4035 s5.3.4). Type ANY: every RRset of the name that is there
 * (RFC 4035 s5.3.3 has nothing more to ask; RFC 8482 lets servers choose). An expansion that an
 * opt-out span leaves room beside is INSECURE (RFC 5155 s9.2).
 */
enum resolver_security validate_answer(struct validation *validation, const struct message *message,
				       const uint8_t *name, uint16_t type);
/* The alias at the name: a signed CNAME, or one that a signed DNAME implies (RFC 6672 s5.3.1). */
enum resolver_security validate_alias(struct validation *validation, const struct message *message,
				      const uint8_t *name, const uint8_t *target);
/*
 * What the parent's message says of the child's DS set. SECURE: ret_ds is proven. INSECURE: there
 * is provably none. BOGUS: neither.
 */
enum resolver_security validate_ds(struct validation *validation, const struct message *message,
				   const uint8_t *child, struct rrset *ret_ds);
/*
 * The child's DNSKEY RRset against its proven DS set or trust anchors: `validation->zone` is the
 * child, its `dnskeys` are not used. INSECURE: no DS has an algorithm and digest known here
 * (RFC 4035 s5.2). One way in is enough, whatever else fails (RFC 6840 s5.11); but SHA-1 digests do
 * not count beside better ones of the same algorithm (RFC 4509 s3), so that nobody can go in by the
 * weakest.
 */
enum resolver_security validate_dnskeys(struct validation *validation,
					const struct message *message, const struct rrset *ds,
					struct rrset *ret_dnskeys);
/* Does the message prove that the name, or the type at the name, is not there (RFC 4035 s5.4)? An
 * opt-out span gives INSECURE (RFC 5155 s9.2). */
enum resolver_security validate_denial(struct validation *validation, const struct message *message,
				       const uint8_t *name, uint16_t type);

#endif
