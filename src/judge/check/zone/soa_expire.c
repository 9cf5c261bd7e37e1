/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/soa.h"

/* Declared in the generated table. */
void check_zone_soa_expire(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 1912 s2.2 suggests two to four weeks; a week is what an outage over holidays may take. */
#define EXPIRE_LEAST_S 604800u

/* One failed attempt, and the copy is gone. */
static bool leaves_no_attempt(const struct soa_rdata *soa)
{
	return soa->expire <= (uint64_t)soa->refresh + soa->retry;
}

static bool is_short(const struct soa_rdata *soa)
{
	return soa->expire < EXPIRE_LEAST_S || leaves_no_attempt(soa);
}

void check_zone_soa_expire(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct soa_seen seen;

	if (!soa_seek(evidence, verdicts, is_short, &seen))
		return;
	if (leaves_no_attempt(&seen.soa)) {
		verdict(verdicts, NULL,
			"Secondaries stop serving %s after %u seconds without their primary, "
			"before they have asked again (refresh %u, retry %u)",
			evidence->domain, seen.soa.expire, seen.soa.refresh, seen.soa.retry);
	} else {
		verdict(verdicts, NULL,
			"Secondaries stop serving %s after %u seconds without their primary, less "
			"than a week",
			evidence->domain, seen.soa.expire);
		verdict_lower(verdicts, SEVERITY_NOTICE);
	}
	soa_evidence(verdicts, &seen);
}
