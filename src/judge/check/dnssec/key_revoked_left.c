/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dnssec/keys.h"

/* Declared in the generated table. */
void check_dnssec_key_revoked_left(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(struct verdicts *verdicts, const struct served_key *key)
{
	if (key->rdata.flags & DNSKEY_REVOKE)
		verdict(verdicts, key->view,
			"%s serves key %u, which is revoked: that tells something only to those "
			"who have it as a trust anchor, and makes every answer with the keys "
			"longer",
			key->view->address, served_key_tag(key));
}

void check_dnssec_key_revoked_left(const struct evidence *evidence, struct verdicts *verdicts)
{
	keys_judge(evidence, verdicts, tell);
}
