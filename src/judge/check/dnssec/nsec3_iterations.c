/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_nsec3_iterations(const struct evidence *evidence, struct verdicts *verdicts);

/* The first answer of the server with an NSEC3 record of more than zero extra iterations. */
static const struct exchange *costly_answer(const struct view *view, uint16_t *ret_iterations)
{
	for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
		const struct answer *answer = &view->answers[question];
		struct nsec3_rdata nsec3;

		if (!answer->message)
			continue;
		const struct record *record =
			message_find(answer->message, 1u << SECTION_AUTHORITY, NULL, TYPE_NSEC3);

		if (!record || rdata_nsec3(record, &nsec3) < 0 || nsec3.iterations == 0)
			continue;
		*ret_iterations = nsec3.iterations;
		return answer->exchange;
	}
	return NULL;
}

void check_dnssec_nsec3_iterations(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint16_t iterations = 0;

	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct exchange *exchange =
			view_is_signed(view) ? costly_answer(view, &iterations) : NULL;

		if (!exchange)
			continue;
		verdict(verdicts, view,
			"%s uses NSEC3 with %u extra iterations: work for every resolver, "
			"safety for nobody",
			view->address, iterations);
		verdict_evidence(verdicts, exchange);
	}
}
