/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_mx_illegal_name(const struct evidence *evidence, struct verdicts *verdicts);

void check_mail_mx_illegal_name(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct mail_facts *mail = evidence->mail;

	if (!mail->knows_exchangers) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < mail->exchangers.count; i++) {
		const struct exchanger *exchanger = &mail->exchangers.items[i];

		if (exchanger->fault == EXCHANGER_SOUND)
			continue;
		verdict(verdicts, NULL, "The MX record of %s names %s, which %s", evidence->domain,
			evidence_name(evidence, exchanger->name),
			exchanger->fault == EXCHANGER_ADDRESS
				? "is an address where the name of a host belongs"
				: "cannot be the name of a host");
		verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
	}
}
