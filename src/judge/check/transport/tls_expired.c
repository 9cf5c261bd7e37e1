/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_tls_expired(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct talk *talk)
{
	const struct session *session = talk->session;
	const bool is_over = session->not_after_s < evidence->now_s;
	char text[TIME_TEXT_MAX];

	if (session->outcome != SESSION_ESTABLISHED || session->not_after_s == 0 ||
	    (!is_over && session->not_before_s <= evidence->now_s))
		return;
	time_to_text(is_over ? session->not_after_s : session->not_before_s, text);
	verdict(verdicts, talk->view, "The certificate that %s presents for %s is %s %s",
		talk->view->address, session_word(session),
		is_over ? "over since" : "not valid before", text);
}

void check_transport_tls_expired(const struct evidence *evidence, struct verdicts *verdicts)
{
	sessions_judge(evidence, verdicts, tell);
}
