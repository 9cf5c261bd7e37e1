/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of mail, and of what vouches for mail and web servers. */
#include "dns/policy/sts.h"
#include "dns/wire/type.h"
#include "judge/check/dane_facts.h"
#include "judge/check/facts/facts_private.h"
#include "judge/check/looked_up.h"
#include "judge/check/mail_facts.h"
#include "judge/check/sts_sessions.h"

#include <assert.h>

/* What a record says of everybody else, whom it does not name. */
static enum fact_state find_spf_strict(const struct spf_report *spf)
{
	static const enum spf_problem_kind lax[] = {SPF_PROBLEM_SYNTAX, SPF_PROBLEM_SEVERAL,
						    SPF_PROBLEM_PASS_ALL, SPF_PROBLEM_NEUTRAL};

	if (spf->found != SPF_FOUND_RECORD)
		return facts_truth(spf->found == SPF_FOUND_NONE, false);
	for (size_t i = 0; i < sizeof(lax) / sizeof(lax[0]); i++) {
		uint8_t cursor = 0;

		if (spf_next_problem(spf, lax[i], &cursor))
			return FACT_ABSENT;
	}
	return facts_truth(spf->is_complete, true);
}

static void find_policies(const struct mail_facts *mail, struct facts *facts)
{
	const struct dmarc_report *dmarc = &mail->dmarc;
	const bool knows_dmarc = dmarc->in_force || dmarc->is_complete;
	const bool is_enforced =
		dmarc->in_force && !dmarc->in_force->record.is_testing &&
		(dmarc->policy == DMARC_QUARANTINE || dmarc->policy == DMARC_REJECT);

	facts->states[FACT_SPF] = facts_truth(mail->spf.found != SPF_FOUND_UNKNOWN,
					      mail->spf.found == SPF_FOUND_RECORD);
	facts->states[FACT_SPF_STRICT] = find_spf_strict(&mail->spf);
	facts->states[FACT_DMARC] = facts_truth(knows_dmarc, dmarc->in_force);
	facts->states[FACT_DMARC_ENFORCED] = facts_truth(knows_dmarc, is_enforced);
	facts->states[FACT_MTA_STS] = facts_truth(mail->sts.is_known, mail->sts.count > 0);
	facts->states[FACT_TLSRPT] = facts_truth(mail->tlsrpt.is_known, mail->tlsrpt.count > 0);
}

static enum fact_state has_own_ipv6(const struct evidence *evidence, const struct view *view)
{
	(void)evidence;
	return facts_answer(view, QUESTION_AAAA);
}

static enum fact_state find_ipv6_mail(const struct evidence *evidence)
{
	const struct mail_facts *mail = evidence->mail;
	bool is_known = mail->knows_exchangers;

	if (is_known && mail->takes_mail && mail->exchangers.count == 0)
		return facts_over_views(evidence, has_own_ipv6);
	for (uint8_t i = 0; is_known && i < mail->exchangers.count; i++) {
		if (mail->exchangers.items[i].fault != EXCHANGER_SOUND)
			continue;
		const struct looked_up found =
			look_up(evidence, mail->exchangers.items[i].name, TYPE_AAAA);

		if (found.rrset.count > 0)
			return FACT_PRESENT;
		is_known = is_known && !looked_up_is_unknown(&found);
	}
	return facts_truth(is_known, false);
}

static enum fact_state find_enforced(const struct evidence *evidence, enum fact_state sts)
{
	struct sts_sessions sessions;
	enum fact_state worst = FACT_PRESENT;

	if (sts == FACT_ABSENT)
		return FACT_ABSENT;
	if (!(evidence->observation->needs & NEED_CONNECT) || sts == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	sts_sessions_find(evidence, &sessions);
	for (uint8_t i = 0; i < sessions.count; i++) {
		struct sts_policy policy;
		const char *reason;

		if (!sts_session_has_policy(sessions.items[i]))
			continue;
		const int error = sts_session_policy(evidence, sessions.items[i], &policy, &reason);

		worst = facts_worse(worst,
				    facts_truth(error != ERR_MEMORY,
						error == OK && policy.mode == STS_MODE_ENFORCE));
	}
	if (sessions.has_policy)
		return worst;
	return facts_truth(sessions.is_known, false);
}

static enum fact_state has_tlsa(const struct dane_host *host)
{
	return facts_truth(!looked_up_is_unknown(&host->tlsa),
			   host->is_secure && host->usable_count > 0);
}

/* Without `www`, which has a choice of its own. */
static void find_tlsa(const struct evidence *evidence, struct facts *facts)
{
	struct dane_facts dane;
	enum fact_state mail = FACT_PRESENT;
	bool has_mail = false;

	dane_facts_find(evidence, &dane);
	for (uint8_t i = 0; i < dane.count; i++) {
		const struct dane_host *host = &dane.hosts[i];

		if (host->service == TLSA_SMTP) {
			mail = facts_worse(mail, has_tlsa(host));
			has_mail = true;
		} else if (host->host == evidence->observation->domain) {
			facts->states[FACT_TLSA_WEB] = has_tlsa(host);
		}
	}
	if (!has_mail)
		mail = facts_truth(dane.knows_mail, false);
	facts->states[FACT_TLSA_MAIL] = mail;
}

void facts_of_mail(const struct evidence *evidence, struct facts *facts)
{
	const struct mail_facts *mail = evidence->mail;

	if (evidence->observation->needs & NEED_DANE)
		find_tlsa(evidence, facts);
	if (!mail || mail->is_aliased)
		return;
	facts->states[FACT_MAIL] = facts_truth(mail->knows_exchangers, mail->takes_mail);
	facts->states[FACT_NULL_MX] =
		facts_truth(mail->knows_exchangers, mail->exchangers.takes_none);
	find_policies(mail, facts);
	facts->states[FACT_IPV6_MAIL] = find_ipv6_mail(evidence);
	facts->states[FACT_MTA_STS_ENFORCED] =
		find_enforced(evidence, (enum fact_state)facts->states[FACT_MTA_STS]);
}
