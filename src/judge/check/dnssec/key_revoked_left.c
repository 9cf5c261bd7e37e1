/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_key_revoked_left(const struct evidence *evidence, struct verdicts *verdicts);

static const struct record *find_revoked(const struct rrset *keys)
{
	for (uint16_t i = 0; i < keys->count; i++) {
		struct dnskey_rdata key;

		if (rdata_dnskey(keys->records[i], &key) == 0 && key.flags & DNSKEY_REVOKE)
			return keys->records[i];
	}
	return NULL;
}

void check_dnssec_key_revoked_left(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *keys = &view->answers[QUESTION_DNSKEY];
		const struct record *revoked =
			view_is_signed(view) ? find_revoked(&keys->rrset) : NULL;

		if (!revoked)
			continue;
		verdict(verdicts, view,
			"%s serves key %u, which is revoked: that tells something only to those "
			"who have it as a trust anchor, and makes every answer with the keys "
			"longer",
			view->address, key_tag(revoked->rdata, revoked->rdata_size));
		verdict_evidence(verdicts, keys->exchange);
	}
}
