/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"
#include "judge/check/vouch.h"

/* Declared in the generated table. */
void check_automation_cds_breaks(const struct evidence *evidence, struct verdicts *verdicts);

void check_automation_cds_breaks(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const int algorithm = vouch_broken_algorithm(evidence, view);

		if (algorithm < 0)
			continue;
		verdict(verdicts, view,
			"%s asks the parent to trust a key of algorithm %d that has not signed the "
			"keys of %s: a parent that obeyed would break it",
			view->address, algorithm, evidence->domain);
		verdict_evidence(verdicts, view->answers[QUESTION_CDS].exchange);
		verdict_evidence(verdicts, view->answers[QUESTION_CDNSKEY].exchange);
		verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
	}
}
