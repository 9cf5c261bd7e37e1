/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_spf_long(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_spf_long(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!mail_spf_verdicts(evidence, verdicts, SPF_PROBLEM_LONG, "The SPF record of ", " "))
		mail_spf_unknown(evidence, verdicts);
}
