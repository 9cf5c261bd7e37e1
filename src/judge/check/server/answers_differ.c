/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_answers_differ(const struct evidence *evidence, struct verdicts *verdicts);

static bool same_version(const struct view *left, const struct view *right)
{
	struct soa_rdata left_soa;
	struct soa_rdata right_soa;

	return rdata_soa(left->answers[QUESTION_SOA].rrset.records[0], &left_soa) == 0 &&
	       rdata_soa(right->answers[QUESTION_SOA].rrset.records[0], &right_soa) == 0 &&
	       left_soa.serial == right_soa.serial;
}

/* An alias in place of data is SERVER-APEX-ALIAS' matter. */
static bool is_answered(const struct evidence *evidence, const struct answer *answer)
{
	return answer->message && answer->message->rcode == RCODE_NOERROR &&
	       answer->message->flags & FLAG_AA && !evidence_apex_alias(evidence, answer->message);
}

static bool same_answer(const struct answer *left, const struct answer *right)
{
	if (left->exchange->message == right->exchange->message)
		return true;
	if (left->rrset.count == 0 || right->rrset.count == 0)
		return left->rrset.count == right->rrset.count;
	return rrset_same_data(&left->rrset, &right->rrset);
}

/* What a zone asks its parent for: AUTOMATION-CDS-DIFFER and -CSYNC-DIFFER look at it. */
static bool is_signal(unsigned question)
{
	return question == QUESTION_CDS || question == QUESTION_CDNSKEY ||
	       question == QUESTION_CSYNC;
}

/* Whether one server serves the zone unsigned is DNSSEC-UNSIGNED-SERVER's matter. */
static bool is_of_signing(unsigned question, const struct view *left, const struct view *right)
{
	return question == QUESTION_DNSKEY && view_is_signed(left) != view_is_signed(right) &&
	       left->speaks_edns && right->speaks_edns;
}

/* The first question whose answers differ, or QUESTION_COUNT. */
static unsigned first_difference(const struct evidence *evidence, const struct view *left,
				 const struct view *right)
{
	for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
		const struct answer *ours = &left->answers[question];
		const struct answer *theirs = &right->answers[question];

		if (!is_signal(question) && is_answered(evidence, ours) &&
		    is_answered(evidence, theirs) && !is_of_signing(question, left, right) &&
		    !same_answer(ours, theirs))
			return question;
	}
	return QUESTION_COUNT;
}

/* The first usable server of that version stands for it; each other one is held against it. */
static const struct view *reference_for(const struct evidence *evidence, const struct view *view)
{
	for (uint8_t i = 0; i < view->index; i++) {
		const struct view *other = &evidence->views[i];

		if (other->condition == CONDITION_USABLE && same_version(other, view))
			return other;
	}
	return NULL;
}

/* Some give each asker the nearest address, or share the load so; nobody does that with the data
 * that a zone consists of. It comes after that in the order of questions. */
static bool may_be_on_purpose(unsigned question)
{
	return question == QUESTION_A || question == QUESTION_AAAA;
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *reference, const struct view *view, unsigned question)
{
	const bool is_mild = may_be_on_purpose(question);
	char type[TYPE_TEXT_MAX];

	verdict(verdicts, view,
		"%s and %s serve the same version of %s with different %s records%s",
		reference->address, view->address, evidence->domain,
		type_to_text(question_type((enum question)question), type),
		is_mild ? ", which may be on purpose" : "");
	if (is_mild)
		verdict_lower(verdicts, SEVERITY_NOTICE);
	verdict_evidence(verdicts, reference->answers[question].exchange);
	verdict_evidence(verdicts, view->answers[question].exchange);
}

void check_server_answers_differ(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (evidence->usable_count < 2) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view->condition != CONDITION_USABLE)
			continue;
		const struct view *reference = reference_for(evidence, view);

		if (!reference)
			continue;
		const unsigned question = first_difference(evidence, reference, view);

		if (question != QUESTION_COUNT)
			tell(evidence, verdicts, reference, view, question);
	}
}
