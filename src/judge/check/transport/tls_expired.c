/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_tls_expired(const struct evidence *evidence, struct verdicts *verdicts);

void check_transport_tls_expired(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint16_t cursor = 0;
	const struct session *session;

	if (!sessions_are_there(evidence, verdicts))
		return;
	while ((session = sessions_next(evidence, &cursor))) {
		const struct view *view = session_view(evidence, session);
		const struct exchange *exchange = session_exchange(evidence, session);

		if (session->outcome != SESSION_ESTABLISHED || session->not_after_s == 0 || !view)
			continue;
		if (session->not_after_s >= evidence->now_s &&
		    session->not_before_s <= evidence->now_s)
			continue;
		char text[TIME_TEXT_MAX];
		const bool is_over = session->not_after_s < evidence->now_s;

		time_to_text(is_over ? session->not_after_s : session->not_before_s, text);
		verdict(verdicts, view, "The certificate that %s presents for %s is %s since %s",
			view->address, session_word(session), is_over ? "over" : "not yet valid",
			text);
		if (exchange)
			verdict_evidence(verdicts, exchange);
	}
}
