/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/paths.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_no_ipv4(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_no_ipv4(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct paths paths = paths_find(evidence);

	if (paths.name_count == 0 || paths.count4 > 0)
		return;
	if (!paths.is_known) {
		verdict_not_measured(verdicts);
		return;
	}
	/* Without any address there is more to say than this. */
	if (paths.count6 == 0)
		return;
	verdict(verdicts, NULL,
		"No name server of %s has an IPv4 address: resolvers that have only IPv4 "
		"cannot ask for it",
		evidence->domain);
	verdict_parent_evidence(verdicts);
}
