/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The octets that an RRSIG signs (RFC 4034 s3.1.8.1): the RRSIG's RDATA up to the signature with
 * the signer in canonical form, then each record of the RRset in canonical form and order, with the
 * original TTL and, for what came from a wildcard, the wildcard's name (RFC 4035 s5.3.2).
 */
#ifndef DNS_DNSSEC_SIGNED_DATA_PRIVATE_H
#define DNS_DNSSEC_SIGNED_DATA_PRIVATE_H

#include "base/error.h"
#include "dns/wire/message.h"
#include "dns/wire/rdata.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The owner is repeated in each record here and compressed in a message, so a message of 65,535
 * octets could ask for 2.8 MB. Four times the largest message holds 5,900 records of a 30-octet
 * owner, more than anybody serves, and hashes in half a millisecond.
 */
#define SIGNED_DATA_MAX_OCTETS (256u * 1024)

/* A buffer that grows and is used again. `octets` is NULL until the first use. */
struct scratch {
	uint8_t *octets;
	size_t size;
	size_t room;
};

/* Room for `more_octets` behind `size`. ERR_MEMORY. */
MUST_CHECK int scratch_reserve(struct scratch *scratch, size_t more_octets);
void scratch_add(struct scratch *scratch, const void *octets, size_t size); /* room is reserved */
void scratch_release(struct scratch *scratch);

/* Labels of a name as an RRSIG counts them: without a first asterisk (RFC 4034 s3.1.3). */
size_t signed_labels(const uint8_t *owner);

/*
 * Fills the scratch from its start. `head` is the RRSIG's RDATA, `rrsig` the same parsed.
 * ERR_FORMAT: more labels than the owner has. ERR_LIMIT: above SIGNED_DATA_MAX_OCTETS. ERR_MEMORY.
 */
MUST_CHECK int signed_data_build(struct scratch *scratch, const struct rrset *rrset,
				 const struct rrsig_rdata *rrsig, const uint8_t *head);

#endif
