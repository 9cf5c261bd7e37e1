/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/dnssec/weak.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/keys.h"

/* Declared in the generated table. */
void check_dnssec_key_short(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 6781 s3.4.2 asks for 1024 at the very least; NIST SP 800-131A ended 1024 in 2013. */
#define RSA_BITS_MIN 2048u
/* Below WEAK_MODULUS_BITS it is DNSSEC-KEY-WEAK's matter. */

static bool is_rsa(uint8_t algorithm)
{
	return algorithm == ALGORITHM_RSASHA1 || algorithm == ALGORITHM_RSASHA1_NSEC3 ||
	       algorithm == ALGORITHM_RSASHA256 || algorithm == ALGORITHM_RSASHA512;
}

static void tell(struct verdicts *verdicts, const struct served_key *key)
{
	const unsigned bits = is_rsa(key->rdata.algorithm) ? key_bits(&key->rdata) : 0;
	char name[24];

	if (bits >= WEAK_MODULUS_BITS && bits < RSA_BITS_MIN)
		verdict(verdicts, key->view,
			"%s serves a %s key of %u bits; at least %u are asked for today",
			key->view->address, algorithm_name(key->rdata.algorithm, name), bits,
			RSA_BITS_MIN);
}

void check_dnssec_key_short(const struct evidence *evidence, struct verdicts *verdicts)
{
	keys_judge(evidence, verdicts, tell);
}
