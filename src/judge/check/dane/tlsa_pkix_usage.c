/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_tlsa_pkix_usage(const struct evidence *evidence, struct verdicts *verdicts);

static void judge_host(const struct evidence *evidence, struct verdicts *verdicts,
		       const struct dane_host *host)
{
	for (uint16_t i = 0; i < host->tlsa.rrset.count; i++) {
		const struct record *record = host->tlsa.rrset.records[i];
		struct tlsa tlsa;

		if (tlsa_read(record->rdata, record->rdata_size, &tlsa) != OK ||
		    tlsa_fault(record->rdata, record->rdata_size) != TLSA_SOUND ||
		    tlsa.usage > TLSA_PKIX_EE)
			continue;
		verdict(verdicts, NULL,
			"A TLSA record for %s, a mail server of %s, has usage %u (%s), which "
			"senders of mail do not use",
			evidence_name(evidence, host->host), evidence->domain, tlsa.usage,
			tlsa.usage == TLSA_PKIX_TA ? "PKIX-TA" : "PKIX-EE");
		verdict_lookup_evidence(verdicts, host->tlsa_name.octets, TYPE_TLSA);
		if (host->usable_count > 0)
			verdict_lower(verdicts, SEVERITY_NOTICE);
	}
}

void check_dane_tlsa_pkix_usage(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct dane_facts facts;

	dane_facts_find(evidence, &facts);
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (host->is_secure && host->service == TLSA_SMTP)
			judge_host(evidence, verdicts, host);
	}
	if (verdicts->finding_count == before)
		dane_unknown(&facts, verdicts);
}
