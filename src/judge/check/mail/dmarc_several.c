/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_dmarc_several(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_dmarc_several(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;
	const struct dmarc_step *step = mail->dmarc.several;
	struct name name;

	if (mail->is_aliased || !mail->dmarc.is_complete) {
		verdict_not_measured(verdicts);
		return;
	}
	if (step == NULL)
		return;
	verdict(verdicts, NULL, "%s has %u DMARC records; receivers heed none of them",
		evidence->domain, (unsigned int)step->record_count);
	if (dmarc_name(step->name.octets, &name) == OK)
		verdict_lookup_evidence(verdicts, name.octets, TYPE_TXT);
}
