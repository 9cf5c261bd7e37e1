/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/sts_sessions.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_sts_mx(const struct evidence *evidence, struct verdicts *verdicts);

/* All addresses serve one policy, as a rule: the first that says something is told of. */
static void judge_session(const struct evidence *evidence, struct verdicts *verdicts,
			  const struct session *session)
{
	struct dane_facts facts;
	struct sts_policy policy;
	const char *words;

	if (!sts_session_has_policy(session) ||
	    sts_session_policy(evidence, session, &policy, &words) != OK ||
	    policy.mode == STS_MODE_NONE)
		return;
	dane_facts_find(evidence, &facts);
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (host->service != TLSA_SMTP || sts_allows(&policy, host->host))
			continue;
		verdict(verdicts, NULL,
			"The mail server %s of %s is not among those that the domain's MTA-STS "
			"policy, in mode \"%s\", allows",
			evidence_name(evidence, host->host), evidence->domain,
			policy.mode == STS_MODE_ENFORCE ? "enforce" : "testing");
		verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
		verdict_session_evidence(verdicts, session);
		if (policy.mode == STS_MODE_TESTING)
			verdict_lower(verdicts, SEVERITY_NOTICE);
	}
}

void check_mail_sts_mx(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct sts_sessions sts;

	sts_sessions_find(evidence, &sts);
	for (uint8_t i = 0; i < sts.count && verdicts->finding_count == before; i++)
		judge_session(evidence, verdicts, sts.items[i]);
	if (verdicts->finding_count == before && !sts.has_policy && !sts.is_absent)
		verdict_not_measured(verdicts);
}
