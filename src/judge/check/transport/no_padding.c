/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_no_padding(const struct evidence *evidence, struct verdicts *verdicts);

void check_transport_no_padding(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint16_t cursor = 0;
	const struct session *session;

	if (!sessions_are_there(evidence, verdicts))
		return;
	while ((session = sessions_next(evidence, &cursor))) {
		const struct view *view = session_view(evidence, session);
		const struct exchange *exchange = session_exchange(evidence, session);

		if (session->outcome != SESSION_ESTABLISHED || !exchange || !view ||
		    (session->flags & SESSION_PADDED) != 0 || exchange->message == MESSAGE_NONE)
			continue;
		/* Without OPT there is no place for it. */
		if (exchange->opt_size == 0 && !evidence->messages[exchange->message].edns.present)
			continue;
		verdict(verdicts, view,
			"%s does not pad its answers over %s, though the question was padded",
			view->address, session_word(session));
		if (exchange)
			verdict_evidence(verdicts, exchange);
	}
}
