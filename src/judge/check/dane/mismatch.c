/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_mismatch(const struct evidence *evidence, struct verdicts *verdicts);

void check_dane_mismatch(const struct evidence *evidence, struct verdicts *verdicts)
{
	dane_verdicts(evidence, verdicts, DANE_STANDING_MISMATCH,
		      "presents a certificate that no TLSA record means");
}
