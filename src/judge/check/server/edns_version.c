/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_edns_version(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_right(const struct odd *odd)
{
	return odd->has_message && odd->message.rcode == RCODE_BADVERS;
}

void check_server_edns_version(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_EDNS_VERSION)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct odd odd;

		if (view->condition != CONDITION_USABLE || !view->speaks_edns ||
		    !odd_first(evidence, view, PROBE_EDNS_VERSION, &odd) || is_right(&odd))
			continue;
		verdict(verdicts, view,
			"%s %s a question with EDNS version 1, where BADVERS is due", view->address,
			odd_ending(evidence, &odd));
		verdict_evidence(verdicts, odd.exchange);
	}
}
