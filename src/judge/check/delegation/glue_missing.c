/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_glue_missing(const struct evidence *evidence, struct verdicts *verdicts);

void check_delegation_glue_missing(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	/* No referral, no glue: the parent's own servers serve the domain. */
	if (observation->delegation != DELEGATION_FOUND)
		return;
	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (!(host->flags & HOST_AT_PARENT) || host->glue_count > 0 ||
		    !name_is_under(host->name, observation->domain))
			continue;
		verdict(verdicts, NULL,
			"%s lies inside %s, but the parent gives no address for it: on its own "
			"it cannot be reached",
			evidence_name(evidence, host->name), evidence->domain);
		verdict_parent_evidence(verdicts);
	}
}
