/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/soa.h"

/* Declared in the generated table. */
void check_zone_soa_refresh(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 1912 s2.2: twenty minutes is as short as it makes sense. */
#define REFRESH_LEAST_S 1200u

static bool is_short(const struct soa_rdata *soa)
{
	return soa->refresh < REFRESH_LEAST_S;
}

void check_zone_soa_refresh(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct soa_seen seen;

	if (!soa_seek(evidence, verdicts, is_short, &seen))
		return;
	verdict(verdicts, NULL,
		"%s tells its secondaries to ask for changes every %u seconds, which is more often "
		"than the %u seconds that make sense",
		evidence->domain, seen.soa.refresh, REFRESH_LEAST_S);
	soa_evidence(verdicts, &seen);
}
