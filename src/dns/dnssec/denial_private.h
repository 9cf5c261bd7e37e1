/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the proofs by NSEC and by NSEC3 have in common. */
#ifndef DNS_DNSSEC_DENIAL_PRIVATE_H
#define DNS_DNSSEC_DENIAL_PRIVATE_H

#include "dns/dnssec/denial.h"
#include "dns/wire/name.h"

struct denial_question {
	struct arena *arena;
	const struct message *message;
	const uint8_t *zone;
	const uint8_t *name; /* at or under the zone */
	uint16_t type;
};

struct bitmap {
	const uint8_t *octets;
	size_t size;
};

/* What a record at the name itself proves: NODATA, NO_DS or INCOMPLETE. */
enum denial denial_at(const struct bitmap *bitmap, const struct denial_question *question);
/* What a record at the wildcard proves: WILDCARD_NODATA or INCOMPLETE. */
enum denial denial_at_wildcard(const struct bitmap *bitmap, uint16_t type);
/* A delegation or DNAME: nothing below is this zone's to deny (RFC 6840 s4.1). */
bool denial_ends_zone(const struct bitmap *bitmap);
/* A record of this type in the authority section that may take part in a proof. */
bool denial_is_candidate(const struct denial_question *question, const struct record *record,
			 uint16_t type);
/* "*." before the last `labels` labels of the name; false when `name` has no more than those. */
bool denial_wildcard_name(const uint8_t *name, size_t labels, struct name *ret_name);

/* NONE when there is no usable NSEC, or NSEC3. */
enum denial nsec_prove(const struct denial_question *question);
enum denial nsec3_prove(const struct denial_question *question);
/* NXDOMAIN when the closer match is denied, OPT_OUT when it may be an insecure delegation; NONE as
 * above; otherwise INCOMPLETE or TOO_COSTLY. */
enum denial nsec_closer(const struct denial_question *question, size_t encloser_labels);
enum denial nsec3_closer(const struct denial_question *question, size_t encloser_labels);

#endif
