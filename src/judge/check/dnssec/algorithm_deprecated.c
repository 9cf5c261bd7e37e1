/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/keys.h"

/* Declared in the generated table. */
void check_dnssec_algorithm_deprecated(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 8624 s3.1, RFC 9905: "MUST NOT" for signing; 1, 3, 6 and 12 are older still. */
static bool is_deprecated(uint8_t algorithm)
{
	return algorithm == 1 || algorithm == 3 || algorithm == ALGORITHM_RSASHA1 ||
	       algorithm == 6 || algorithm == ALGORITHM_RSASHA1_NSEC3 || algorithm == 12;
}

static void tell(struct verdicts *verdicts, const struct served_key *key)
{
	char name[24];

	if (is_deprecated(key->rdata.algorithm))
		verdict(verdicts, key->view,
			"%s serves a key of algorithm %s, which must not be used any more",
			key->view->address, algorithm_name(key->rdata.algorithm, name));
}

void check_dnssec_algorithm_deprecated(const struct evidence *evidence, struct verdicts *verdicts)
{
	keys_judge(evidence, verdicts, tell);
}
