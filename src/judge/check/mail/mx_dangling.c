/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_mx_dangling(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts, const uint8_t *name,
		 const uint8_t *registrable)
{
	const char *host = evidence_name(evidence, name);

	if (registrable != NULL)
		verdict(verdicts, NULL,
			"The MX record of %s names %s, and %s does not exist: whoever registers "
			"that gets mail for %s",
			evidence->domain, host, evidence_name(evidence, registrable),
			evidence->domain);
	else
		verdict(verdicts, NULL, "The MX record of %s names %s, which does not exist",
			evidence->domain, host);
	verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
	verdict_lookup_evidence(verdicts, name, TYPE_A);
	if (registrable != NULL)
		verdict_lookup_evidence(verdicts, registrable, TYPE_NS);
	else
		verdict_lower(verdicts, SEVERITY_ERROR);
}

void check_mail_mx_dangling(const struct evidence *evidence, struct verdicts *verdicts)
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
		if (host->state != EXCHANGER_GONE)
			continue;
		tell(evidence, verdicts, name, host->registrable);
		is_any = true;
	}
	if (!is_any && !is_known)
		verdict_not_measured(verdicts);
}
