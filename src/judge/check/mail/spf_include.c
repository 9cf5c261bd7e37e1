/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_spf_include(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_spf_include(const struct evidence *evidence, struct verdicts *verdicts)
{
	static const char before[] = "In the SPF record of ";
	const size_t count = verdicts->finding_count;
	bool is_any = mail_spf_verdicts(evidence, verdicts, SPF_PROBLEM_UNREACHABLE, before, ", ");

	/* What cannot be looked up now may be there in a moment: receivers put mail off till then.
	 */
	for (size_t i = count; i < verdicts->finding_count; i++)
		verdicts->findings[i].severity = SEVERITY_WARNING;
	is_any |= mail_spf_verdicts(evidence, verdicts, SPF_PROBLEM_NO_RECORD, before, ", ");
	if (!is_any)
		mail_spf_unknown(evidence, verdicts);
}
