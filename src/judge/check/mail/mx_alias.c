/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_mx_alias(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_it(const struct exchanger_facts *host)
{
	return host->is_alias && host->state == EXCHANGER_FOUND;
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct exchanger_facts *host)
{
	verdict(verdicts, NULL,
		"The MX record of %s names %s, which is an alias and no name of a host",
		evidence->domain, evidence_name(evidence, host->name));
	verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
	verdict_lookup_evidence(verdicts, host->name, TYPE_A);
}

void check_mail_mx_alias(const struct evidence *evidence, struct verdicts *verdicts)
{
	mail_tell_hosts(evidence, verdicts, is_it, tell);
}
