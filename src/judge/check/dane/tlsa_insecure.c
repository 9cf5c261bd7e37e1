/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_tlsa_insecure(const struct evidence *evidence, struct verdicts *verdicts);

void check_dane_tlsa_insecure(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct dane_facts facts;

	dane_facts_find(evidence, &facts);
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (host->tlsa.rrset.count == 0 || host->tlsa.lookup->security != SECURITY_INSECURE)
			continue;
		verdict(verdicts, NULL,
			"There are TLSA records for %s, a %s server of %s, and no chain of trust "
			"down to them, so that no client uses them",
			evidence_name(evidence, host->host),
			host->service == TLSA_SMTP ? "mail" : "web", evidence->domain);
		verdict_lookup_evidence(verdicts, host->tlsa_name.octets, TYPE_TLSA);
	}
	if (verdicts->finding_count == before)
		dane_unknown(&facts, verdicts);
}
