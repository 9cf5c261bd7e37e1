/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/dnssec/weak.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_key_exponent(const struct evidence *evidence, struct verdicts *verdicts);

/* The first key with an exponent that is not as usual; NULL when there is none. */
static const struct record *find_odd(const struct rrset *keys, unsigned *ret_bits)
{
	for (uint16_t i = 0; i < keys->count; i++) {
		struct dnskey_rdata key;

		if (rdata_dnskey(keys->records[i], &key) < 0)
			continue;
		const enum key_exponent exponent = key_exponent(&key, ret_bits);

		if (exponent == EXPONENT_THREE || exponent == EXPONENT_LONG)
			return keys->records[i];
	}
	return NULL;
}

void check_dnssec_key_exponent(const struct evidence *evidence, struct verdicts *verdicts)
{
	unsigned bits = 0;

	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *keys = &view->answers[QUESTION_DNSKEY];
		const struct record *odd =
			view_is_signed(view) ? find_odd(&keys->rrset, &bits) : NULL;

		if (!odd)
			continue;
		const uint16_t tag = key_tag(odd->rdata, odd->rdata_size);

		if (bits <= EXPONENT_BITS_USUAL)
			verdict(verdicts, view,
				"%s serves RSA key %u with the exponent 3, which forgives no "
				"mistake of a validator",
				view->address, tag);
		else
			verdict(verdicts, view,
				"%s serves RSA key %u with an exponent of %u bits, which some "
				"validators refuse and all pay for",
				view->address, tag, bits);
		verdict_evidence(verdicts, keys->exchange);
	}
}
