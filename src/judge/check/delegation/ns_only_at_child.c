/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_only_at_child(const struct evidence *evidence, struct verdicts *verdicts);

static const struct answer *child_set_with(const struct evidence *evidence, const uint8_t *name)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct rrset *servers = &view->answers[QUESTION_NS].rrset;

		if (view->condition != CONDITION_USABLE)
			continue;
		for (uint16_t k = 0; k < servers->count; k++)
			if (name_equal(rdata_target(servers->records[k]), name))
				return &view->answers[QUESTION_NS];
	}
	return NULL;
}

void check_delegation_ns_only_at_child(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	if (evidence->parent_ns.count == 0)
		return;
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (host->flags & HOST_AT_PARENT || !(host->flags & HOST_AT_CHILD))
			continue;
		const struct answer *answer = child_set_with(evidence, host->name);

		if (!answer)
			continue;
		verdict(verdicts, NULL, "The zone %s names %s, which the parent does not",
			evidence->domain, evidence_name(evidence, host->name));
		verdict_evidence(verdicts, answer->exchange);
	}
}
