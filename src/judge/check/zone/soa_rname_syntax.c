/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "judge/check/soa.h"

#include <string.h>

/* Declared in the generated table. */
void check_zone_soa_rname_syntax(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_no_mailbox(const struct soa_rdata *soa)
{
	return !soa_is_mailbox(soa->rname);
}

void check_zone_soa_rname_syntax(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct soa_seen seen;

	if (!soa_seek(evidence, verdicts, is_no_mailbox, &seen))
		return;
	const bool has_at = memchr(seen.soa.rname, '@', name_size(seen.soa.rname)) != NULL;

	verdict(verdicts, NULL,
		"The SOA record of %s gives %s as the mail address of those in charge, %s",
		evidence->domain, evidence_name(evidence, seen.soa.rname),
		has_at ? "with an '@' where a dot belongs" : "which is none");
	soa_evidence(verdicts, &seen);
}
