/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/vouch.h"

#include "dns/dnssec/key.h"
#include "dns/wire/type.h"
#include "judge/check/signals.h"
#include "judge/check/signatures.h"

#include <assert.h>

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
	assert(key->type == TYPE_DNSKEY);
	assert(answer->exchange || answer->rrset.signature_count == 0);
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

bool vouch_is_signed(const struct evidence *evidence, const struct answer *answer)
{
	assert(answer->exchange || answer->rrset.signature_count == 0);
	for (uint16_t i = 0; i < answer->rrset.signature_count; i++)
		if (signature_standing(evidence, answer->exchange->message,
				       answer->rrset.signatures[i]) <= STANDING_ENDING)
			return true;
	return false;
}

/* Algorithms are octets (RFC 4034 s2.1.3). */
#define ALGORITHMS 256

enum named { NAMED_NOT, NAMED_IDLE, NAMED_SIGNS };

/* For each algorithm: is a key of it named, and does one that is named sign the keys? */
static void weigh_keys(const struct evidence *evidence, const struct view *view,
		       uint8_t named[ALGORITHMS])
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];

	for (uint16_t k = 0; k < keys->rrset.count; k++) {
		const struct record *key = keys->rrset.records[k];
		struct dnskey_rdata fields;

		if (rdata_dnskey(key, &fields) < 0 || !signals_name(evidence, view, key))
			continue;
		if (vouch_signed_by(evidence, keys, key))
			named[fields.algorithm] = NAMED_SIGNS;
		else if (named[fields.algorithm] == NAMED_NOT)
			named[fields.algorithm] = NAMED_IDLE;
	}
}

int vouch_broken_algorithm(const struct evidence *evidence, const struct view *view)
{
	uint8_t named[ALGORITHMS] = {NAMED_NOT};

	if (!view_is_signed(view) || signals_ask_for_removal(view) || signals_are_mixed(view) ||
	    !signals_agree(evidence, view) ||
	    !vouch_is_signed(evidence, &view->answers[QUESTION_DNSKEY]))
		return -1;
	weigh_keys(evidence, view, named);
	for (int algorithm = 0; algorithm < ALGORITHMS; algorithm++) {
		assert(named[algorithm] <= NAMED_SIGNS);
		if (named[algorithm] == NAMED_IDLE)
			return algorithm;
	}
	return -1;
}
