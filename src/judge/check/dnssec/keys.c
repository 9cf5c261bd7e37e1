/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/dnssec/keys.h"

#include "dns/dnssec/key.h"

#include <assert.h>

static void judge_view(const struct view *view, struct verdicts *verdicts,
		       void (*tell)(struct verdicts *verdicts, const struct served_key *key))
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];
	const size_t before = verdicts->finding_count;

	for (uint16_t i = 0; i < keys->rrset.count; i++) {
		struct served_key key = {.view = view, .record = keys->rrset.records[i]};

		if (rdata_dnskey(key.record, &key.rdata) < 0)
			continue;
		tell(verdicts, &key);
		if (verdicts->finding_count > before) {
			verdict_evidence(verdicts, keys->exchange);
			return;
		}
	}
}

void keys_judge(const struct evidence *evidence, struct verdicts *verdicts,
		void (*tell)(struct verdicts *verdicts, const struct served_key *key))
{
	assert(tell);
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (view_is_signed(&evidence->views[i]))
			judge_view(&evidence->views[i], verdicts, tell);
}

uint16_t served_key_tag(const struct served_key *key)
{
	return key_tag(key->record->rdata, key->record->rdata_size);
}
