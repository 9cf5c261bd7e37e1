/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/dnssec/weak.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

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

static bool find_short(const struct rrset *keys, struct dnskey_rdata *ret_key)
{
	for (uint16_t i = 0; i < keys->count; i++)
		if (rdata_dnskey(keys->records[i], ret_key) == 0 && is_rsa(ret_key->algorithm) &&
		    key_bits(ret_key) < RSA_BITS_MIN && key_bits(ret_key) >= WEAK_MODULUS_BITS)
			return true;
	return false;
}

void check_dnssec_key_short(const struct evidence *evidence, struct verdicts *verdicts)
{
	char name[24];

	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *keys = &view->answers[QUESTION_DNSKEY];
		struct dnskey_rdata key;

		if (!view_is_signed(view) || !find_short(&keys->rrset, &key))
			continue;
		verdict(verdicts, view,
			"%s serves a %s key of %u bits; at least %u are asked for today",
			view->address, algorithm_name(key.algorithm, name), key_bits(&key),
			RSA_BITS_MIN);
		verdict_evidence(verdicts, keys->exchange);
	}
}
