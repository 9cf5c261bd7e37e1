/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_transfer_open(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct odd *odd)
{
	if (odd->has_message && odd->message.rcode == RCODE_NOERROR &&
	    message_find(&odd->message, 1u << SECTION_ANSWER, evidence->observation->domain,
			 TYPE_SOA))
		verdict(verdicts, view, "%s gives the whole zone %s to whoever asks for a transfer",
			view->address, evidence->domain);
}

void check_server_transfer_open(const struct evidence *evidence, struct verdicts *verdicts)
{
	odd_judge(evidence, verdicts, PROBE_TRANSFER, tell);
}
