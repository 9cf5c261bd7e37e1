/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_edns_flags(const struct evidence *evidence, struct verdicts *verdicts);

void check_server_edns_flags(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_EDNS_FLAG)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct odd odd;

		if (view->condition != CONDITION_USABLE || !view->speaks_edns ||
		    !odd_first(evidence, view, PROBE_EDNS_FLAG, &odd))
			continue;
		if (odd.has_message && odd.message.edns.flags & PROBE_UNKNOWN_FLAG)
			verdict(verdicts, view,
				"%s gives back an EDNS flag that nobody knows, which is to be "
				"cleared",
				view->address);
		else if (!odd.has_message || odd.message.rcode != RCODE_NOERROR)
			verdict(verdicts, view,
				"%s %s a question with an EDNS flag that nobody knows, which is "
				"to be ignored",
				view->address, odd_ending(evidence, &odd));
		else
			continue;
		verdict_evidence(verdicts, odd.exchange);
	}
}
