/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_spf_include(const struct evidence *evidence, struct verdicts *verdicts);

/* What cannot be looked up now may be there in a moment: receivers put mail off till then. */
static void tell_unreachable(const struct evidence *evidence, struct verdicts *verdicts,
			     const struct spf_problem *problem)
{
	verdict(verdicts, NULL, "In the SPF record of %s, %s",
		evidence_name(evidence, problem->where), problem->words);
	verdict_lookup_evidence(verdicts, problem->where, TYPE_TXT);
	if (problem->target)
		verdict_lookup_evidence(verdicts, problem->target, TYPE_TXT);
	verdict_lower(verdicts, SEVERITY_WARNING);
}

static void tell_missing(const struct evidence *evidence, struct verdicts *verdicts,
			 const struct spf_problem *problem)
{
	const uint8_t *registrable =
		problem->target ? evidence_registrable(evidence, problem->target) : NULL;

	if (registrable)
		verdict(verdicts, NULL,
			"In the SPF record of %s, %s, and whoever registers %s may send as %s",
			evidence_name(evidence, problem->where), problem->words,
			evidence_name(evidence, registrable), evidence->domain);
	else
		verdict(verdicts, NULL, "In the SPF record of %s, %s",
			evidence_name(evidence, problem->where), problem->words);
	verdict_lookup_evidence(verdicts, problem->where, TYPE_TXT);
	if (problem->target)
		verdict_lookup_evidence(verdicts, problem->target, TYPE_TXT);
	if (registrable)
		verdict_lookup_evidence(verdicts, registrable, TYPE_NS);
	else
		verdict_lower(verdicts, SEVERITY_ERROR);
}

void check_mail_spf_include(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct spf_report *report = &evidence->mail->spf;
	const size_t before = verdicts->finding_count;

	for (uint8_t i = 0; i < report->problem_count; i++) {
		const struct spf_problem *problem = &report->problems[i];

		if (problem->kind == SPF_PROBLEM_UNREACHABLE)
			tell_unreachable(evidence, verdicts, problem);
		else if (problem->kind == SPF_PROBLEM_NO_RECORD)
			tell_missing(evidence, verdicts, problem);
	}
	if (verdicts->finding_count == before)
		mail_spf_unknown(evidence, verdicts);
}
