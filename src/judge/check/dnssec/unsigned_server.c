/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dnssec/standing.h"
#include "judge/check/dnssec/unsigned.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_unsigned_server(const struct evidence *evidence, struct verdicts *verdicts);

static const struct view *first_signed(const struct evidence *evidence)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (view_is_signed(&evidence->views[i]))
			return &evidence->views[i];
	return NULL;
}

void check_dnssec_unsigned_server(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct view *other = first_signed(evidence);

	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; other && i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!unsigned_view(evidence, view))
			continue;
		verdict(verdicts, view,
			"%s serves %s without keys and signatures, while %s serves it signed: "
			"validating resolvers that ask it give errors",
			view->address, evidence->domain, other->address);
		standing_lower_if_insecure(evidence, verdicts);
		verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
		verdict_evidence(verdicts, other->answers[QUESTION_DNSKEY].exchange);
	}
}
