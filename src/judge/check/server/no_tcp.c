/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_no_tcp(const struct evidence *evidence, struct verdicts *verdicts);

void check_server_no_tcp(const struct evidence *evidence, struct verdicts *verdicts)
{
	bool is_known = false;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct exchange *exchange = view->answers[QUESTION_SOA_TCP].exchange;

		if (view->condition != CONDITION_USABLE || !exchange ||
		    exchange->outcome == OUTCOME_NOT_ASKED ||
		    exchange->outcome == OUTCOME_UNREACHABLE)
			continue;
		is_known = true;
		if (exchange->outcome == OUTCOME_ANSWER)
			continue;
		verdict(verdicts, view, "%s answers over UDP, but not over TCP (%s)", view->address,
			outcome_text((enum outcome)exchange->outcome));
		verdict_evidence(verdicts, exchange);
	}
	if (!is_known)
		verdict_not_measured(verdicts);
}
