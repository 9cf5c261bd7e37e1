/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_spf_missing(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_spf_missing(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;

	if (mail->spf.found == SPF_FOUND_UNKNOWN || !mail->knows_exchangers) {
		verdict_not_measured(verdicts);
		return;
	}
	if (mail->spf.found != SPF_FOUND_NONE)
		return;
	verdict(verdicts, NULL, "%s says nothing of who may send mail in its name (SPF)%s",
		evidence->domain, mail->takes_mail ? "" : ", though it takes no mail itself");
	verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_TXT);
	if (!mail->takes_mail)
		verdict_lower(verdicts, SEVERITY_NOTICE);
}
