/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_edns_lost(const struct evidence *evidence, struct verdicts *verdicts);

static bool find_lost(const struct evidence *evidence, const struct view *view, struct odd *ret_odd)
{
	uint16_t cursor = 0;

	while (odd_next(evidence, view, PROBE_EDNS_SMALL, &cursor, ret_odd))
		if (ret_odd->has_message && ret_odd->message.flags & FLAG_TC &&
		    !ret_odd->message.edns.present)
			return true;
	return false;
}

void check_server_edns_lost(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_EDNS_SMALL)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct odd odd;

		if (view->condition != CONDITION_USABLE || !view->speaks_edns ||
		    !find_lost(evidence, view, &odd))
			continue;
		verdict(verdicts, view,
			"%s leaves EDNS out of answers that it truncates, so that it seems not to "
			"know it",
			view->address);
		verdict_evidence(verdicts, odd.exchange);
	}
}
