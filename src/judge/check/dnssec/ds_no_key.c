/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"
#include "judge/check/vouch.h"

/* Declared in the generated table. */
void check_dnssec_ds_no_key(const struct evidence *evidence, struct verdicts *verdicts);

/* The tags of the DS set that we can follow, as text; NULL when there is none. */
static const char *supported_tags(const struct evidence *evidence)
{
	const char *tags = NULL;

	for (uint16_t d = 0; d < evidence->ds.count; d++) {
		struct ds_rdata ds;

		if (rdata_ds(evidence->ds.records[d], &ds) < 0 || !vouch_can_follow(&ds))
			continue;
		tags = arena_format(evidence->arena, "%s%s%u", tags ? tags : "", tags ? ", " : "",
				    ds.key_tag);
	}
	return tags;
}

static void judge_server(const struct evidence *evidence, struct verdicts *verdicts,
			 const struct view *view, const char *tags)
{
	const struct answer *keys = &view->answers[QUESTION_DNSKEY];
	bool is_there = false;

	for (uint16_t k = 0; k < keys->rrset.count; k++) {
		const struct record *key = keys->rrset.records[k];

		if (!vouch_for(evidence, key))
			continue;
		if (vouch_signed_by(evidence, keys, key))
			return;
		is_there = true;
	}
	if (!is_there)
		verdict(verdicts, view,
			"The parent vouches for key %s of %s, but %s serves no such key: "
			"validating resolvers give errors",
			tags, evidence->domain, view->address);
	else if (vouch_is_signed(evidence, keys)) /* by whom is the question */
		verdict(verdicts, view,
			"The parent vouches for key %s of %s, but at %s that key has not signed "
			"the keys: validating resolvers give errors",
			tags, evidence->domain, view->address);
	else
		return; /* what is wrong with the signatures themselves is DNSSEC-SIG-* */
	verdict_parent_evidence(verdicts);
	verdict_evidence(verdicts, keys->exchange);
}

void check_dnssec_ds_no_key(const struct evidence *evidence, struct verdicts *verdicts)
{
	const char *tags = supported_tags(evidence);

	if (!tags)
		return;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (view_is_signed(&evidence->views[i]))
			judge_server(evidence, verdicts, &evidence->views[i], tags);
}
