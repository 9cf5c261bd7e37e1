/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_no_padding(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct talk *talk)
{
	const struct exchange *exchange = talk->exchange;

	if (talk->session->outcome != SESSION_ESTABLISHED || !exchange ||
	    (talk->session->flags & SESSION_PADDED) != 0 || exchange->message == MESSAGE_NONE)
		return;
	/* Without OPT there is no place for it. */
	if (exchange->opt_size > 0 || evidence->messages[exchange->message].edns.present)
		verdict(verdicts, talk->view,
			"%s does not pad its answers over %s, though the question was padded",
			talk->view->address, session_word(talk->session));
}

void check_transport_no_padding(const struct evidence *evidence, struct verdicts *verdicts)
{
	sessions_judge(evidence, verdicts, tell);
}
