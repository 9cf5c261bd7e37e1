/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/verdict.h"
#include "judge/check/ways.h"

/* Declared in the generated table. */
void check_delegation_single_point_tld(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_single_point_tld(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct ways ways = ways_find(evidence);
	const uint8_t *top = ways_top_level(evidence, &ways);

	/* One name alone is DELEGATION-ONE-SERVER. */
	if (!top || ways.name_count < 2)
		return;
	verdict(verdicts, NULL,
		"%s also depends on the top-level domain %s, in which the names of all its name "
		"servers are",
		evidence->domain, evidence_name(evidence, top));
	verdict_parent_evidence(verdicts);
}
