/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/signatures.h"
#include "judge/check/verdict.h"

#include <assert.h>

/* Declared in the generated table. */
void check_dnssec_sig_ttl(const struct evidence *evidence, struct verdicts *verdicts);

/* The signature that gave the case its standing. */
static bool find_signature(const struct signature_case *subject, struct rrsig_rdata *ret_rrsig)
{
	for (uint16_t i = 0; i < subject->rrset.signature_count; i++)
		if (rdata_rrsig(subject->rrset.signatures[i], ret_rrsig) == 0 &&
		    ret_rrsig->key_tag == subject->key_tag &&
		    ret_rrsig->expiration == subject->expiration &&
		    ret_rrsig->inception == subject->inception)
			return true;
	return false;
}

/* RFC 4034 s3.1.4: the TTL as it stands in the zone; a zone's own server never gives more. */
static bool is_above_original(const struct signature_case *subject, const struct rrsig_rdata *rrsig)
{
	return subject->rrset.ttl > rrsig->original_ttl;
}

/* RFC 6781 s4.4.2.2: a signature should outlive what it signs in every cache. Only where there is
 * still more than what DNSSEC-SIG-ENDING warns of. */
static bool outlives_signature(const struct evidence *evidence,
			       const struct signature_case *subject)
{
	const int32_t left = (int32_t)(subject->expiration - (uint32_t)evidence->now_s);

	return subject->standing == STANDING_GOOD && (int64_t)subject->rrset.ttl > left;
}

static bool tell_case(const struct evidence *evidence, struct verdicts *verdicts,
		      const struct view *view, const struct signature_case *subject)
{
	struct rrsig_rdata rrsig;
	char type[TYPE_TEXT_MAX];
	char when[TIME_TEXT_MAX];

	if (!find_signature(subject, &rrsig))
		return false;
	type_to_text(subject->rrset.type, type);
	if (is_above_original(subject, &rrsig)) {
		verdict(verdicts, view,
			"%s gives %s records a TTL of %u seconds, and their signature says %u: "
			"validating resolvers keep them no longer than that",
			view->address, type, subject->rrset.ttl, rrsig.original_ttl);
	} else if (outlives_signature(evidence, subject)) {
		time_to_text((int64_t)subject->expiration, when);
		verdict(verdicts, view,
			"%s gives %s records a TTL of %u seconds, beyond the end of their "
			"signature at %s",
			view->address, type, subject->rrset.ttl, when);
	} else {
		return false;
	}
	verdict_evidence(verdicts, view_exchange_with(view, subject->message));
	return true;
}

void check_dnssec_sig_ttl(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	assert(evidence->signatures);
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		bool is_told = !view_is_signed(view);

		for (size_t c = 0; c < evidence->signatures->count && !is_told; c++) {
			const struct signature_case *subject = &evidence->signatures->cases[c];

			if (subject->servers >> i & 1 && subject->standing <= STANDING_ENDING)
				is_told = tell_case(evidence, verdicts, view, subject);
		}
	}
}
