/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/algorithms.h"
#include "judge/check/dnssec/keys.h"

/* Declared in the generated table. */
void check_dnssec_algorithm_discouraged(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 8624 s3.1: "NOT RECOMMENDED" for signing; RFC 9904 moved the table to IANA and left that as
 * it was. What must not be used at all is DNSSEC-ALGORITHM-DEPRECATED. */
static bool is_discouraged(uint8_t algorithm)
{
	return algorithm == ALGORITHM_RSASHA512;
}

static void tell(struct verdicts *verdicts, const struct served_key *key)
{
	char name[24];

	if (algorithms_key_counts(key->record) && is_discouraged(key->rdata.algorithm))
		verdict(verdicts, key->view,
			"%s serves key %u of algorithm %s, which is sound but no longer "
			"recommended for signing",
			key->view->address, served_key_tag(key),
			algorithm_name(key->rdata.algorithm, name));
}

void check_dnssec_algorithm_discouraged(const struct evidence *evidence, struct verdicts *verdicts)
{
	keys_judge(evidence, verdicts, tell);
}
