/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Telling what is wrong with signatures: one finding a server for each standing, whichever check of
 * the family asks. Where the parent has no DS that validators follow, nobody checks the signatures
 * yet, and the finding is a notice.
 */
#ifndef JUDGE_CHECK_DNSSEC_STANDING_H
#define JUDGE_CHECK_DNSSEC_STANDING_H

#include "judge/check/signatures.h"
#include "judge/check/verdict.h"

/* Signatures of that standing at every signed server; not measured where no server gave keys. */
void standing_tell(const struct evidence *evidence, struct verdicts *verdicts,
		   enum standing standing);
/* Turns the newest finding into a notice when no resolver validates the domain. */
void standing_lower_if_insecure(const struct evidence *evidence, struct verdicts *verdicts);

#endif
