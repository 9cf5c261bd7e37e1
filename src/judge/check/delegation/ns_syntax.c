/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_syntax(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_ns_syntax(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (!(host->flags & HOST_AT_PARENT) || name_is_host(host->name))
			continue;
		verdict(verdicts, NULL,
			"The name server %s of %s has a name that hosts may not have: letters, "
			"digits and hyphens only, no hyphen first or last",
			evidence_name(evidence, host->name), evidence->domain);
		verdict_parent_evidence(verdicts);
	}
}
