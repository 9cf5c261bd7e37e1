/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_offered_broken(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct talk *talk)
{
	if (talk->session->outcome != SESSION_ESTABLISHED &&
	    session_is_announced(evidence, talk->session) == ANNOUNCED)
		verdict(verdicts, talk->view, "%s announces %s, but it cannot be used at %s: %s",
			evidence_name(evidence, talk->session->host), session_word(talk->session),
			talk->view->address, session_trouble(talk->session));
}

void check_transport_offered_broken(const struct evidence *evidence, struct verdicts *verdicts)
{
	sessions_judge(evidence, verdicts, tell);
}
