/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "judge/check/transport/sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_transport_partial(const struct evidence *evidence, struct verdicts *verdicts);

/* Another address of the same name, with the same protocol, where it works. */
static const struct session *find_working(const struct evidence *evidence,
					  const struct session *broken)
{
	uint16_t cursor = 0;
	const struct session *session;

	while ((session = sessions_next(evidence, &cursor))) {
		if (session->protocol == broken->protocol && session->host &&
		    session->outcome == SESSION_ESTABLISHED &&
		    name_equal(session->host, broken->host))
			return session;
	}
	return NULL;
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct talk *talk)
{
	const struct session *session = talk->session;

	/* What is announced and broken is another finding. */
	if (session->outcome == SESSION_ESTABLISHED || !session->host ||
	    session_is_announced(evidence, session) == ANNOUNCED)
		return;
	const struct session *working = find_working(evidence, session);
	char address[IP_TEXT_MAX];

	if (working)
		verdict(verdicts, talk->view, "%s offers %s at %s, but not at %s",
			evidence_name(evidence, session->host), session_word(session),
			ip_to_text(&working->ip, address), talk->view->address);
}

void check_transport_partial(const struct evidence *evidence, struct verdicts *verdicts)
{
	sessions_judge(evidence, verdicts, tell);
}
