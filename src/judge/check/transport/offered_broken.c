/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_offered_broken(const struct evidence *evidence, struct verdicts *verdicts);

void check_transport_offered_broken(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint16_t cursor = 0;
	const struct session *session;

	if (!sessions_are_there(evidence, verdicts))
		return;
	while ((session = sessions_next(evidence, &cursor))) {
		const struct view *view = session_view(evidence, session);
		const struct exchange *exchange = session_exchange(evidence, session);

		if (session->outcome == SESSION_ESTABLISHED || !view ||
		    session_is_announced(evidence, session) != ANNOUNCED)
			continue;
		verdict(verdicts, view, "%s announces %s, but it cannot be used at %s: %s",
			evidence_name(evidence, session->host), session_word(session),
			view->address, session_trouble(session));
		if (exchange)
			verdict_evidence(verdicts, exchange);
	}
}
