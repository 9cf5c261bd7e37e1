/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/csync.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <assert.h>

/* Declared in the generated table. */
void check_automation_csync_differ(const struct evidence *evidence, struct verdicts *verdicts);

/* Serials are held against each server's own SOA (AUTOMATION-CSYNC-SERIAL), not each other. */
static bool is_same(const struct csync *left, const struct csync *right)
{
	return left->flags == right->flags && left->has_a == right->has_a &&
	       left->has_ns == right->has_ns && left->has_aaaa == right->has_aaaa;
}

/* Is it known which CSYNC the server has? What cannot be obeyed is AUTOMATION-CSYNC-INVALID. */
static bool is_told(const struct evidence *evidence, const struct view *view,
		    enum csync_state state)
{
	const struct message *message = view->answers[QUESTION_CSYNC].message;

	if (state == CSYNC_SOUND)
		return true;
	return state == CSYNC_NONE && view->condition == CONDITION_USABLE && message &&
	       message->rcode == RCODE_NOERROR && message->flags & FLAG_AA &&
	       message->fault == MESSAGE_SOUND && !evidence_apex_alias(evidence, message);
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts,
		 const struct view *first, const struct view *view)
{
	assert(first != view);
	verdict(verdicts, view,
		"%s and %s give different CSYNC records of %s, so the parent must do nothing",
		first->address, view->address, evidence->domain);
	verdict_evidence(verdicts, first->answers[QUESTION_CSYNC].exchange);
	verdict_evidence(verdicts, view->answers[QUESTION_CSYNC].exchange);
}

void check_automation_csync_differ(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct view *first = NULL;
	enum csync_state first_state = CSYNC_NONE;
	struct csync first_csync = {.serial = 0};
	unsigned told = 0;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct csync csync = {.serial = 0};
		const enum csync_state state = csync_read(view, &csync);

		if (!is_told(evidence, view, state))
			continue;
		told++;
		if (first && !view_is_before(view, first))
			continue;
		first = view;
		first_state = state;
		first_csync = csync;
	}
	if (told < 2) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct csync csync = {.serial = 0};
		const enum csync_state state = csync_read(view, &csync);

		if (view != first && is_told(evidence, view, state) &&
		    (state != first_state || !is_same(&csync, &first_csync)))
			tell(evidence, verdicts, first, view);
	}
}
