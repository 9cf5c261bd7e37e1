/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may, and what must be so besides: the words of the table of transitions. Each gives the
 * reason why not. */
#include "judge/case/fold_private.h"

#include <assert.h>
#include <string.h>

/* ---- whom a party speaks for ---- */

/* Asked once of each party. */
static void ask_speaks(struct case_folding *folding, struct case_party *party)
{
	const struct case_view *view = folding->view;
	bool for_some = false;
	party->speaks = SPEAKS_FOR_NONE;
	if (folding->rules->speaks_for == NULL || view->domain_count == 0)
		return;
	uint8_t *all = arena_take_zeroed(folding->arena, view->domain_count);
	if (all == NULL) {
		folding->error = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < view->domain_count; i++) {
		all[i] = folding->rules->speaks_for(folding->rules->context, party->id,
						    view->domains[i]);
		for_some |= all[i] != 0;
	}
	if (for_some)
		party->speaks = SPEAKS_FOR_SOME;
	party->speaks_for = all;
}

bool case_is_about(const struct case_folding *folding, const struct case_message *message,
		   size_t domain)
{
	const struct case_member *named = case_message_member(message, "domains");
	assert(domain < folding->view->domain_count);
	if (named == NULL || message->opens_case)
		return true;
	for (size_t i = 0; i < named->item_count; i++) {
		if (strcmp(named->items[i], folding->view->domains[domain]) == 0)
			return true;
	}
	return false;
}

bool case_speaks_here(struct case_folding *folding, uint32_t party,
		      const struct case_message *message)
{
	assert(party < folding->party_count);
	struct case_party *one = &folding->parties[party];
	if (one->speaks == SPEAKS_NOT_ASKED)
		ask_speaks(folding, one);
	if (one->speaks != SPEAKS_FOR_SOME)
		return false;
	for (size_t i = 0; i < folding->view->domain_count; i++) {
		if (one->speaks_for[i] && case_is_about(folding, message, i))
			return true;
	}
	return false;
}

/* ---- authors ---- */

static bool is_opener(const struct case_folding *folding, const struct case_message *message)
{
	return folding->view->opener != NULL && strcmp(folding->view->opener, message->author) == 0;
}

static const char *may_take_back(const struct case_folding *folding, uint32_t step)
{
	const uint32_t target = folding->order.of[step];
	if (target == NO_STEP ||
	    strcmp(folding->order.items[target]->author, folding->order.items[step]->author) == 0)
		return NULL;
	return "only who said it takes it back; others dispute it";
}

const char *case_author_may(struct case_folding *folding, uint32_t step, enum case_author by)
{
	const struct case_message *message = folding->order.items[step];
	const uint32_t party = folding->authors[step];
	switch (by) {
	case CASE_BY_ANYBODY:
		return NULL;
	case CASE_BY_OPENER:
		return is_opener(folding, message) ? NULL : "it is not from who opened the case";
	case CASE_BY_SPEAKER:
		return case_speaks_here(folding, party, message)
			       ? NULL
			       : "its author speaks for none of the domains that it is about";
	case CASE_BY_CONCERNED:
		return is_opener(folding, message) || case_speaks_here(folding, party, message)
			       ? NULL
			       : "its author neither opened the case nor speaks for a domain of it";
	case CASE_BY_ASKED:
		return folding->parties[party].is_requested ||
				       case_speaks_here(folding, party, message)
			       ? NULL
			       : "its author was not asked to act, and speaks for no domain of the "
				 "case";
	case CASE_BY_OTHERS:
		return folding->parties[party].has_acted
			       ? "its author has acted, and who verifies is not who acted"
			       : NULL;
	case CASE_BY_ITSELF:
		return may_take_back(folding, step);
	}
	return NULL;
}

/* ---- conditions ---- */

static const char *covers_all(const struct case_folding *folding, uint32_t step)
{
	const struct case_message *message = folding->order.items[step];
	const struct case_party *party = &folding->parties[folding->authors[step]];
	if (folding->view->is_confirmed)
		return "somebody who may say so says that it was not authorised";
	for (size_t i = 0; i < folding->view->domain_count; i++) {
		if (!folding->is_spoken[i] &&
		    !(party->speaks == SPEAKS_FOR_SOME && party->speaks_for[i] &&
		      case_is_about(folding, message, i)))
			return "not every domain of the case is spoken for yet";
	}
	return NULL;
}

static const char *is_in_the_past(const struct case_folding *folding, uint32_t step)
{
	const int64_t made_s = folding->order.items[step]->made_s;
	return folding->times[step] <= made_s + CASE_MESSAGE_FUTURE_MAX_S
		       ? NULL
		       : "it is to be done later than it was told: tell it when it is done";
}

/* A proof is void if its author acted, or if it was measured before the action was done. */
static bool is_void(const struct case_folding *folding, uint32_t proof, uint32_t action)
{
	return folding->times[proof] <= folding->times[action] ||
	       folding->authors[proof] == folding->authors[action];
}

static const char *is_before_proof(struct case_folding *folding, uint32_t step)
{
	const char *reason = is_in_the_past(folding, step);
	if (reason != NULL)
		return reason;
	for (uint32_t i = 0; i < step; i++) {
		if (folding->holds[i] && !is_void(folding, i, step))
			return NULL;
	}
	return "nothing that was measured after it has passed";
}

static const char *is_fresh(const struct case_folding *folding, uint32_t step)
{
	const struct case_message *message = folding->order.items[step];
	const char *wanted = folding->view->test;
	const char *test = case_text_of(message, "test");
	const char *result = case_text_of(message, "result");
	const int64_t measured_s = folding->times[step];
	if (wanted != NULL && (test == NULL || strcmp(wanted, test) != 0))
		return "its test is not that of the case";
	if (measured_s > message->made_s + CASE_MESSAGE_FUTURE_MAX_S)
		return "it is said to have been measured after it was told";
	if (measured_s <= folding->seen_s)
		return "it was measured before the case was opened";
	if (measured_s <= folding->last_action_s)
		return "it was measured before the last action was done";
	if (result != NULL && strcmp(result, "passed") == 0 && measured_s <= folding->last_failed_s)
		return "a test that was measured no earlier failed";
	return NULL;
}

static const char *is_after_proof(const struct case_folding *folding, uint32_t step)
{
	const char *reason = is_fresh(folding, step);
	if (reason != NULL)
		return reason;
	for (uint32_t i = 0; i < step; i++) {
		if (folding->holds[i] && folding->times[i] > folding->times[step])
			return "a test that was measured later passed";
	}
	return NULL;
}

static const char *is_undisputed(const struct case_folding *folding)
{
	return folding->open_disputes == 0 ? NULL : "a dispute is open";
}

static const char *names_proof(const struct case_folding *folding, uint32_t step)
{
	const uint32_t proof = folding->order.verification[step];
	if (proof == NO_STEP || !folding->holds[proof])
		return "it names no verification that passed and holds";
	return is_undisputed(folding);
}

static const char *is_of_notice(const struct case_folding *folding, uint32_t step)
{
	const uint32_t target = folding->order.of[step];
	return target != NO_STEP && folding->order.items[target] == folding->view->notice
		       ? NULL
		       : "it is not of the notice";
}

const char *case_condition_holds(struct case_folding *folding, uint32_t step,
				 enum case_condition condition)
{
	const struct case_message *message = folding->order.items[step];
	switch (condition) {
	case CASE_ALWAYS:
		return NULL;
	case CASE_OPENS:
		return message == folding->view->notice
			       ? NULL
			       : "the notice that opened the case is another one";
	case CASE_COVERS_ALL:
		return covers_all(folding, step);
	case CASE_IN_THE_PAST:
		return is_in_the_past(folding, step);
	case CASE_BEFORE_PROOF:
		return is_before_proof(folding, step);
	case CASE_FRESH_TEST:
		return is_fresh(folding, step);
	case CASE_AFTER_PROOF:
		return is_after_proof(folding, step);
	case CASE_NAMES_PROOF:
		return names_proof(folding, step);
	case CASE_UNDISPUTED:
		return is_undisputed(folding);
	case CASE_OPEN_DISPUTE:
		return folding->is_open[step] ? NULL : "the dispute is not open";
	case CASE_OF_NOTICE:
		return is_of_notice(folding, step);
	}
	return NULL;
}
