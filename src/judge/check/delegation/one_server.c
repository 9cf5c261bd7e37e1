/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_one_server(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_one_server(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (evidence->parent_ns.count != 1)
		return;
	verdict(verdicts, NULL,
		"%s has only one name server, %s: when it fails, the domain is gone",
		evidence->domain,
		evidence_name(evidence, rdata_target(evidence->parent_ns.records[0])));
	verdict_parent_evidence(verdicts);
}
