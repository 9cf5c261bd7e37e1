/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_tlsa_malformed(const struct evidence *evidence, struct verdicts *verdicts);

static void judge_host(const struct evidence *evidence, struct verdicts *verdicts,
		       const struct dane_host *host)
{
	for (uint16_t i = 0; i < host->tlsa.rrset.count; i++) {
		const struct record *record = host->tlsa.rrset.records[i];
		const enum tlsa_fault fault = tlsa_fault(record->rdata, record->rdata_size);

		if (fault == TLSA_SOUND)
			continue;
		verdict(verdicts, NULL, "A TLSA record for %s, a %s server of %s, %s",
			evidence_name(evidence, host->host),
			host->service == TLSA_SMTP ? "mail" : "web", evidence->domain,
			tlsa_fault_text(fault));
		verdict_lookup_evidence(verdicts, host->tlsa_name.octets, TYPE_TLSA);
		/* Clients go by the others (RFC 6698 s4.1). */
		if (host->usable_count > 0)
			verdict_lower(verdicts, SEVERITY_WARNING);
	}
}

void check_dane_tlsa_malformed(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct dane_facts facts;

	dane_facts_find(evidence, &facts);
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (host->is_secure)
			judge_host(evidence, verdicts, host);
	}
	if (verdicts->finding_count == before)
		dane_unknown(&facts, verdicts);
}
