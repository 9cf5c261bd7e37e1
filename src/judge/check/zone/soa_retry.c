/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/soa.h"

/* Declared in the generated table. */
void check_zone_soa_retry(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_late(const struct soa_rdata *soa)
{
	return soa->retry >= soa->refresh;
}

void check_zone_soa_retry(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct soa_seen seen;

	if (!soa_seek(evidence, verdicts, is_late, &seen))
		return;
	verdict(verdicts, NULL,
		"A secondary of %s that could not reach its primary tries again after %u seconds, "
		"no sooner than the %u seconds after which it asks anyway",
		evidence->domain, seen.soa.retry, seen.soa.refresh);
	soa_evidence(verdicts, &seen);
}
