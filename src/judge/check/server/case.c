/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_case(const struct evidence *evidence, struct verdicts *verdicts);

static bool differs(const struct view *view)
{
	for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
		const struct exchange *exchange = view->answers[question].exchange;

		if (exchange && exchange->flags & EXCHANGE_CASE_DIFFERS)
			return true;
	}
	return false;
}

void check_server_case(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view->condition != CONDITION_USABLE || !(differs(view)))
			continue;
		verdict(verdicts, view,
			"%s answers with the question in other letters than it was asked",
			view->address);
		verdict_evidence(verdicts, view->answers[QUESTION_SOA].exchange);
	}
}
