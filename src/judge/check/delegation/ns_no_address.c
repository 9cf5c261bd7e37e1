/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_no_address(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_ns_no_address(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (host->state != HOST_NO_ADDRESS)
			continue;
		verdict(verdicts, NULL, "The name server %s has neither an IPv4 nor an IPv6 address",
			evidence_name(evidence, host->name));
	}
}
