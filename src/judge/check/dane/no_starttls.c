/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_no_starttls(const struct evidence *evidence, struct verdicts *verdicts);

/* Is it known of any address whether it offers STARTTLS? */
static bool judge_host(const struct evidence *evidence, struct verdicts *verdicts,
		       const struct dane_host *host)
{
	const struct session *session;
	uint16_t cursor = 0;
	bool is_known = false;

	while ((session = dane_next_session(evidence, host, &cursor)) != NULL) {
		is_known |= session->outcome == SESSION_ESTABLISHED ||
			    session->outcome == SESSION_TLS_FAILED ||
			    session->outcome == SESSION_NOT_OFFERED;
		if (session->outcome != SESSION_NOT_OFFERED)
			continue;
		verdict(verdicts, NULL,
			"The mail server %s of %s at %s has TLSA records and does not offer "
			"STARTTLS",
			evidence_name(evidence, host->host), evidence->domain,
			session_address(evidence, session));
		verdict_lookup_evidence(verdicts, host->tlsa_name.octets, TYPE_TLSA);
		verdict_session_evidence(verdicts, session);
		/* Not now, says the server (RFC 3207 s4): that may be over in a moment. */
		if (session->status >= 400 && session->status < 500)
			verdict_lower(verdicts, SEVERITY_WARNING);
	}
	return is_known;
}

void check_dane_no_starttls(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct dane_facts facts;
	bool is_known;

	dane_facts_find(evidence, &facts);
	is_known = facts.knows_mail;
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (host->service != TLSA_SMTP)
			continue;
		if (looked_up_is_unknown(&host->tlsa))
			is_known = false;
		if (host->is_secure && host->usable_count > 0)
			is_known &= judge_host(evidence, verdicts, host);
	}
	if (verdicts->finding_count == before && !is_known)
		verdict_not_measured(verdicts);
}
