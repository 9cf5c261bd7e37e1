/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/sts.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_sts_invalid(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_sts_invalid(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_texts *texts = &evidence->mail->sts;
	const char *words = NULL;

	if (evidence->mail->is_aliased || !texts->is_known) {
		verdict_not_measured(verdicts);
		return;
	}
	if (texts->count == 0)
		return;
	if (texts->count > 1)
		verdict(verdicts, NULL, "%s has %u MTA-STS records; senders heed none of them",
			evidence->domain, (unsigned int)texts->count);
	else if (sts_parse_record(evidence->arena, texts->text, texts->size, &words) == ERR_FORMAT)
		verdict(verdicts, NULL, "In the MTA-STS record of %s, %s", evidence->domain, words);
	else
		return;
	verdict_lookup_evidence(verdicts, texts->name.octets, TYPE_TXT);
}
