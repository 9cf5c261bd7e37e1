/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/weak.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/keys.h"

/* Declared in the generated table. */
void check_dnssec_key_exponent(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(struct verdicts *verdicts, const struct served_key *key)
{
	unsigned bits = 0;

	switch (key_exponent(&key->rdata, &bits)) {
	case EXPONENT_THREE:
		verdict(verdicts, key->view,
			"%s serves RSA key %u with the exponent 3, which forgives no mistake of a "
			"validator",
			key->view->address, served_key_tag(key));
		break;
	case EXPONENT_LONG:
		verdict(verdicts, key->view,
			"%s serves RSA key %u with an exponent of %u bits, which some validators "
			"refuse and all pay for",
			key->view->address, served_key_tag(key), bits);
		break;
	default:
		break;
	}
}

void check_dnssec_key_exponent(const struct evidence *evidence, struct verdicts *verdicts)
{
	keys_judge(evidence, verdicts, tell);
}
