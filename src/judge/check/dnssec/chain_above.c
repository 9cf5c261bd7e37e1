/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_chain_above(const struct evidence *evidence, struct verdicts *verdicts);

void check_dnssec_chain_above(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;
	const bool is_delegated = observation->delegation == DELEGATION_FOUND ||
				  observation->delegation == DELEGATION_SERVED_BY_PARENT;

	if (!is_delegated || observation->parent_security == SECURITY_INSECURE)
		return;
	if (observation->parent_security == SECURITY_INDETERMINATE || !observation->parent ||
	    observation->ds_security == SECURITY_INDETERMINATE) {
		verdict_not_measured(verdicts);
		return;
	}
	if (observation->parent_security == SECURITY_BOGUS)
		verdict(verdicts, NULL,
			"The chain of trust is broken at %s or above it: validating resolvers "
			"cannot get to %s, whatever its own state",
			evidence_name(evidence, observation->parent), evidence->domain);
	else if (observation->ds_security == SECURITY_BOGUS)
		verdict(verdicts, NULL,
			"What the servers of %s say of the DS of %s does not validate: validating "
			"resolvers cannot get to it, whatever its own state",
			evidence_name(evidence, observation->parent), evidence->domain);
	else
		return;
	verdict_parent_evidence(verdicts);
}
