/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_update_open(const struct evidence *evidence, struct verdicts *verdicts);

void check_server_update_open(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_UPDATE)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct odd odd;

		if (view->condition != CONDITION_USABLE ||
		    !odd_first(evidence, view, PROBE_UPDATE, &odd) || !odd.has_message ||
		    odd.message.rcode != RCODE_NOERROR || odd.message.record_count > 0)
			continue;
		verdict(verdicts, view,
			"%s takes an UPDATE of %s from whoever sends one (it was empty: nothing "
			"has changed)",
			view->address, evidence->domain);
		verdict_evidence(verdicts, odd.exchange);
	}
}
