/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_source_differs(const struct evidence *evidence, struct verdicts *verdicts);

void check_server_source_differs(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view->condition != CONDITION_OTHER_SOURCE)
			continue;
		verdict(verdicts, view,
			"Questions about %s to %s are answered from another address, so nobody can "
			"use the answers",
			evidence->domain, view->address);
		verdict_evidence(verdicts, view->answers[QUESTION_SOA].exchange);
	}
}
