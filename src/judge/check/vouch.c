/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/vouch.h"

#include "dns/dnssec/key.h"
#include "judge/check/signatures.h"

bool vouch_can_follow(const struct ds_rdata *ds)
{
	return algorithm_supported(ds->algorithm) && digest_supported(ds->digest_type);
}

/* RFC 4509 s3: SHA-1 digests are ignored beside better ones of the same algorithm. */
static bool is_outranked(const struct evidence *evidence, const struct ds_rdata *ds)
{
	if (ds->digest_type != DIGEST_SHA1)
		return false;
	for (uint16_t i = 0; i < evidence->ds.count; i++) {
		struct ds_rdata other;

		if (rdata_ds(evidence->ds.records[i], &other) == 0 && vouch_can_follow(&other) &&
		    other.algorithm == ds->algorithm && other.digest_type != DIGEST_SHA1)
			return true;
	}
	return false;
}

static bool may_vouch(const struct record *record)
{
	struct dnskey_rdata key;

	return rdata_dnskey(record, &key) == 0 && key.flags & DNSKEY_ZONE &&
	       !(key.flags & DNSKEY_REVOKE) && key.protocol == 3;
}

static bool is_named_by_ds(const struct evidence *evidence, const struct record *key)
{
	for (uint16_t d = 0; d < evidence->ds.count; d++) {
		struct ds_rdata ds;

		if (rdata_ds(evidence->ds.records[d], &ds) == 0 && vouch_can_follow(&ds) &&
		    !is_outranked(evidence, &ds) &&
		    ds_matches(evidence->observation->domain, &ds, key))
			return true;
	}
	return false;
}

bool vouch_for(const struct evidence *evidence, const struct record *key)
{
	return may_vouch(key) && is_named_by_ds(evidence, key);
}

bool vouch_signed_by(const struct evidence *evidence, const struct answer *answer,
		     const struct record *key)
{
	const uint16_t tag = key_tag(key->rdata, key->rdata_size);

	for (uint16_t i = 0; i < answer->rrset.signature_count; i++) {
		struct rrsig_rdata rrsig;

		if (rdata_rrsig(answer->rrset.signatures[i], &rrsig) < 0 || rrsig.key_tag != tag)
			continue;
		if (signature_standing(evidence, answer->exchange->message,
				       answer->rrset.signatures[i]) <= STANDING_UNCHECKED)
			return true;
	}
	return false;
}
