/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/build.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <string.h>

/* Declared in the generated table. */
void check_server_response_large(const struct evidence *evidence, struct verdicts *verdicts);

/* What came in all, over whatever transport; 0: nothing. */
static unsigned octets_of(const struct evidence *evidence, const struct exchange *exchange)
{
	if (!exchange || exchange->message == MESSAGE_NONE || exchange->outcome != OUTCOME_ANSWER)
		return 0;
	return evidence->observation->messages[exchange->message].size + exchange->opt_size;
}

/* Who has no EDNS sends every answer of that size over TCP, and no signatures. One server says it
 * for all; the same one at every look, in whatever order they were found. */
static const struct view *find_large(const struct evidence *evidence)
{
	const struct view *found = NULL;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view->condition == CONDITION_USABLE && view->speaks_edns &&
		    octets_of(evidence, view->answers[QUESTION_DNSKEY].exchange) >
			    EDNS_UDP_OCTETS &&
		    (!found || strcmp(view->address, found->address) < 0))
			found = view;
	}
	return found;
}

void check_server_response_large(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	const struct view *view = find_large(evidence);

	if (!view)
		return;
	const struct exchange *exchange = view->answers[QUESTION_DNSKEY].exchange;

	verdict(verdicts, NULL,
		"The keys of %s take %u octets with their signatures: more than the %u that cross "
		"every network in one piece, so every validator asks again over TCP",
		evidence->domain, octets_of(evidence, exchange), EDNS_UDP_OCTETS);
	verdict_evidence(verdicts, exchange);
}
