/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/verdict.h"
#include "judge/check/ways.h"

/* Declared in the generated table. */
void check_delegation_single_point_operator(const struct evidence *evidence,
					    struct verdicts *verdicts);

void check_delegation_single_point_operator(const struct evidence *evidence,
					    struct verdicts *verdicts)
{
	const struct ways ways = ways_find(evidence);
	const uint8_t *registered = ways_operator(evidence, &ways);

	/* One name alone is DELEGATION-ONE-SERVER. */
	if (!registered || ways.name_count < 2)
		return;
	verdict(verdicts, NULL,
		"%s depends on one operator: the names of all its name servers are below %s",
		evidence->domain, evidence_name(evidence, registered));
	verdict_parent_evidence(verdicts);
}
