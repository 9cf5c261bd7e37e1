/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_mx_no_address(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_it(const struct exchanger_facts *host)
{
	return host->state == EXCHANGER_WITHOUT_ADDRESS;
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct exchanger_facts *host)
{
	verdict(verdicts, NULL,
		"The MX record of %s names %s, which has neither an IPv4 nor an IPv6 "
		"address",
		evidence->domain, evidence_name(evidence, host->name));
	verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
	verdict_lookup_evidence(verdicts, host->name, TYPE_A);
	verdict_lookup_evidence(verdicts, host->name, TYPE_AAAA);
}

void check_mail_mx_no_address(const struct evidence *evidence, struct verdicts *verdicts)
{
	mail_tell_hosts(evidence, verdicts, is_it, tell);
}
