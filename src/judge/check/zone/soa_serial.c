/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/soa.h"

/* Declared in the generated table. */
void check_zone_soa_serial(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_zero(const struct soa_rdata *soa)
{
	return soa->serial == 0;
}

void check_zone_soa_serial(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct soa_seen seen;

	if (!soa_seek(evidence, verdicts, is_zero, &seen))
		return;
	verdict(verdicts, NULL,
		"The serial number of %s is 0, which some programs take for no serial number at "
		"all",
		evidence->domain);
	soa_evidence(verdicts, &seen);
}
