/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_automation_csync_unsigned(const struct evidence *evidence, struct verdicts *verdicts);

void check_automation_csync_unsigned(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *answer = &view->answers[QUESTION_CSYNC];

		if (view->condition != CONDITION_USABLE || answer->rrset.count == 0)
			continue;
		if (observation->ds_security == SECURITY_INSECURE) {
			verdict(verdicts, NULL,
				"%s has a CSYNC record, but no chain of trust leads to it, so no "
				"parent may act on it",
				evidence->domain);
			verdict_evidence(verdicts, answer->exchange);
			verdict_parent_evidence(verdicts);
		} else if (observation->ds_security == SECURITY_INDETERMINATE) {
			verdict_not_measured(verdicts);
		}
		return;
	}
}
