/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/sts_sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_sts_policy_invalid(const struct evidence *evidence, struct verdicts *verdicts);

static void judge_session(const struct evidence *evidence, struct verdicts *verdicts,
			  const struct session *session)
{
	struct sts_policy policy;
	const char *words = NULL;

	if (!sts_session_has_policy(session))
		return;
	if (sts_session_policy(evidence, session, &policy, &words) == OK)
		words = session->note[0] != 0 ? session->note : NULL;
	if (words == NULL)
		return;
	verdict(verdicts, NULL, "The MTA-STS policy of %s, as %s serves it, cannot be used: %s",
		evidence->domain, session_address(evidence, session), words);
	verdict_session_evidence(verdicts, session);
}

void check_mail_sts_policy_invalid(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct sts_sessions sts;

	sts_sessions_find(evidence, &sts);
	for (uint8_t i = 0; i < sts.count; i++)
		judge_session(evidence, verdicts, sts.items[i]);
	if (verdicts->finding_count == before && !sts.has_policy && !sts.is_absent)
		verdict_not_measured(verdicts);
}
