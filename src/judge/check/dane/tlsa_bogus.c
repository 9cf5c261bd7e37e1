/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_tlsa_bogus(const struct evidence *evidence, struct verdicts *verdicts);

/* Can it be proven of any name of the domain's own that it does not exist? */
static bool has_denials(const struct observation *observation)
{
	for (uint16_t i = 0; i < observation->lookup_count; i++) {
		const struct lookup *lookup = &observation->lookups[i];

		if ((lookup->result == LOOKUP_RESULT_NXDOMAIN ||
		     lookup->result == LOOKUP_RESULT_NODATA) &&
		    lookup->security == SECURITY_SECURE &&
		    name_is_under(lookup->name, observation->domain))
			return true;
	}
	return false;
}

/* Where the domain proves nothing of what is not there, DNSSEC-DENIAL-MISSING says so. */
static bool is_told_elsewhere(const struct evidence *evidence, const struct dane_host *host)
{
	return host->tlsa.rrset.count == 0 &&
	       name_is_under(host->base, evidence->observation->domain) &&
	       !has_denials(evidence->observation);
}

void check_dane_tlsa_bogus(const struct evidence *evidence, struct verdicts *verdicts)
{
	const size_t before = verdicts->finding_count;
	struct dane_facts facts;

	dane_facts_find(evidence, &facts);
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (!host->is_address_secure || host->tlsa.lookup == NULL ||
		    host->tlsa.lookup->result != LOOKUP_RESULT_BOGUS ||
		    is_told_elsewhere(evidence, host))
			continue;
		verdict(verdicts, NULL,
			"What is said of TLSA records for %s, a %s server of %s, does not "
			"validate, while its addresses do",
			evidence_name(evidence, host->host),
			host->service == TLSA_SMTP ? "mail" : "web", evidence->domain);
		verdict_lookup_evidence(verdicts, host->tlsa_name.octets, TYPE_TLSA);
	}
	if (verdicts->finding_count == before)
		dane_unknown(&facts, verdicts);
}
