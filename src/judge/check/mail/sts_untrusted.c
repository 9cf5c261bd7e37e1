/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/sts_sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_sts_untrusted(const struct evidence *evidence, struct verdicts *verdicts);

static void judge_session(const struct evidence *evidence, struct verdicts *verdicts,
			  const struct session *session)
{
	const char *what;

	if (session->chain_count == 0)
		return;
	if ((session->flags & SESSION_NAME_FITS) == 0)
		what = "is for another name";
	else if ((session->flags & SESSION_TRUSTED) == 0)
		what = "is vouched for by nobody whom senders trust";
	else if (session->not_after_s != 0 && session->not_after_s < evidence->now_s)
		what = "has expired";
	else if (session->not_before_s > evidence->now_s)
		what = "is not valid yet";
	else
		return;
	verdict(verdicts, NULL,
		"The certificate that %s presents at %s for the MTA-STS policy of %s %s",
		evidence_name(evidence, session->host), session_address(evidence, session),
		evidence->domain, what);
	verdict_session_evidence(verdicts, session);
}

void check_mail_sts_untrusted(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct sts_sessions sts;

	sts_sessions_find(evidence, &sts);
	for (uint8_t i = 0; i < sts.count; i++)
		judge_session(evidence, verdicts, sts.items[i]);
	if (verdicts->finding_count == before && !sts.is_known)
		verdict_not_measured(verdicts);
}
