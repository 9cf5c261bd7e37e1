/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/sts_sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_sts_unreachable(const struct evidence *evidence, struct verdicts *verdicts);

static void judge_session(const struct evidence *evidence, struct verdicts *verdicts,
			  const struct session *session)
{
	const char *what = "did not answer as a web server does";

	if (session->outcome == SESSION_UNREACHABLE || sts_session_has_policy(session))
		return;
	if (session->outcome == SESSION_ESTABLISHED)
		what = arena_format(evidence->arena, "answered with the status %u instead of 200",
				    session->status);
	else if (session->outcome == SESSION_TIMEOUT)
		what = "did not answer in time";
	else if (session->outcome == SESSION_CLOSED)
		what = "refused or closed the connection";
	else if (session->outcome == SESSION_TLS_FAILED)
		what = "could not agree on TLS";
	verdict(verdicts, NULL,
		"%s says that it has an MTA-STS policy, and the policy cannot be fetched: %s at %s "
		"%s",
		evidence->domain, evidence_name(evidence, session->host),
		session_address(evidence, session), what != NULL ? what : "answered otherwise");
	verdict_session_evidence(verdicts, session);
}

void check_mail_sts_unreachable(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct sts_sessions sts;

	sts_sessions_find(evidence, &sts);
	for (uint8_t i = 0; i < sts.count; i++) {
		judge_session(evidence, verdicts, sts.items[i]);
		/* Senders try the other addresses. */
		if (verdicts->finding_count > before && sts.has_policy)
			verdict_lower(verdicts, SEVERITY_WARNING);
	}
	if (verdicts->finding_count == before && !sts.is_known)
		verdict_not_measured(verdicts);
}
