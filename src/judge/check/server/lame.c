/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_lame(const struct evidence *evidence, struct verdicts *verdicts);

void check_server_lame(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view->condition != CONDITION_LAME)
			continue;
		verdict(verdicts, view,
			"%s is named as a server of %s, but does not have the zone: no "
			"authority, or no SOA record, in its answer",
			view->address, evidence->domain);
		verdict_evidence(verdicts, view->answers[QUESTION_SOA].exchange);
	}
}
