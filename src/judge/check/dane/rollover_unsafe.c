/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_rollover_unsafe(const struct evidence *evidence, struct verdicts *verdicts);

/* Is the usable record of the server's own certificate, and not of its key? */
static bool is_whole(const struct dane_host *host)
{
	for (uint16_t i = 0; i < host->tlsa.rrset.count; i++) {
		const struct record *record = host->tlsa.rrset.records[i];

		if (tlsa_is_usable(record->rdata, record->rdata_size, host->service))
			return (record->rdata[0] == TLSA_DANE_EE ||
				record->rdata[0] == TLSA_PKIX_EE) &&
			       record->rdata[1] == TLSA_CERTIFICATE;
	}
	return false;
}

void check_dane_rollover_unsafe(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct dane_facts facts;

	dane_facts_find(evidence, &facts);
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (!host->is_secure || host->usable_count != 1 || !is_whole(host))
			continue;
		verdict(verdicts, NULL,
			"The only TLSA record for %s, a %s server of %s, is of the whole "
			"certificate, and fits no longer when that is renewed",
			evidence_name(evidence, host->host),
			host->service == TLSA_SMTP ? "mail" : "web", evidence->domain);
		verdict_lookup_evidence(verdicts, host->tlsa_name.octets, TYPE_TLSA);
	}
	if (verdicts->finding_count == before)
		dane_unknown(&facts, verdicts);
}
