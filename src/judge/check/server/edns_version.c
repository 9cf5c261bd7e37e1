/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_edns_version(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct odd *odd)
{
	const bool is_right = odd->has_message && odd->message.rcode == RCODE_BADVERS;

	if (view->speaks_edns && !is_right)
		verdict(verdicts, view,
			"%s %s a question with EDNS version 1, where BADVERS is due", view->address,
			odd_ending(evidence, odd));
}

void check_server_edns_version(const struct evidence *evidence, struct verdicts *verdicts)
{
	odd_judge(evidence, verdicts, PROBE_EDNS_VERSION, tell);
}
