/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Proofs that something does not exist: NSEC (RFC 4035 s5.4) and NSEC3 (RFC 5155 s8, RFC 9276).
 * Pure: works on records whose signatures the caller has checked or will check, and says nothing of
 * the rcode. What it does look at in the RRSIGs: an NSEC or NSEC3 that came from a wildcard (fewer
 * labels than its owner) is ignored, since it speaks of another name (CVE-2017-15105); so are
 * records outside the zone, and NSEC3 with unknown hash or flags (RFC 5155 s8.1, s8.2). A child's
 * apex NSEC does not prove the parent's lack of a DS, and a delegation's NSEC nothing below or
 * beside its NS and DS (RFC 6840 s4.1, s4.4). NSEC3 records whose parameters differ prove nothing
 * (s8.2).
 *
 * Whether a name exists is decided before the type is looked at, so that no message proves both
 * DENIAL_NXDOMAIN and DENIAL_NODATA for one name. Where a message has NSEC and NSEC3, NSEC counts.
 *
 * Memory: a few dozen small structs from the arena. Errors: none; limits give DENIAL_TOO_COSTLY.
 */
#ifndef DNS_DNSSEC_DENIAL_H
#define DNS_DNSSEC_DENIAL_H

#include "base/error.h"
#include "dns/wire/message.h"

#include <stdbool.h>
#include <stdint.h>

/* RFC 9276 s3.2: validators may treat more as insecure, and those in use do so above 150 (Unbound,
 * BIND 9.18, Knot Resolver): what is called secure here is secure to them. */
#define NSEC3_ITERATIONS_MAX 150
/*
 * Hash computations for one proof, iterations times names: about 1.5 ms (CVE-2023-50868). 150
 * iterations leave 109 names.
 */
#define NSEC3_WORK_MAX 16384
/* NSEC or NSEC3 records looked at. A proof takes three; a chain of CNAMEs brings more. */
#define DENIAL_RECORDS_MAX 32
#define NSEC3_HASH_OCTETS 20

enum denial {
	DENIAL_NONE,     /* no NSEC or NSEC3 in the message */
	DENIAL_NXDOMAIN, /* the name does not exist and no wildcard covers it */
	DENIAL_NODATA,   /* the name exists, the type does not */
	DENIAL_WILDCARD_NODATA,
	/*
	 * Covered by an opt-out span: an insecure delegation may be there. For DS that is the whole
	 * proof (RFC 5155 s8.6); for other types the wildcard is denied, too, or has no such type.
	 */
	DENIAL_OPT_OUT,
	DENIAL_NO_DS,      /* a delegation with a proof that it has no DS */
	DENIAL_INCOMPLETE, /* records there, but they do not prove it */
	DENIAL_TOO_COSTLY, /* iterations or work above the maximum, or the arena is full */
};

/* What the NSEC/NSEC3 records of the authority section prove about name and type. */
enum denial denial_prove(struct arena *arena, const struct message *message, const uint8_t *zone,
			 const uint8_t *name, uint16_t type);
/*
 * For a wildcard answer: what is shown of the closer match (RFC 4035 s5.3.4, RFC 5155 s8.8)?
 * NXDOMAIN: it is not there, or there is nothing to show, since `name` has no more labels than the
 * RRSIG counts. OPT_OUT: the span around it leaves room for an insecure delegation (s9.2).
 * Otherwise NONE, INCOMPLETE, TOO_COSTLY.
 */
enum denial denial_closer(struct arena *arena, const struct message *message, const uint8_t *zone,
			  const uint8_t *name, uint8_t rrsig_labels);
/* The same in short: NXDOMAIN or OPT_OUT. */
bool denial_wildcard_answer(struct arena *arena, const struct message *message, const uint8_t *zone,
			    const uint8_t *name, uint8_t rrsig_labels);
const char *denial_text(enum denial denial);

/*
 * RFC 5155 s5 with SHA-1. `name` is lower-cased by the function. Any number of iterations, since a
 * world may have to serve what a proof refuses (65,535 take 7 ms). ERR_LIMIT: salt above 255
 * octets.
 */
MUST_CHECK int nsec3_hash(const uint8_t *name, const uint8_t *salt, size_t salt_size,
			  uint16_t iterations, uint8_t ret_hash[NSEC3_HASH_OCTETS]);
/* Base32 with extended hex alphabet, lower case, no padding (RFC 4648 s7): 32 characters + NUL. */
void nsec3_label(const uint8_t hash[NSEC3_HASH_OCTETS], char ret_label[33]);

#endif
