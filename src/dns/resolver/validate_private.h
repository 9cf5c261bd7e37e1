/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps of validation share. */
#ifndef DNS_RESOLVER_VALIDATE_PRIVATE_H
#define DNS_RESOLVER_VALIDATE_PRIVATE_H

#include "dns/resolver/validate.h"
#include "dns/wire/rdata.h"

/* "www.example.tld. A" in a sentence. */
#define SET_TEXT_MAX (REASON_NAME_MAX + 16)
const char *set_text(const uint8_t *owner, uint16_t type, char ret_text[SET_TEXT_MAX]);

/* One signature on trial. */
struct trial {
	const struct rrset *rrset;
	const struct record *record;
	struct rrsig_rdata rrsig;
	uint64_t work_before; /* of the verifier */
};

/* By this zone, in its time, and may another be tried? Otherwise says why not, unless something
 * more telling has been said already. */
bool trial_begin(struct validation *validation, const struct rrset *rrset,
		 const struct record *record, struct trial *ret_trial);
/* What came of it. True: it is good, and no reason is left. */
bool trial_end(struct validation *validation, const struct trial *trial,
	       enum signature_result result);
/* No signature was good: `otherwise` when nothing else was said. */
enum resolver_security trials_failed(struct validation *validation, const struct rrset *rrset);

/* Clears the reason. For tail calls. */
enum resolver_security validation_secure(struct validation *validation);
/* Out of memory, or a limit. */
enum resolver_security validation_gives_up(struct validation *validation, enum limit_kind limit);

/* The name is in an opt-out span (RFC 5155 s9.2). */
enum resolver_security insecure_by_opt_out(struct validation *validation, const uint8_t *name);
/* The zone's NSEC3 take more hash computations than are made. */
enum resolver_security insecure_by_cost(struct validation *validation);
/* Every NSEC and NSEC3 RRset of the authority section must be signed to prove anything. */
enum resolver_security validate_denial_records(struct validation *validation,
					       const struct message *message);

#endif
