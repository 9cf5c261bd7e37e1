/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/verdict.h"
#include "judge/check/ways.h"

/* Declared in the generated table. */
void check_delegation_single_point_server(const struct evidence *evidence,
					  struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts, unsigned family,
		 uint8_t server)
{
	verdict(verdicts, NULL,
		"Over IPv%u, %s depends on one address, %s, while there are several over IPv%u",
		family, evidence->domain, evidence->views[server].address, family == 4 ? 6u : 4u);
	/* Most resolvers have IPv4, and many have nothing else. */
	if (family == 6)
		verdict_lower(verdicts, SEVERITY_INFO);
	verdict_parent_evidence(verdicts);
}

void check_delegation_single_point_server(const struct evidence *evidence,
					  struct verdicts *verdicts)
{
	const struct ways ways = ways_find(evidence);
	const bool is_single4 = ways.count4 == 1 && ways.count6 > 1;
	const bool is_single6 = ways.count6 == 1 && ways.count4 > 1;

	/* One address of each family: DELEGATION-ONE-SERVER or DELEGATION-ONE-ADDRESS. */
	if (!is_single4 && !is_single6)
		return;
	if (!ways.is_known) {
		verdict_not_measured(verdicts);
		return;
	}
	tell(evidence, verdicts, is_single4 ? 4 : 6, is_single4 ? ways.server4 : ways.server6);
}
