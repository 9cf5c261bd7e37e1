/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/dnssec/standing.h"

/* Declared in the generated table. */
void check_dnssec_sig_wrong(const struct evidence *evidence, struct verdicts *verdicts);

void check_dnssec_sig_wrong(const struct evidence *evidence, struct verdicts *verdicts)
{
	standing_tell(evidence, verdicts, STANDING_WRONG);
}
