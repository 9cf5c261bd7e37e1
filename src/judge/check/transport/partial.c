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

void check_transport_partial(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint16_t cursor = 0;
	const struct session *session;

	if (!sessions_are_there(evidence, verdicts))
		return;
	while ((session = sessions_next(evidence, &cursor))) {
		const struct view *view = session_view(evidence, session);

		/* What is announced and broken is another finding. */
		if (session->outcome == SESSION_ESTABLISHED || !session->host || !view ||
		    session_is_announced(evidence, session) == ANNOUNCED)
			continue;
		const struct session *working = find_working(evidence, session);

		if (!working)
			continue;
		char address[IP_TEXT_MAX];

		verdict(verdicts, view, "%s offers %s at %s, but not at %s",
			evidence_name(evidence, session->host), session_word(session),
			ip_to_text(&working->ip, address), view->address);
		verdict_evidence(verdicts, session_exchange(evidence, session));
	}
}
