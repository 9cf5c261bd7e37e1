/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_algorithm_deprecated(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 8624 s3.1, RFC 9905: "MUST NOT" for signing; 1, 3, 6 and 12 are older still. */
static bool is_deprecated(uint8_t algorithm)
{
	return algorithm == 1 || algorithm == 3 || algorithm == ALGORITHM_RSASHA1 ||
	       algorithm == 6 || algorithm == ALGORITHM_RSASHA1_NSEC3 || algorithm == 12;
}

static bool find_deprecated(const struct rrset *keys, struct dnskey_rdata *ret_key)
{
	for (uint16_t i = 0; i < keys->count; i++)
		if (rdata_dnskey(keys->records[i], ret_key) == 0 &&
		    is_deprecated(ret_key->algorithm))
			return true;
	return false;
}

void check_dnssec_algorithm_deprecated(const struct evidence *evidence, struct verdicts *verdicts)
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

		if (!view_is_signed(view) || !find_deprecated(&keys->rrset, &key))
			continue;
		verdict(verdicts, view,
			"%s serves a key of algorithm %s, which must not be used any more",
			view->address, algorithm_name(key.algorithm, name));
		verdict_evidence(verdicts, keys->exchange);
	}
}
