/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_answer_differs(const struct evidence *evidence, struct verdicts *verdicts);

void check_transport_answer_differs(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint16_t cursor = 0;
	const struct session *session;

	if (!sessions_are_there(evidence, verdicts))
		return;
	while ((session = sessions_next(evidence, &cursor))) {
		const struct view *view = session_view(evidence, session);
		const struct exchange *exchange = session_exchange(evidence, session);

		if (!exchange || !view || view->condition != CONDITION_USABLE ||
		    exchange->outcome != OUTCOME_ANSWER || exchange->message == MESSAGE_NONE)
			continue;
		const struct message *message = &evidence->messages[exchange->message];
		/* It was asked for a zone that it serves with authority over UDP. */
		const bool is_same =
			message->rcode == RCODE_NOERROR && (message->flags & FLAG_AA) != 0;

		if (is_same || (!view->speaks_edns && message->rcode == RCODE_FORMERR))
			continue;
		char rcode[TYPE_TEXT_MAX];

		verdict(verdicts, view, "%s answers over UDP with authority, and over %s %s%s",
			view->address, session_word(session), rcode_to_text(message->rcode, rcode),
			message->rcode == RCODE_NOERROR ? " without it" : "");
		if (exchange)
			verdict_evidence(verdicts, exchange);
	}
}
