/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_dangling(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_ns_dangling(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (host->state != HOST_NXDOMAIN)
			continue;
		verdict(verdicts, NULL, "The name server %s does not exist: whoever registers or claims its name can answer for the domain",
			evidence_name(evidence, host->name));
	}
}
