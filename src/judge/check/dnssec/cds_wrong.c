/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/signals.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_cds_wrong(const struct evidence *evidence, struct verdicts *verdicts);

/* Does the CDS set, as far as its digests are known to us, name any key that the zone serves? */
static bool cds_names_a_key(const struct evidence *evidence, const struct view *view)
{
	const struct rrset *signals = &view->answers[QUESTION_CDS].rrset;
	const struct rrset *keys = &view->answers[QUESTION_DNSKEY].rrset;
	unsigned known = 0;

	for (uint16_t i = 0; i < signals->count; i++) {
		struct ds_rdata ds;

		if (rdata_ds(signals->records[i], &ds) < 0 || !digest_supported(ds.digest_type))
			continue;
		known++;
		for (uint16_t k = 0; k < keys->count; k++)
			if (ds_matches(evidence->observation->domain, &ds, keys->records[k]))
				return true;
	}
	return known == 0;
}

static bool cdnskey_names_a_key(const struct view *view)
{
	const struct rrset *signals = &view->answers[QUESTION_CDNSKEY].rrset;
	const struct rrset *keys = &view->answers[QUESTION_DNSKEY].rrset;

	for (uint16_t i = 0; i < signals->count; i++)
		for (uint16_t k = 0; k < keys->count; k++)
			if (signals_same_rdata(signals->records[i], keys->records[k]))
				return true;
	return signals->count == 0;
}

void check_dnssec_cds_wrong(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!view_is_signed(view) || signals_are_mixed(view) ||
		    signals_ask_for_removal(view) ||
		    (cds_names_a_key(evidence, view) && cdnskey_names_a_key(view)))
			continue;
		verdict(verdicts, view,
			"%s asks the parent to trust a key that the zone does not serve: a "
			"parent that obeyed would break %s",
			view->address, evidence->domain);
		verdict_evidence(verdicts, view->answers[QUESTION_CDS].exchange);
		verdict_evidence(verdicts, view->answers[QUESTION_CDNSKEY].exchange);
		verdict_evidence(verdicts, view->answers[QUESTION_DNSKEY].exchange);
	}
}
