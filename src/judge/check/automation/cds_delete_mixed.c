/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/signals.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_automation_cds_delete_mixed(const struct evidence *evidence, struct verdicts *verdicts);

void check_automation_cds_delete_mixed(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!view_is_signed(view) || !signals_are_mixed(view))
			continue;
		verdict(verdicts, view,
			"%s asks the parent of %s to remove the DS records and to trust keys at "
			"once, so the parent must do nothing",
			view->address, evidence->domain);
		verdict_evidence(verdicts, view->answers[QUESTION_CDS].exchange);
		verdict_evidence(verdicts, view->answers[QUESTION_CDNSKEY].exchange);
	}
}
