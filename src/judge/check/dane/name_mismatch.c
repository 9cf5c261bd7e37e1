/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dane_name_mismatch(const struct evidence *evidence, struct verdicts *verdicts);

void check_dane_name_mismatch(const struct evidence *evidence, struct verdicts *verdicts)
{
	dane_verdicts(
		evidence, verdicts, DANE_STANDING_NAME,
		"presents a certificate for another name, and its TLSA record is of an authority");
}
