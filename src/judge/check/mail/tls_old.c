/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_tls_old(const struct evidence *evidence, struct verdicts *verdicts);

#define TLS_1_2 0x0303

static bool judge_host(const struct evidence *evidence, struct verdicts *verdicts,
		       const struct dane_host *host)
{
	const struct session *session;
	uint16_t cursor = 0;
	bool is_known = false;

	while ((session = dane_next_session(evidence, host, &cursor)) != NULL) {
		/* Who has no TLS has none that is old. */
		is_known |= session->tls_version != 0 || session->outcome == SESSION_NOT_OFFERED;
		if (session->tls_version == 0 || session->tls_version >= TLS_1_2)
			continue;
		verdict(verdicts, NULL,
			"The mail server %s of %s at %s has nothing newer than TLS 1.%u",
			evidence_name(evidence, host->host), evidence->domain,
			session_address(evidence, session), session->tls_version == 0x0302 ? 1 : 0);
		verdict_session_evidence(verdicts, session);
	}
	return is_known;
}

void check_mail_tls_old(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct dane_facts facts;
	bool is_known;

	dane_facts_find(evidence, &facts);
	is_known = facts.knows_mail;
	for (uint8_t i = 0; i < facts.count; i++)
		if (facts.hosts[i].service == TLSA_SMTP)
			is_known &= judge_host(evidence, verdicts, &facts.hosts[i]);
	if (verdicts->finding_count == before && !is_known)
		verdict_not_measured(verdicts);
}
