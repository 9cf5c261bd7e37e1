/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_only_at_parent(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_named(const struct rrset *servers, const uint8_t *name)
{
	for (uint16_t i = 0; i < servers->count; i++)
		if (name_equal(rdata_target(servers->records[i]), name))
			return true;
	return false;
}

/* In no usable server's own NS set; *ret_answer is one such set. */
static bool is_unknown_to_child(const struct evidence *evidence, const uint8_t *name,
				const struct answer **ret_answer)
{
	*ret_answer = NULL;
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *answer = &view->answers[QUESTION_NS];

		if (view->condition != CONDITION_USABLE || answer->rrset.count == 0)
			continue;
		if (is_named(&answer->rrset, name))
			return false;
		*ret_answer = answer;
	}
	return *ret_answer;
}

void check_delegation_ns_only_at_parent(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct answer *answer = NULL;

	if (evidence->parent_ns.count == 0)
		return;
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint16_t i = 0; i < evidence->parent_ns.count; i++) {
		const uint8_t *name = rdata_target(evidence->parent_ns.records[i]);

		if (!is_unknown_to_child(evidence, name, &answer))
			continue;
		verdict(verdicts, NULL,
			"The parent sends resolvers to %s, which the zone %s does not name",
			evidence_name(evidence, name), evidence->domain);
		verdict_evidence(verdicts, answer->exchange);
	}
}
