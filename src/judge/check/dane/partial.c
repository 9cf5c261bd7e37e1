/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_partial(const struct evidence *evidence, struct verdicts *verdicts);

void check_dane_partial(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct dane_host *with = NULL;
	const struct dane_host *without = NULL;
	struct dane_facts facts;

	dane_facts_find(evidence, &facts);
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (host->service != TLSA_SMTP)
			continue;
		if (host->is_secure)
			with = host;
		else if (looked_up_is_absent(&host->tlsa) && without == NULL)
			without = host;
	}
	if (with == NULL || without == NULL) {
		dane_unknown(&facts, verdicts);
		return;
	}
	verdict(verdicts, NULL, "Of the mail servers of %s, %s has TLSA records, and %s has none",
		evidence->domain, evidence_name(evidence, with->host),
		evidence_name(evidence, without->host));
	verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
	verdict_lookup_evidence(verdicts, with->tlsa_name.octets, TYPE_TLSA);
	verdict_lookup_evidence(verdicts, without->tlsa_name.octets, TYPE_TLSA);
}
