/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_missing(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_missing(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;
	const bool is_absent = observation->delegation == DELEGATION_NXDOMAIN;

	if (!is_absent && observation->delegation != DELEGATION_NODATA)
		return;
	const char *parent = observation->parent ? evidence_name(evidence, observation->parent)
						 : "the parent zone";

	if (is_absent)
		verdict(verdicts, NULL,
			"%s does not exist in %s, so nothing below it can be reached",
			evidence->domain, parent);
	else
		verdict(verdicts, NULL,
			"%s exists in %s, but has no NS records there: it is not delegated",
			evidence->domain, parent);
	verdict_parent_evidence(verdicts);
}
