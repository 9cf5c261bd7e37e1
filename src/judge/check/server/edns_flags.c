/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_edns_flags(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct odd *odd)
{
	if (!view->speaks_edns)
		return;
	if (odd->has_message && odd->message.edns.flags & PROBE_UNKNOWN_FLAG)
		verdict(verdicts, view,
			"%s gives back an EDNS flag that nobody knows, which is to be cleared",
			view->address);
	else if (!odd->has_message || odd->message.rcode != RCODE_NOERROR)
		verdict(verdicts, view,
			"%s %s a question with an EDNS flag that nobody knows, which is to be "
			"ignored",
			view->address, odd_ending(evidence, odd));
}

void check_server_edns_flags(const struct evidence *evidence, struct verdicts *verdicts)
{
	odd_judge(evidence, verdicts, PROBE_EDNS_FLAG, tell);
}
