/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/signals.h"
#include "judge/check/verdict.h"

#include <assert.h>

/* Declared in the generated table. */
void check_automation_cds_differ(const struct evidence *evidence, struct verdicts *verdicts);

/* What a server asks for, in words. */
static const char *request_of(const struct view *view)
{
	if (!signals_are_there(view))
		return "has no CDS and CDNSKEY records";
	return signals_ask_for_removal(view) ? "asks for removal of the DS records"
					     : "names keys of its own";
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *first, const struct view *view)
{
	assert(first != view);
	verdict(verdicts, view,
		"%s and %s ask the parent of %s for different keys: the former %s, the latter "
		"%s, so the parent must do nothing",
		first->address, view->address, evidence->domain, request_of(first),
		request_of(view));
	verdict_evidence(verdicts, first->answers[QUESTION_CDS].exchange);
	verdict_evidence(verdicts, first->answers[QUESTION_CDNSKEY].exchange);
	verdict_evidence(verdicts, view->answers[QUESTION_CDS].exchange);
	verdict_evidence(verdicts, view->answers[QUESTION_CDNSKEY].exchange);
}

/* A server that alone serves the zone unsigned is DNSSEC-UNSIGNED-SERVER's matter. */
static bool is_left_out(const struct evidence *evidence, const struct view *view)
{
	const struct message *keys = view->answers[QUESTION_DNSKEY].message;

	if (!signals_are_told(evidence, view))
		return true;
	return evidence_is_signed(evidence) && view->speaks_edns && !view_is_signed(view) && keys &&
	       keys->rcode == RCODE_NOERROR;
}

void check_automation_cds_differ(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct view *first = NULL;
	unsigned told = 0;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (is_left_out(evidence, view))
			continue;
		told++;
		if (!first || view_is_before(view, first))
			first = view;
	}
	if (told < 2) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view != first && !is_left_out(evidence, view) &&
		    !signals_ask_the_same(evidence, first, view))
			tell(evidence, verdicts, first, view);
	}
}
