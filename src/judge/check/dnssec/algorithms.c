/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/dnssec/algorithms.h"

#include "dns/wire/rdata.h"

#include <assert.h>

bool algorithms_key_counts(const struct record *key)
{
	struct dnskey_rdata dnskey;

	return rdata_dnskey(key, &dnskey) == 0 && dnskey.flags & DNSKEY_ZONE &&
	       !(dnskey.flags & DNSKEY_REVOKE) && dnskey.protocol == 3;
}

bool algorithms_sign(const struct rrset *rrset, uint8_t algorithm)
{
	for (uint16_t i = 0; i < rrset->signature_count; i++) {
		struct rrsig_rdata rrsig;

		if (rdata_rrsig(rrset->signatures[i], &rrsig) == 0 && rrsig.algorithm == algorithm)
			return true;
	}
	return false;
}

const struct signature_case *algorithms_gap(const struct evidence *evidence,
					    const struct view *view, uint8_t algorithm)
{
	assert(evidence->signatures);
	for (size_t i = 0; i < evidence->signatures->count; i++) {
		const struct signature_case *subject = &evidence->signatures->cases[i];

		/* Without any signature it is DNSSEC-SIG-MISSING's matter. */
		if (subject->servers >> view->index & 1 && subject->rrset.signature_count > 0 &&
		    !algorithms_sign(&subject->rrset, algorithm))
			return subject;
	}
	return NULL;
}

uint8_t algorithms_idle_ds(const struct evidence *evidence, const struct view *view)
{
	const struct rrset *keys = &view->answers[QUESTION_DNSKEY].rrset;
	bool any_signs = false;
	uint8_t idle = 0;

	for (uint16_t i = 0; i < evidence->ds.count; i++) {
		struct ds_rdata ds;

		if (rdata_ds(evidence->ds.records[i], &ds) < 0)
			continue;
		if (algorithms_sign(keys, ds.algorithm))
			any_signs = true;
		else
			idle = ds.algorithm;
	}
	return any_signs ? idle : 0;
}
