/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/signals.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_automation_cds_unsigned(const struct evidence *evidence, struct verdicts *verdicts);

/* No keys, said with authority, and nothing signed: an alias before the keys is no proof of that.
 */
static bool is_unsigned(const struct view *view)
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];

	return view->condition == CONDITION_USABLE && view->speaks_edns && keys->message &&
	       keys->message->rcode == RCODE_NOERROR && keys->message->flags & FLAG_AA &&
	       keys->message->fault == MESSAGE_SOUND && keys->rrset.count == 0 &&
	       view->answers[QUESTION_SOA].rrset.signature_count == 0;
}

void check_automation_cds_unsigned(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (evidence->ds.count > 0) /* DNSSEC-DS-UNSIGNED */
		return;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		/* What asks for removal has been done; it may stay (RFC 8078 s4). */
		if (!is_unsigned(view) || !signals_are_there(view) || signals_ask_for_removal(view))
			continue;
		verdict(verdicts, view,
			"%s serves %s without keys and with CDS or CDNSKEY records: a parent that "
			"obeyed would break the domain",
			view->address, evidence->domain);
		verdict_evidence(verdicts, view->answers[QUESTION_CDS].exchange);
		verdict_evidence(verdicts, view->answers[QUESTION_CDNSKEY].exchange);
		verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
	}
}
