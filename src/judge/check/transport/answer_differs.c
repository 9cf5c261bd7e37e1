/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_answer_differs(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct talk *talk)
{
	const struct exchange *exchange = talk->exchange;
	const struct view *view = talk->view;

	if (!exchange || view->condition != CONDITION_USABLE ||
	    exchange->outcome != OUTCOME_ANSWER || exchange->message == MESSAGE_NONE)
		return;
	const struct message *message = &evidence->messages[exchange->message];
	/* It was asked for a zone that it serves with authority over UDP. */
	const bool is_same = message->rcode == RCODE_NOERROR && (message->flags & FLAG_AA) != 0;
	char rcode[TYPE_TEXT_MAX];

	if (is_same || (!view->speaks_edns && message->rcode == RCODE_FORMERR))
		return;
	verdict(verdicts, view, "%s answers over UDP with authority, and over %s %s%s",
		view->address, session_word(talk->session), rcode_to_text(message->rcode, rcode),
		message->rcode == RCODE_NOERROR ? " without it" : "");
}

void check_transport_answer_differs(const struct evidence *evidence, struct verdicts *verdicts)
{
	sessions_judge(evidence, verdicts, tell);
}
