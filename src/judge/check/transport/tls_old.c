/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

#define TLS_1_0 0x0301
#define TLS_1_2 0x0303

/* Declared in the generated table. */
void check_transport_tls_old(const struct evidence *evidence, struct verdicts *verdicts);

void check_transport_tls_old(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint16_t cursor = 0;
	const struct session *session;

	if (!sessions_are_there(evidence, verdicts))
		return;
	while ((session = sessions_next(evidence, &cursor))) {
		const struct view *view = session_view(evidence, session);
		const struct exchange *exchange = session_exchange(evidence, session);

		if (session->outcome != SESSION_ESTABLISHED || session->tls_version == 0 ||
		    session->tls_version >= TLS_1_2 || !view)
			continue;
		verdict(verdicts, view, "%s knows nothing newer than TLS 1.%d for %s",
			view->address, session->tls_version - TLS_1_0, session_word(session));
		if (exchange)
			verdict_evidence(verdicts, exchange);
	}
}
