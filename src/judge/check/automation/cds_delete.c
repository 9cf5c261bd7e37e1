/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/signals.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_automation_cds_delete(const struct evidence *evidence, struct verdicts *verdicts);

/* Whom to show as having asked; NULL: nobody, or somebody who asks for something else, too, which
 * is AUTOMATION-CDS-DIFFER. */
static const struct view *find_request(const struct evidence *evidence)
{
	const struct view *found = NULL;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!view_is_signed(view) || !signals_are_told(evidence, view))
			continue;
		if (!signals_ask_for_removal(view))
			return NULL;
		if (!found)
			found = view;
	}
	return found;
}

void check_automation_cds_delete(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (evidence->ds.count == 0)
		return;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	const struct view *view = find_request(evidence);

	if (!view)
		return;
	verdict(verdicts, NULL,
		"%s asks its parent to remove the DS records, and the parent still has them",
		evidence->domain);
	verdict_evidence(verdicts, view->answers[QUESTION_CDS].exchange);
	verdict_evidence(verdicts, view->answers[QUESTION_CDNSKEY].exchange);
	verdict_parent_evidence(verdicts);
}
