/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_update_open(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct odd *odd)
{
	if (odd->has_message && odd->message.rcode == RCODE_NOERROR &&
	    odd->message.record_count == 0)
		verdict(verdicts, view,
			"%s takes an UPDATE of %s from whoever sends one (it was empty: nothing "
			"has changed)",
			view->address, evidence->domain);
}

void check_server_update_open(const struct evidence *evidence, struct verdicts *verdicts)
{
	odd_judge(evidence, verdicts, PROBE_UPDATE, tell);
}
