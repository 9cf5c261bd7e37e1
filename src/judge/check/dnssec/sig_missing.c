/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/signatures.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_sig_missing(const struct evidence *evidence, struct verdicts *verdicts);

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *view)
{
	const uint64_t bit = UINT64_C(1) << view->index;
	const struct signature_case *worst = NULL;
	char type[TYPE_TEXT_MAX];
	unsigned others = 0;

	for (size_t i = 0; i < evidence->signatures->count; i++) {
		const struct signature_case *subject = &evidence->signatures->cases[i];

		if (subject->standing != STANDING_MISSING || !(subject->servers & bit))
			continue;
		if (!worst)
			worst = subject;
		else
			others++;
	}
	if (!worst)
		return;
	verdict(verdicts, view,
		"%s serves keys, but no signature for %s (and %u more): validating resolvers "
		"give errors",
		view->address, type_to_text(worst->rrset.type, type), others);
	verdict_evidence(verdicts, view_exchange_with(view, worst->message));
}

void check_dnssec_sig_missing(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (view_is_signed(&evidence->views[i]))
			tell(evidence, verdicts, &evidence->views[i]);
}
