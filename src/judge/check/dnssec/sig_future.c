/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/signatures.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_sig_future(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view)
{
	const uint64_t bit = UINT64_C(1) << view->index;
	const struct signature_case *worst = NULL;
	char type[TYPE_TEXT_MAX];
	unsigned others = 0;
	char when[TIME_TEXT_MAX];

	for (size_t i = 0; i < evidence->signatures->count; i++) {
		const struct signature_case *subject = &evidence->signatures->cases[i];

		if (subject->standing != STANDING_FUTURE || !(subject->servers & bit))
			continue;
		if (!worst)
			worst = subject;
		else
			others++;
	}
	if (!worst)
		return;
	time_to_text((int64_t)worst->inception, when);
	verdict(verdicts, view,
		"%s answers with signatures that begin only at %s (key %u, %s and %u more): "
		"validating resolvers give errors",
		view->address, when, worst->key_tag, type_to_text(worst->rrset.type, type), others);
	verdict_evidence(verdicts, view_exchange_with(view, worst->message));
}

void check_dnssec_sig_future(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (view_is_signed(&evidence->views[i]))
			tell(evidence, verdicts, &evidence->views[i]);
}
