/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/primary.h"

/* Declared in the generated table. */
void check_zone_mname_unknown(const struct evidence *evidence, struct verdicts *verdicts);

void check_zone_mname_unknown(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct primary primary;

	if (!primary_find(evidence, verdicts, &primary) || primary.state == PRIMARY_FOUND)
		return;
	if (primary.state == PRIMARY_UNKNOWN) {
		verdict_not_measured(verdicts);
		return;
	}
	verdict(verdicts, NULL, "The SOA record of %s names %s as its primary, %s",
		evidence->domain, evidence_name(evidence, primary.seen.soa.mname),
		primary.state == PRIMARY_NO_NAME ? "a name that does not exist"
						 : "a name without an address");
	soa_evidence(verdicts, &primary.seen);
}
