/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Would a message count? It is folded with those that are here before it is signed: what goes to
 * everybody and cannot be taken away again should lead on. Who has not all messages of a case may
 * be wrong about it, and says so.
 */
#include "cli/cases.h"

#include <assert.h>
#include <string.h>

/* No id looks like this. */
#define TRIAL_ID "draft"

static bool has_acted(const struct cases *cases)
{
	const struct case_view *view = &cases->view;
	assert(cases->self != NULL);
	for (size_t i = 0; i < view->knower_count; i++) {
		if (strcmp(view->knows[i].party, cases->self->id) == 0)
			return view->knows[i].has_acted;
	}
	return false;
}

static const char *proof_lacks(struct cases *cases)
{
	const struct case_view *view = &cases->view;
	const struct case_proof *proof = &view->proof;
	assert(!proof->holds);
	if (view->test == NULL && proof->verification == NULL)
		return arena_format(&cases->arena,
				    "no test has passed, and the case has none that 'dsfi case "
				    "verify' could measure; 'dsfi case recall %.8s %.8s REASON' "
				    "withdraws it",
				    view->id, view->id);
	const char *what = proof->result == CASE_FAILED ? "the test failed last"
			   : view->state == CASE_ACTED  ? "no test has passed since the last action"
							: "no test has passed yet";
	if (has_acted(cases))
		return arena_format(&cases->arena,
				    "%s, and this party has acted, so somebody else has to "
				    "measure it ('dsfi case verify')",
				    what);
	return arena_format(&cases->arena, "%s; 'dsfi case verify %.8s' measures it", what,
			    view->id);
}

static const char *closure_lacks(struct cases *cases, const char *reason)
{
	const struct case_view *view = &cases->view;
	if (view->opener == NULL || view->state == CASE_CLOSED || view->state == CASE_WITHDRAWN)
		return reason;
	if (strcmp(view->opener, cases->self->id) != 0)
		return "only who opened the case closes it";
	if (view->state != CASE_SETTLED && !view->proof.holds)
		return proof_lacks(cases);
	if (view->open_dispute_count > 0)
		return arena_format(&cases->arena,
				    "%s ('dsfi case show %.8s' has it), and ends when either side "
				    "recalls what it said",
				    reason, view->id);
	return reason;
}

/* In words of what can be done; NULL: no memory. */
static const char *lacking(struct cases *cases, const struct case_message *draft,
			   const char *reason)
{
	const bool is_open = case_state_is_open(cases->view.state) && cases->view.notice != NULL;
	const char *hint = "";
	assert(reason != NULL);
	if (draft->kind == CASE_MESSAGE_CLOSURE)
		return closure_lacks(cases, reason);
	if (draft->kind == CASE_MESSAGE_ANSWER && is_open)
		hint = " ('dsfi party show' has its scope); 'unknown' and 'other' count of anybody";
	if (draft->kind == CASE_MESSAGE_ACTION && is_open)
		hint = "; 'dsfi case note' tells what was done";
	return hint[0] == '\0' ? reason : arena_format(&cases->arena, "%s%s", reason, hint);
}

static int refuse(struct cases *cases, const struct case_message *draft, const char *reason)
{
	const size_t missing = cases->view.missing_count;
	const char *lacks = lacking(cases, draft, reason);
	const char *others = "";
	if (missing > 0)
		others =
			arena_format(&cases->arena,
				     " (%zu message%s of the case that others name %s not here, "
				     "with which it may count)",
				     missing, missing == 1 ? "" : "s", missing == 1 ? "is" : "are");
	if (lacks == NULL || others == NULL)
		return complain(cases->complaint, ERR_MEMORY, "out of memory");
	return complain(cases->complaint, ERR_ARGUMENT,
			"this %s would not count, so nothing is said: %s%s; --anyway says it all "
			"the same",
			case_message_kind_text(draft->kind), lacks, others);
}

int cases_would_count(struct cases *cases, const struct case_message *draft)
{
	struct case_view view;
	struct case_message *all = arena_take_array(&cases->arena, cases->count + 1, sizeof(*all));
	if (all == NULL)
		return complain(cases->complaint, ERR_MEMORY, "out of memory");
	if (cases->count > 0)
		memcpy(all, cases->messages, cases->count * sizeof(*all));
	all[cases->count] = *draft;
	(void)snprintf(all[cases->count].id, ID_ROOM, "%s", TRIAL_ID);
	const struct case_messages messages = {all, cases->count + 1};
	const int error = cases_fold(cases, &messages, &view);
	if (error != OK)
		return error;
	const struct case_step *step = case_step_find(&view, TRIAL_ID);
	assert(step != NULL && step->counts == (step->reason == NULL));
	return step->counts ? OK : refuse(cases, draft, step->reason);
}
