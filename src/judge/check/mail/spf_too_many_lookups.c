/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_spf_too_many_lookups(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_spf_too_many_lookups(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct spf_report *report = &evidence->mail->spf;
	const struct spf_problem *problem;
	uint8_t cursor = 0;
	bool is_any = false;

	while ((problem = spf_next_problem(report, SPF_PROBLEM_EXCHANGERS, &cursor)) != NULL) {
		verdict(verdicts, NULL, "In the SPF record of %s, %s, which receivers refuse",
			evidence_name(evidence, problem->where), problem->words);
		is_any = true;
	}
	cursor = 0;
	problem = spf_next_problem(report, SPF_PROBLEM_LOOKUPS, &cursor);
	if (problem != NULL) {
		verdict(verdicts, NULL, "The SPF policy of %s %s; receivers refuse it after %u",
			evidence->domain, problem->words, SPF_LOOKUPS_MAX);
		verdict_lookup_evidence(verdicts, problem->where, TYPE_TXT);
		is_any = true;
	}
	if (!is_any)
		mail_spf_unknown(evidence, verdicts);
}
