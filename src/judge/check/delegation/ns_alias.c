/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_alias(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_ns_alias(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (!(host->flags & HOST_IS_ALIAS))
			continue;
		verdict(verdicts, NULL,
			"The name server %s is an alias (CNAME), which NS records must not "
			"point to",
			evidence_name(evidence, host->name));
		verdict_parent_evidence(verdicts);
	}
}
