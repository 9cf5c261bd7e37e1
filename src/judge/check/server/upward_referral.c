/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_upward_referral(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_upward(const struct odd *odd)
{
	return odd->has_message && odd->message.rcode == RCODE_NOERROR &&
	       !(odd->message.flags & FLAG_AA) &&
	       !message_find(&odd->message, 1u << SECTION_ANSWER, NULL, TYPE_NS) &&
	       message_find(&odd->message, 1u << SECTION_AUTHORITY, (const uint8_t *)"", TYPE_NS);
}

void check_server_upward_referral(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_OUTSIDE)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct odd odd;

		if (view->condition != CONDITION_USABLE ||
		    !odd_first(evidence, view, PROBE_OUTSIDE, &odd) || !is_upward(&odd))
			continue;
		verdict(verdicts, view,
			"%s sends whoever asks for what is not its own to the root's name servers, "
			"where REFUSED would do",
			view->address);
		verdict_evidence(verdicts, odd.exchange);
	}
}
