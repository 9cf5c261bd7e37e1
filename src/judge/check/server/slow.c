/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_slow(const struct evidence *evidence, struct verdicts *verdicts);

/* The quickest answer of a healthy server, however far away, takes less than light needs around the
 * Earth twice; people notice pages that wait this long for a name. */
#define SLOW_US 300000u

/* The quickest UDP answer; scan asks servers that seem slow again after a pause, so that a moment's
 * congestion is not taken for a slow server. */
static const struct exchange *quickest_of(const struct view *view)
{
	const struct exchange *quickest = NULL;

	for (uint16_t i = 0; i < view->exchange_count; i++) {
		const struct exchange *exchange = view->exchanges[i];

		if (exchange->outcome != OUTCOME_ANSWER || exchange->kind != PROBE_PLAIN ||
		    exchange->transport != TRANSPORT_UDP || exchange->flags & EXCHANGE_SHARED)
			continue;
		if (!quickest || exchange->rtt_us < quickest->rtt_us)
			quickest = exchange;
	}
	return quickest;
}

void check_server_slow(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view->condition != CONDITION_USABLE)
			continue;
		const struct exchange *quickest = quickest_of(view);

		if (!quickest || quickest->rtt_us < SLOW_US)
			continue;
		verdict(verdicts, view, "%s needs at least %u ms for an answer", view->address,
			quickest->rtt_us / 1000);
		verdict_evidence(verdicts, quickest);
	}
}
