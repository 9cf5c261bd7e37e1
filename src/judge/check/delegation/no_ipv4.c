/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/verdict.h"
#include "judge/check/ways.h"

/* Declared in the generated table. */
void check_delegation_no_ipv4(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_no_ipv4(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct ways ways = ways_find(evidence);

	if (ways.name_count == 0 || ways.count4 > 0)
		return;
	if (!ways.is_known) {
		verdict_not_measured(verdicts);
		return;
	}
	/* Without any address there is more to say than this. */
	if (ways.count6 == 0)
		return;
	verdict(verdicts, NULL,
		"No name server of %s has an IPv4 address: resolvers that have only IPv4 "
		"cannot ask for it",
		evidence->domain);
	verdict_parent_evidence(verdicts);
}
