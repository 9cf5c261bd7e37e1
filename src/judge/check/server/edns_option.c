/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_edns_option(const struct evidence *evidence, struct verdicts *verdicts);

static bool gives_back(const struct odd *odd)
{
	uint16_t size;

	return odd->has_message && message_option(&odd->message, PROBE_UNKNOWN_OPTION, &size);
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view, const struct odd *odd)
{
	if (!view->speaks_edns)
		return;
	if (gives_back(odd))
		verdict(verdicts, view,
			"%s gives back an EDNS option that nobody knows, as if it had understood "
			"it",
			view->address);
	else if (!odd->has_message || odd->message.rcode != RCODE_NOERROR)
		verdict(verdicts, view,
			"%s %s a question with an EDNS option that nobody knows, which is to be "
			"ignored",
			view->address, odd_ending(evidence, odd));
}

void check_server_edns_option(const struct evidence *evidence, struct verdicts *verdicts)
{
	odd_judge(evidence, verdicts, PROBE_EDNS_OPTION, tell);
}
