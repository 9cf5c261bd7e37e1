/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_tls_name(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct talk *talk)
{
	const struct session *session = talk->session;

	if (session->outcome == SESSION_ESTABLISHED && session->chain_count > 0 &&
	    (session->flags & SESSION_NAME_FITS) == 0 &&
	    session_is_announced(evidence, session) == ANNOUNCED)
		verdict(verdicts, talk->view,
			"%s announces %s, but the certificate at %s is not for that name",
			evidence_name(evidence, session->host), session_word(session),
			talk->view->address);
}

void check_transport_tls_name(const struct evidence *evidence, struct verdicts *verdicts)
{
	sessions_judge(evidence, verdicts, tell);
}
