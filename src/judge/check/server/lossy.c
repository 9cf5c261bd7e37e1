/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/server/types.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_lossy(const struct evidence *evidence, struct verdicts *verdicts);

/* One lost packet is the weather; a server is to blame when half of its answers took a second try,
 * and again when it was asked once more after a pause. */
#define LOST_MIN 3u
/* An answer that takes longer cannot be told from a lost one: that is SERVER-SLOW's matter. */
#define QUICK_US 300000u

struct losses {
	unsigned asked, lost;
	const struct exchange *example;
};

static void count(struct losses *losses, const struct exchange *exchange)
{
	losses->asked++;
	if (exchange->attempts < 2 || exchange->rtt_us >= QUICK_US)
		return;
	losses->lost++;
	losses->example = exchange;
}

/* The first exchange of each question, and those that asked it again. */
static void count_all(const struct view *view, struct losses *first, struct losses *again)
{
	for (uint16_t i = 0; i < view->exchange_count; i++) {
		const struct exchange *exchange = view->exchanges[i];
		bool is_first = false;

		if (exchange->outcome == OUTCOME_NOT_ASKED || exchange->kind != PROBE_PLAIN ||
		    exchange->flags & EXCHANGE_SHARED)
			continue;
		for (unsigned question = 0; question < QUESTION_SOA_TCP; question++)
			is_first |= view->answers[question].exchange == exchange;
		count(is_first ? first : again, exchange);
	}
}

void check_server_lossy(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct losses first = {0};
		struct losses again = {0};

		/* Dropping some types is SERVER-TYPE-FAILS' or SERVER-UNKNOWN-TYPES' matter. */
		if (view->condition != CONDITION_USABLE || types_are_dropped(view))
			continue;
		count_all(view, &first, &again);
		if (first.lost < LOST_MIN || 2 * first.lost < first.asked ||
		    2 * again.lost < again.asked)
			continue;
		verdict(verdicts, view, "%s left %u of %u questions unanswered at the first try",
			view->address, first.lost + again.lost, first.asked + again.asked);
		verdict_evidence(verdicts, first.example);
	}
}
