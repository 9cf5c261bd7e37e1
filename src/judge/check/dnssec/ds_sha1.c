/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_ds_sha1(const struct evidence *evidence, struct verdicts *verdicts);

void check_dnssec_ds_sha1(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (evidence->ds.count == 0)
		return;
	for (uint16_t i = 0; i < evidence->ds.count; i++) {
		struct ds_rdata ds;

		if (rdata_ds(evidence->ds.records[i], &ds) < 0 || ds.digest_type != DIGEST_SHA1)
			return;
	}
	verdict(verdicts, NULL,
		"All DS records of %s are SHA-1 digests, which new validators no longer follow",
		evidence->domain);
	verdict_parent_evidence(verdicts);
}
