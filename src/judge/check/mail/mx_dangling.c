/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_mail_mx_dangling(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_it(const struct exchanger_facts *host)
{
	return host->state == EXCHANGER_GONE;
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct exchanger_facts *host)
{
	const char *name = evidence_name(evidence, host->name);
	const uint8_t *registrable = host->registrable;

	if (registrable != NULL)
		verdict(verdicts, NULL,
			"The MX record of %s names %s, and %s does not exist: whoever registers "
			"that gets mail for %s",
			evidence->domain, name, evidence_name(evidence, registrable),
			evidence->domain);
	else
		verdict(verdicts, NULL, "The MX record of %s names %s, which does not exist",
			evidence->domain, name);
	verdict_lookup_evidence(verdicts, evidence->observation->domain, TYPE_MX);
	verdict_lookup_evidence(verdicts, host->name, TYPE_A);
	if (registrable != NULL)
		verdict_lookup_evidence(verdicts, registrable, TYPE_NS);
	else
		verdict_lower(verdicts, SEVERITY_ERROR);
}

void check_mail_mx_dangling(const struct evidence *evidence, struct verdicts *verdicts)
{
	mail_tell_hosts(evidence, verdicts, is_it, tell);
}
