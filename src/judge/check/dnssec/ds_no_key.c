/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_ds_no_key(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_supported(const struct ds_rdata *ds)
{
	return algorithm_supported(ds->algorithm) && digest_supported(ds->digest_type);
}

static bool matches_any(const struct evidence *evidence, const struct rrset *keys)
{
	const uint8_t *domain = evidence->observation->domain;

	for (uint16_t d = 0; d < evidence->ds.count; d++) {
		struct ds_rdata ds;

		if (rdata_ds(evidence->ds.records[d], &ds) < 0 || !is_supported(&ds))
			continue;
		for (uint16_t k = 0; k < keys->count; k++)
			if (ds_matches(domain, &ds, keys->records[k]))
				return true;
	}
	return false;
}

/* The tags of the DS set that we can follow, as text; NULL when there is none. */
static const char *supported_tags(const struct evidence *evidence)
{
	const char *tags = NULL;

	for (uint16_t d = 0; d < evidence->ds.count; d++) {
		struct ds_rdata ds;

		if (rdata_ds(evidence->ds.records[d], &ds) < 0 || !is_supported(&ds))
			continue;
		tags = arena_format(evidence->arena, "%s%s%u", tags ? tags : "", tags ? ", " : "",
				    ds.key_tag);
	}
	return tags;
}

void check_dnssec_ds_no_key(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;
	const char *tags = supported_tags(evidence);

	if (!tags)
		return;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *keys = &view->answers[QUESTION_DNSKEY];

		if (!view_is_signed(view) || matches_any(evidence, &keys->rrset))
			continue;
		verdict(verdicts, view,
			"The parent vouches for key %s of %s, but %s serves no such key: "
			"validating resolvers give errors",
			tags, evidence->domain, view->address);
		verdict_parent_evidence(verdicts);
		verdict_evidence(verdicts, keys->exchange);
	}
}
