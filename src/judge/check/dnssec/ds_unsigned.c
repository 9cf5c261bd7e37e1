/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dnssec/unsigned.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_ds_unsigned(const struct evidence *evidence, struct verdicts *verdicts);

void check_dnssec_ds_unsigned(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (evidence->ds.count == 0)
		return;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	/* Where others serve it signed it is DNSSEC-UNSIGNED-SERVER's matter. */
	if (evidence_is_signed(evidence))
		return;
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!unsigned_view(evidence, view))
			continue;
		verdict(verdicts, view,
			"The parent says that %s is signed, but %s serves it without keys: "
			"validating resolvers give errors",
			evidence->domain, view->address);
		verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
	}
}
