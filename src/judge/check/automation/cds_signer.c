/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/signals.h"
#include "judge/check/verdict.h"
#include "judge/check/vouch.h"

#include <assert.h>

/* Declared in the generated table. */
void check_automation_cds_signer(const struct evidence *evidence, struct verdicts *verdicts);

/* Has a key that the parent vouches for signed the answer? */
static bool is_vouched(const struct evidence *evidence, const struct view *view,
		       const struct answer *answer)
{
	const struct rrset *keys = &view->answers[QUESTION_DNSKEY].rrset;

	assert(view_is_signed(view));
	for (uint16_t k = 0; k < keys->count; k++)
		if (vouch_for(evidence, keys->records[k]) &&
		    vouch_signed_by(evidence, answer, keys->records[k]))
			return true;
	return false;
}

/* Signatures that do not count at all are the matter of DNSSEC-SIG-*. */
static bool has_other_signer(const struct evidence *evidence, const struct view *view,
			     const struct answer *answer)
{
	return answer->rrset.count > 0 && vouch_is_signed(evidence, answer) &&
	       !is_vouched(evidence, view, answer);
}

static void judge_server(const struct evidence *evidence, struct verdicts *verdicts,
			 const struct view *view)
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];
	const struct answer *cds = &view->answers[QUESTION_CDS];
	const struct answer *cdnskey = &view->answers[QUESTION_CDNSKEY];
	const struct answer *answer = has_other_signer(evidence, view, cds) ? cds : cdnskey;

	/* Where no key of the parent's signs the keys, DNSSEC-DS-NO-KEY is the cause. */
	if (!is_vouched(evidence, view, keys) || !has_other_signer(evidence, view, answer))
		return;
	verdict(verdicts, view,
		"At %s the %s records of %s are signed, but by no key that the parent vouches for, "
		"so the parent must not act on them",
		view->address, answer == cds ? "CDS" : "CDNSKEY", evidence->domain);
	verdict_evidence(verdicts, answer->exchange);
	verdict_evidence(verdicts, keys->exchange);
	verdict_parent_evidence(verdicts);
}

void check_automation_cds_signer(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (evidence->ds.count == 0)
		return;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (view_is_signed(&evidence->views[i]))
			judge_server(evidence, verdicts, &evidence->views[i]);
}
