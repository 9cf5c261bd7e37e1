/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_mx_alias(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_mx_alias(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;
	const struct exchangers *exchangers = &mail->exchangers;
	bool is_known = mail->knows_exchangers;
	bool is_any = false;

	for (uint8_t i = 0; i < exchangers->count; i++) {
		const struct exchanger_facts *host = &mail->hosts[i];
		const uint8_t *name = exchangers->items[i].name;

		if (exchangers->items[i].fault != EXCHANGER_SOUND)
			continue;
		is_known &= host->state != EXCHANGER_UNKNOWN;
		if (!host->is_alias || host->state != EXCHANGER_FOUND)
			continue;
		verdict(verdicts, NULL,
			"The MX record of %s names %s, which is an alias and no name of a host",
			evidence->domain, evidence_name(evidence, name));
		verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
		verdict_lookup_evidence(verdicts, name, TYPE_A);
		is_any = true;
	}
	if (!is_any && !is_known)
		verdict_not_measured(verdicts);
}
