/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/soa.h"

/* Declared in the generated table. */
void check_zone_soa_minimum(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 2308 s5: more than a day has been found to be trouble. */
#define MINIMUM_MOST_S 86400u

static bool is_long(const struct soa_rdata *soa)
{
	return soa->minimum > MINIMUM_MOST_S;
}

void check_zone_soa_minimum(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct soa_seen seen;

	if (!soa_seek(evidence, verdicts, is_long, &seen))
		return;
	verdict(verdicts, NULL,
		"Resolvers may remember for up to %u seconds, more than a day, that a name in %s "
		"does not exist",
		seen.soa.minimum, evidence->domain);
	soa_evidence(verdicts, &seen);
}
