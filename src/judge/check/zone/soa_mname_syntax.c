/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "judge/check/soa.h"

/* Declared in the generated table. */
void check_zone_soa_mname_syntax(const struct evidence *evidence, struct verdicts *verdicts);

/* "." says that there is no primary to be asked, and is fine. */
static bool is_no_host(const struct soa_rdata *soa)
{
	return !name_is_root(soa->mname) && !name_is_host(soa->mname);
}

void check_zone_soa_mname_syntax(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct soa_seen seen;

	if (!soa_seek(evidence, verdicts, is_no_host, &seen))
		return;
	verdict(verdicts, NULL,
		"The SOA record of %s names %s as its primary, which cannot be the name of a host",
		evidence->domain, evidence_name(evidence, seen.soa.mname));
	soa_evidence(verdicts, &seen);
}
