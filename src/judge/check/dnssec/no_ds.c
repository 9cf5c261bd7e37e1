/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_no_ds(const struct evidence *evidence, struct verdicts *verdicts);

void check_dnssec_no_ds(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	if (evidence->ds.count > 0 || observation->delegation == DELEGATION_NXDOMAIN ||
	    observation->delegation == DELEGATION_NODATA)
		return;
	/* Without an answer or a sound proof, nobody knows whether there is a DS. */
	if (observation->ds_security != SECURITY_INSECURE ||
	    !evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	if (!evidence_is_signed(evidence))
		return;
	verdict(verdicts, NULL,
		"%s is signed, but its parent has no DS record, so no resolver checks the "
		"signatures",
		evidence->domain);
	for (uint8_t i = 0; i < observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!view_is_signed(view))
			continue;
		verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
		break;
	}
}
