/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/signatures.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_sig_long(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 6781 s4.4.2.1: what was signed can be replayed until the signature ends; it speaks of days,
 * weeks and some months. Half a year is where Zonemaster draws the line, too. */
#define SIGNATURE_LONG_S (180u * 86400u)

static uint32_t lifetime_s(const struct signature_case *subject)
{
	return subject->expiration - subject->inception; /* RFC 4034 s3.1.5: serial arithmetic */
}

/* The longest that this server gave; NULL when none is long. What else is wrong with a signature
 * has its own check. */
static const struct signature_case *longest(const struct evidence *evidence,
					    const struct view *view)
{
	const uint64_t bit = UINT64_C(1) << view->index;
	const struct signature_case *found = NULL;

	for (size_t i = 0; i < evidence->signatures->count; i++) {
		const struct signature_case *subject = &evidence->signatures->cases[i];

		if (!(subject->servers & bit) || subject->standing > STANDING_ENDING ||
		    lifetime_s(subject) <= SIGNATURE_LONG_S)
			continue;
		if (!found || lifetime_s(subject) > lifetime_s(found))
			found = subject;
	}
	return found;
}

void check_dnssec_sig_long(const struct evidence *evidence, struct verdicts *verdicts)
{
	char type[TYPE_TEXT_MAX];

	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct signature_case *subject =
			view_is_signed(view) ? longest(evidence, view) : NULL;

		if (!subject)
			continue;
		verdict(verdicts, view,
			"%s answers with a signature that lasts %u days (key %u, %s): what is "
			"changed meanwhile can be replayed as long",
			view->address, lifetime_s(subject) / 86400, subject->key_tag,
			type_to_text(subject->rrset.type, type));
		verdict_evidence(verdicts, view_exchange_with(view, subject->message));
	}
}
