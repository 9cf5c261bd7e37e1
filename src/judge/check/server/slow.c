/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_slow(const struct evidence *evidence, struct verdicts *verdicts);

/* The quickest answer of a healthy server, however far away, takes less than light needs around the
 * Earth twice; people notice pages that wait this long for a name. */
#define SLOW_US 300000u

void check_server_slow(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct exchange *quickest = NULL;

		if (view->condition != CONDITION_USABLE)
			continue;
		for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
			const struct exchange *exchange = view->answers[question].exchange;

			if (exchange && exchange->outcome == OUTCOME_ANSWER &&
			    exchange->transport == TRANSPORT_UDP &&
			    (!quickest || exchange->rtt_us < quickest->rtt_us))
				quickest = exchange;
		}
		if (!quickest || quickest->rtt_us < SLOW_US)
			continue;
		verdict(verdicts, view, "%s needs at least %u ms for an answer", view->address,
			quickest->rtt_us / 1000);
		verdict_evidence(verdicts, quickest);
	}
}
