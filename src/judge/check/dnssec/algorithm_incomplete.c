/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/algorithms.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_algorithm_incomplete(const struct evidence *evidence, struct verdicts *verdicts);

/* Tells of the first algorithm among the keys that leaves something unsigned. */
static bool tell_key(const struct evidence *evidence, struct verdicts *verdicts,
		     const struct view *view)
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];
	char name[24];
	char type[TYPE_TEXT_MAX];

	for (uint16_t i = 0; i < keys->rrset.count; i++) {
		struct dnskey_rdata key;

		if (!algorithms_key_counts(keys->rrset.records[i]) ||
		    rdata_dnskey(keys->rrset.records[i], &key) < 0)
			continue;
		const struct signature_case *gap = algorithms_gap(evidence, view, key.algorithm);

		if (!gap)
			continue;
		verdict(verdicts, view,
			"%s serves key %u of algorithm %s, but its %s records have no signature "
			"of that algorithm: resolvers that insist on it give errors",
			view->address,
			key_tag(keys->rrset.records[i]->rdata, keys->rrset.records[i]->rdata_size),
			algorithm_name(key.algorithm, name), type_to_text(gap->rrset.type, type));
		verdict_evidence(verdicts, keys->exchange);
		verdict_evidence(verdicts, view_exchange_with(view, gap->message));
		return true;
	}
	return false;
}

void check_dnssec_algorithm_incomplete(const struct evidence *evidence, struct verdicts *verdicts)
{
	char name[24];

	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!view_is_signed(view) || tell_key(evidence, verdicts, view))
			continue;
		const uint8_t idle = algorithms_idle_ds(evidence, view);

		if (idle == 0)
			continue;
		verdict(verdicts, view,
			"The parent has a DS record of algorithm %s for %s, but at %s the keys "
			"have no signature of that algorithm: resolvers that insist on it give "
			"errors",
			algorithm_name(idle, name), evidence->domain, view->address);
		verdict_parent_evidence(verdicts);
		verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
	}
}
