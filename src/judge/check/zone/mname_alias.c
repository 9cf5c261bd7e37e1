/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/primary.h"

/* Declared in the generated table. */
void check_zone_mname_alias(const struct evidence *evidence, struct verdicts *verdicts);

void check_zone_mname_alias(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct primary primary;

	if (!primary_find(evidence, verdicts, &primary))
		return;
	if (!primary.is_alias) {
		if (primary.state == PRIMARY_UNKNOWN)
			verdict_not_measured(verdicts);
		return;
	}
	verdict(verdicts, NULL,
		"The SOA record of %s names %s as its primary, which is an alias (CNAME)",
		evidence->domain, evidence_name(evidence, primary.seen.soa.mname));
	soa_evidence(verdicts, &primary.seen);
}
