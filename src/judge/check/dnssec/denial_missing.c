/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/denial.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/standing.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_denial_missing(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_nodata(const struct evidence *evidence, const struct answer *answer)
{
	return answer->message && answer->rrset.count == 0 &&
	       answer->message->rcode == RCODE_NOERROR && answer->message->fault == MESSAGE_SOUND &&
	       answer->message->flags & FLAG_AA &&
	       !message_find(answer->message, 1u << SECTION_ANSWER, evidence->observation->domain,
			     TYPE_CNAME);
}

static enum denial proof_in(const struct evidence *evidence, const struct answer *answer)
{
	const uint8_t *domain = evidence->observation->domain;

	return denial_prove(evidence->arena, answer->message, domain, domain,
			    answer->exchange->type);
}

/* The first question whose "no such data" is not proven, or QUESTION_COUNT. */
static unsigned first_unproven(const struct evidence *evidence, const struct view *view,
			       enum denial *ret_denial)
{
	for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
		const struct answer *answer = &view->answers[question];

		/* Without any signature in it DNSSEC-SIG-MISSING tells the cause. */
		if (!is_nodata(evidence, answer) ||
		    !message_find(answer->message, 1u << SECTION_AUTHORITY, NULL, TYPE_RRSIG) ||
		    answer->exchange->flags & EXCHANGE_NO_EDNS)
			continue;
		*ret_denial = proof_in(evidence, answer);
		if (*ret_denial == DENIAL_NONE || *ret_denial == DENIAL_INCOMPLETE)
			return question;
	}
	return QUESTION_COUNT;
}

void check_dnssec_denial_missing(const struct evidence *evidence, struct verdicts *verdicts)
{
	enum denial denial = DENIAL_NONE;
	char type[TYPE_TEXT_MAX];

	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!view_is_signed(view))
			continue;
		const unsigned question = first_unproven(evidence, view, &denial);

		if (question == QUESTION_COUNT)
			continue;
		verdict(verdicts, view,
			"%s says that %s has no %s record, but %s: validating resolvers give "
			"errors",
			view->address, evidence->domain,
			type_to_text(question_type((enum question)question), type),
			denial == DENIAL_NONE ? "gives no proof of it"
					      : "its proof does not show that");
		verdict_evidence(verdicts, view->answers[question].exchange);
		standing_lower_if_insecure(evidence, verdicts);
	}
}
