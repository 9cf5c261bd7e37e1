/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/dnssec/standing.h"

#include "base/text.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdio.h>

/* A word for what the signature does, with room for a time. */
#define FAULT_TEXT_MAX 96

static void say_fault(const struct signature_case *subject, char text[FAULT_TEXT_MAX])
{
	char when[TIME_TEXT_MAX];

	switch (subject->standing) {
	case STANDING_EXPIRED:
		time_to_text((int64_t)subject->expiration, when);
		snprintf(text, FAULT_TEXT_MAX, "signatures that ended at %s", when);
		return;
	case STANDING_FUTURE:
		time_to_text((int64_t)subject->inception, when);
		snprintf(text, FAULT_TEXT_MAX, "signatures that begin only at %s", when);
		return;
	case STANDING_ENDING:
		time_to_text((int64_t)subject->expiration, when);
		snprintf(text, FAULT_TEXT_MAX, "signatures that end soon, at %s", when);
		return;
	case STANDING_WRONG:
		snprintf(text, FAULT_TEXT_MAX, "signatures that do not fit their data");
		return;
	case STANDING_MISSING:
	case STANDING_GOOD:
	case STANDING_UNCHECKED:
	case STANDING_UNKNOWN:
		break;
	}
	assert(subject->standing == STANDING_MISSING);
	snprintf(text, FAULT_TEXT_MAX, "keys, but without signatures");
}

static void tell_server(const struct evidence *evidence, struct verdicts *verdicts,
			const struct view *view, enum standing standing)
{
	const uint64_t bit = UINT64_C(1) << view->index;
	const struct signature_case *first = NULL;
	char fault[FAULT_TEXT_MAX];
	char type[TYPE_TEXT_MAX];
	unsigned others = 0;

	for (size_t i = 0; i < evidence->signatures->count; i++) {
		const struct signature_case *subject = &evidence->signatures->cases[i];

		if (subject->standing != standing || !(subject->servers & bit))
			continue;
		if (first)
			others++;
		else
			first = subject;
	}
	if (!first)
		return;
	say_fault(first, fault);
	type_to_text(first->rrset.type, type);
	if (standing == STANDING_MISSING)
		verdict(verdicts, view, "%s answers with %s (for %s and %u more)", view->address,
			fault, type, others);
	else
		verdict(verdicts, view, "%s answers with %s (key %u, %s and %u more)",
			view->address, fault, first->key_tag, type, others);
	verdict_evidence(verdicts, view_exchange_with(view, first->message));
	standing_lower_if_insecure(evidence, verdicts);
}

void standing_tell(const struct evidence *evidence, struct verdicts *verdicts,
		   enum standing standing)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (view_is_signed(&evidence->views[i]))
			tell_server(evidence, verdicts, &evidence->views[i], standing);
}

void standing_lower_if_insecure(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_is_validated(evidence))
		verdict_lower(verdicts, SEVERITY_NOTICE);
}
