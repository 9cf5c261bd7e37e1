/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_apex_alias(const struct evidence *evidence, struct verdicts *verdicts);

/* The first answer of the server with an alias in place of the domain's own data. */
static const struct exchange *find_alias(const struct evidence *evidence, const struct view *view,
					 const struct record **ret_alias)
{
	if (view->condition != CONDITION_USABLE && view->condition != CONDITION_ALIAS)
		return NULL;
	for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
		const struct answer *answer = &view->answers[question];
		const struct record *alias =
			answer->message ? evidence_apex_alias(evidence, answer->message) : NULL;

		if (!alias)
			continue;
		*ret_alias = alias;
		return answer->exchange;
	}
	return NULL;
}

void check_server_apex_alias(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct record *alias = NULL;
		const struct exchange *exchange = find_alias(evidence, view, &alias);

		if (!exchange)
			continue;
		const uint8_t *target = rdata_target(alias);

		verdict(verdicts, view,
			"%s makes %s an alias (CNAME) of %s: a zone's own name cannot be one, and "
			"resolvers follow it for mail and all else",
			view->address, evidence->domain,
			target ? evidence_name(evidence, target) : "another name");
		verdict_evidence(verdicts, exchange);
	}
}
