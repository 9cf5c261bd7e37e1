/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

#define TLS_1_0 0x0301
#define TLS_1_2 0x0303

/* Declared in the generated table. */
void check_transport_tls_old(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct talk *talk)
{
	const struct session *session = talk->session;

	(void)evidence;
	if (session->outcome == SESSION_ESTABLISHED && session->tls_version != 0 &&
	    session->tls_version < TLS_1_2)
		verdict(verdicts, talk->view, "%s knows nothing newer than TLS 1.%d for %s",
			talk->view->address, session->tls_version - TLS_1_0, session_word(session));
}

void check_transport_tls_old(const struct evidence *evidence, struct verdicts *verdicts)
{
	sessions_judge(evidence, verdicts, tell);
}
