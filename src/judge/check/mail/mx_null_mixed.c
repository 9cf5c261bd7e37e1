/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_mx_null_mixed(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_mx_null_mixed(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;

	if (!mail->knows_exchangers) {
		verdict_not_measured(verdicts);
		return;
	}
	if (!mail->exchangers.has_null || mail->exchangers.takes_none)
		return;
	verdict(verdicts, NULL,
		"One of the %u MX records of %s says that it takes no mail, and the rest that it "
		"does",
		(unsigned int)mail->exchangers.record_count, evidence->domain);
	verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
}
