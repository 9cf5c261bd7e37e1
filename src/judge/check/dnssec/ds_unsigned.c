/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_ds_unsigned(const struct evidence *evidence, struct verdicts *verdicts);

/* Keys that an alias stands before, while the zone is signed: that is SERVER-APEX-ALIAS' matter. */
static bool has_hidden_keys(const struct evidence *evidence, const struct view *view)
{
	return view->answers[QUESTION_SOA].rrset.signature_count > 0 &&
	       evidence_apex_alias(evidence, view->answers[QUESTION_DNSKEY].message);
}

/* NODATA for DNSKEY, said with authority: then the zone there is not signed. */
static bool is_unsigned(const struct view *view)
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];

	return view->condition == CONDITION_USABLE && view->speaks_edns && keys->message &&
	       keys->message->rcode == RCODE_NOERROR && keys->message->flags & FLAG_AA &&
	       keys->message->fault == MESSAGE_SOUND && keys->rrset.count == 0;
}

void check_dnssec_ds_unsigned(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (evidence->ds.count == 0)
		return;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!is_unsigned(view) || has_hidden_keys(evidence, view))
			continue;
		verdict(verdicts, view,
			"The parent says that %s is signed, but %s serves it without keys: "
			"validating resolvers give errors",
			evidence->domain, view->address);
		verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
	}
}
