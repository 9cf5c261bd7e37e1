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

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct odd *odd)
{
	(void)evidence;
	if (is_open(odd))
		verdict(verdicts, view,
			"%s resolves names for strangers: asked with RD, it answers for the root",
			view->address);
}

void check_server_recurses(const struct evidence *evidence, struct verdicts *verdicts)
{
	odd_judge(evidence, verdicts, PROBE_RECURSION, tell);
}
