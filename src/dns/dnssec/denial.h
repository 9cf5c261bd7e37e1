/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Proofs that something does not exist: NSEC (RFC 4035 s5.4) and NSEC3 (RFC 5155 s8, RFC 9276).
 * Pure: works on records whose signatures the caller has checked or will check.
 */
#ifndef DNS_DNSSEC_DENIAL_H
#define DNS_DNSSEC_DENIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "dns/wire/message.h"

/* RFC 9276 s3.2: validators may treat more as insecure; we compute no more than this many. */
#define NSEC3_ITERATIONS_MAX 500
#define NSEC3_HASH_OCTETS 20

enum denial {
	DENIAL_NONE,          /* no NSEC or NSEC3 in the message */
	DENIAL_NXDOMAIN,      /* the name does not exist and no wildcard covers it */
	DENIAL_NODATA,        /* the name exists, the type does not */
	DENIAL_WILDCARD_NODATA,
	DENIAL_OPT_OUT,       /* covered by an opt-out span: an insecure delegation may be there */
	DENIAL_NO_DS,         /* a delegation with a proof that it has no DS */
	DENIAL_INCOMPLETE,    /* records there, but they do not prove it */
	DENIAL_TOO_COSTLY,    /* iterations above the maximum */
};

/* What the NSEC/NSEC3 records of the authority section prove about name and type. */
enum denial denial_prove(struct arena *arena, const struct message *message, const uint8_t *zone,
			 const uint8_t *name, uint16_t type);
/* For a wildcard answer: is the non-existence of the closer match shown (RFC 4035 s5.3.4)? */
bool denial_wildcard_answer(struct arena *arena, const struct message *message, const uint8_t *zone,
			    const uint8_t *name, uint8_t rrsig_labels);
const char *denial_text(enum denial denial);

/* RFC 5155 s5 with SHA-1. `name` is lower-cased by the function. */
MUST_CHECK int nsec3_hash(const uint8_t *name, const uint8_t *salt, size_t salt_size,
			  uint16_t iterations, uint8_t ret_hash[NSEC3_HASH_OCTETS]);
/* Base32 with extended hex alphabet, lower case, no padding (RFC 4648 s7): 32 characters + NUL. */
void nsec3_label(const uint8_t hash[NSEC3_HASH_OCTETS], char ret_label[33]);

#endif
