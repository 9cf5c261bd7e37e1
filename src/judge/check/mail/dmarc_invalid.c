/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_dmarc_invalid(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_dmarc_invalid(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;
	const struct dmarc_step *step = mail->dmarc.in_force;
	struct name name;

	if (mail->is_aliased || !mail->dmarc.is_complete) {
		verdict_not_measured(verdicts);
		return;
	}
	/* What is wrong with a parent's record is the parent's. */
	if (step == NULL || !mail->dmarc.is_own || step->record.fault == NULL)
		return;
	verdict(verdicts, NULL, "In the DMARC record of %s, %s%s", evidence->domain,
		step->record.fault,
		step->record.is_usable ? "" : "; receivers heed none of the record");
	if (step->record.is_usable)
		verdict_lower(verdicts, SEVERITY_WARNING);
	if (dmarc_name(step->name.octets, &name) == OK)
		verdict_lookup_evidence(verdicts, name.octets, TYPE_TXT);
}
