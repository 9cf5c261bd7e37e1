/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_dangling(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_ns_dangling(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct host *host;
	uint8_t cursor = 0;

	while ((host = evidence_next_host(evidence, HOST_NXDOMAIN, &cursor))) {
		verdict(verdicts, NULL,
			"The name server %s does not exist; if its domain can be registered, "
			"whoever does can answer for this one",
			evidence_name(evidence, host->name));
		verdict_parent_evidence(verdicts);
	}
	if (!evidence_knows_hosts(evidence))
		verdict_not_measured(verdicts);
}
