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

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct odd *odd)
{
	(void)evidence;
	if (is_upward(odd))
		verdict(verdicts, view,
			"%s sends whoever asks for what is not its own to the root's name servers, "
			"where REFUSED would do",
			view->address);
}

void check_server_upward_referral(const struct evidence *evidence, struct verdicts *verdicts)
{
	odd_judge(evidence, verdicts, PROBE_OUTSIDE, tell);
}
