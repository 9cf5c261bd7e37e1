/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_recurses(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_open(const struct odd *odd)
{
	return odd->has_message && odd->message.rcode == RCODE_NOERROR &&
	       odd->message.flags & FLAG_RA && !(odd->message.flags & FLAG_AA) &&
	       message_find(&odd->message, 1u << SECTION_ANSWER, (const uint8_t *)"", TYPE_SOA);
}

void check_server_recurses(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_RECURSION)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct odd odd;

		if (view->condition != CONDITION_USABLE ||
		    !odd_first(evidence, view, PROBE_RECURSION, &odd) || !is_open(&odd))
			continue;
		verdict(verdicts, view,
			"%s resolves names for strangers: asked with RD, it answers for the root",
			view->address);
		verdict_evidence(verdicts, odd.exchange);
	}
}
