/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_lossy(const struct evidence *evidence, struct verdicts *verdicts);

/* One lost packet is the weather; a server is to blame when half of its answers took a second try.
 */
#define LOST_MIN 3u
/* An answer that takes longer cannot be told from a lost one: that is SERVER-SLOW's matter. */
#define QUICK_US 300000u

void check_server_lossy(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct exchange *example = NULL;
		unsigned asked = 0;
		unsigned lost = 0;

		if (view->condition != CONDITION_USABLE)
			continue;
		for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
			const struct exchange *exchange = view->answers[question].exchange;

			if (!exchange || exchange->outcome == OUTCOME_NOT_ASKED)
				continue;
			asked++;
			if (exchange->attempts < 2 || exchange->rtt_us >= QUICK_US)
				continue;
			lost++;
			example = exchange;
		}
		if (lost < LOST_MIN || 2 * lost < asked)
			continue;
		verdict(verdicts, view, "%s left %u of %u questions unanswered at the first try",
			view->address, lost, asked);
		verdict_evidence(verdicts, example);
	}
}
