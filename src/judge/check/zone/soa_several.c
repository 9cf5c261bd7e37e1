/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_zone_soa_several(const struct evidence *evidence, struct verdicts *verdicts);

void check_zone_soa_several(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *soa = &view->answers[QUESTION_SOA];

		if (view->condition != CONDITION_USABLE || soa->rrset.count < 2)
			continue;
		verdict(verdicts, view, "%s gives %u SOA records for %s, which has to have one",
			view->address, soa->rrset.count, evidence->domain);
		verdict_evidence(verdicts, soa->exchange);
	}
}
