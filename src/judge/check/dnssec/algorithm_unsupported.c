/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_algorithm_unsupported(const struct evidence *evidence, struct verdicts *verdicts);

/* A DS set that no validator can follow leaves the domain unprotected (RFC 4035 s5.2). */
static bool ds_is_beyond_us(const struct evidence *evidence)
{
	for (uint16_t i = 0; i < evidence->ds.count; i++) {
		struct ds_rdata ds;

		if (rdata_ds(evidence->ds.records[i], &ds) == 0 &&
		    algorithm_supported(ds.algorithm) && digest_supported(ds.digest_type))
			return false;
	}
	return evidence->ds.count > 0;
}

void check_dnssec_algorithm_unsupported(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (ds_is_beyond_us(evidence)) {
		verdict(verdicts, NULL,
			"The parent's DS records for %s use only algorithms that validators do "
			"not know, so nothing is checked",
			evidence->domain);
		verdict_parent_evidence(verdicts);
	} else if (evidence_is_beyond_us(evidence)) {
		verdict(verdicts, NULL,
			"%s is signed only with algorithms that validators do not know, so "
			"nothing is checked",
			evidence->domain);
	} else if (evidence->ds.count == 0 && !evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
	}
}
