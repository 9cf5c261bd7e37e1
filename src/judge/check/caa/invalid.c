/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/caa.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_caa_invalid(const struct evidence *evidence, struct verdicts *verdicts);

void check_caa_invalid(const struct evidence *evidence, struct verdicts *verdicts)
{
	const uint8_t *domain = evidence->observation->domain;
	const struct policy_source source = evidence_source(evidence);
	struct caa_report report;
	const size_t before = verdicts->finding_count;

	caa_climb(&source, domain, &report);
	/* What a parent says is the parent's. */
	for (uint16_t i = 0; name_equal(report.where.octets, domain) && i < report.answer.count;
	     i++) {
		struct caa_record record;
		const char *words;

		if (caa_parse(evidence->arena, report.answer.records[i], &record, &words) !=
		    ERR_FORMAT)
			continue;
		verdict(verdicts, NULL, "In a CAA record of %s, %s", evidence->domain, words);
		verdict_lookup_evidence(verdicts, domain, TYPE_CAA);
	}
	if (verdicts->finding_count == before && !report.is_found && !report.is_complete)
		verdict_not_measured(verdicts);
}
