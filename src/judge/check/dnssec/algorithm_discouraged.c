/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/algorithms.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_algorithm_discouraged(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 8624 s3.1: "NOT RECOMMENDED" for signing; RFC 9904 moved the table to IANA and left that as
 * it was. What must not be used at all is DNSSEC-ALGORITHM-DEPRECATED. */
static bool is_discouraged(uint8_t algorithm)
{
	return algorithm == ALGORITHM_RSASHA512;
}

static const struct record *find_discouraged(const struct rrset *keys, struct dnskey_rdata *ret_key)
{
	for (uint16_t i = 0; i < keys->count; i++)
		if (algorithms_key_counts(keys->records[i]) &&
		    rdata_dnskey(keys->records[i], ret_key) == 0 &&
		    is_discouraged(ret_key->algorithm))
			return keys->records[i];
	return NULL;
}

void check_dnssec_algorithm_discouraged(const struct evidence *evidence, struct verdicts *verdicts)
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
		const struct record *record =
			view_is_signed(view) ? find_discouraged(&keys->rrset, &key) : NULL;

		if (!record)
			continue;
		verdict(verdicts, view,
			"%s serves key %u of algorithm %s, which is sound but no longer "
			"recommended for signing",
			view->address, key_tag(record->rdata, record->rdata_size),
			algorithm_name(key.algorithm, name));
		verdict_evidence(verdicts, keys->exchange);
	}
}
