/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold: message by message in order, each by the table of transitions. */
#include "judge/case/fold_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- parties ---- */

/* One who is named somewhere. */
struct naming {
	uint64_t begin; /* of the id */
	const char *id;
	uint32_t place;
};

static int compare_namings(const void *left, const void *right)
{
	const struct naming *one = left;
	const struct naming *other = right;
	if (one->begin != other->begin)
		return one->begin < other->begin ? -1 : 1;
	return strcmp(one->id, other->id);
}

/* All who wrote, by step, then all who were written to. */
static struct naming *gather_namings(const struct case_folding *folding, size_t count)
{
	const struct case_order *order = &folding->order;
	struct naming *namings = arena_take_array(folding->arena, count, sizeof(*namings));
	size_t at = order->count;
	if (namings == NULL)
		return NULL;
	for (size_t i = 0; i < order->count; i++) {
		const struct case_message *message = order->items[i];
		namings[i].id = message->author;
		for (size_t j = 0; j < message->to_count; j++)
			namings[at++].id = message->to[j];
	}
	assert(at == count);
	for (size_t i = 0; i < count; i++) {
		namings[i].begin = case_id_begin(namings[i].id);
		namings[i].place = (uint32_t)i;
	}
	qsort(namings, count, sizeof(*namings), compare_namings);
	return namings;
}

static bool is_another(const struct naming *namings, size_t index)
{
	return index == 0 || compare_namings(&namings[index - 1], &namings[index]) != 0;
}

static int find_parties(struct case_folding *folding)
{
	const struct case_order *order = &folding->order;
	size_t count = order->count;
	folding->first_to = arena_take_array(folding->arena, order->count + 1, sizeof(uint32_t));
	if (folding->first_to == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < order->count; i++) {
		folding->first_to[i] = (uint32_t)(count - order->count);
		count += order->items[i]->to_count;
	}
	folding->first_to[order->count] = (uint32_t)(count - order->count);
	const struct naming *namings = gather_namings(folding, count);
	uint32_t *numbers = arena_take_array(folding->arena, count, sizeof(uint32_t));
	if (namings == NULL || numbers == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++)
		folding->party_count += is_another(namings, i);
	folding->parties =
		arena_take_array(folding->arena, folding->party_count, sizeof(struct case_party));
	if (folding->parties == NULL)
		return ERR_MEMORY;
	size_t parties = 0;
	for (size_t i = 0; i < count; i++) {
		if (is_another(namings, i))
			folding->parties[parties++] =
				(struct case_party){.id = namings[i].id, .last_action = NO_STEP};
		numbers[namings[i].place] = (uint32_t)parties - 1;
	}
	assert(parties == folding->party_count && parties > 0);
	folding->authors = numbers;
	folding->to = numbers + order->count;
	return OK;
}

/* ---- what is known beforehand ---- */

static void read_notice(struct case_folding *folding)
{
	assert(folding->order.count > 0);
	struct case_view *view = folding->view;
	const struct case_message *first = folding->order.items[0];
	memcpy(view->id, first->case_id, sizeof(view->id));
	view->clock = case_clocks_for(folding->rules->clocks, NULL);
	if (!first->opens_case)
		return;
	const struct case_member *domains = case_message_member(first, "domains");
	view->notice = first;
	view->opener = first->author;
	view->sentence = case_text_of(first, "sentence");
	view->test = case_text_of(first, "test");
	if (domains != NULL && domains->item_count <= CASE_MESSAGE_LIST_MAX) {
		view->domains = domains->items;
		view->domain_count = domains->item_count;
	}
	view->clock = case_clocks_for(folding->rules->clocks, case_text_of(first, "clocks"));
	folding->seen_s = case_time_of(first, "seen", first->made_s);
}

static int begin(struct case_folding *folding)
{
	struct case_order *order = &folding->order;
	struct case_view *view = folding->view;
	view->first_s = INT64_MAX;
	view->last_s = INT64_MIN;
	folding->seen_s = folding->last_action_s = folding->last_failed_s = INT64_MIN;
	folding->last_action = folding->last_proof = NO_STEP;
	folding->last_failed = folding->last_pass = NO_STEP;
	folding->confirming = folding->closing = NO_STEP;
	read_notice(folding);
	const int error = find_parties(folding);
	if (error != OK)
		return error;
	folding->steps = arena_take_array(folding->arena, order->count, sizeof(*folding->steps));
	folding->holds = arena_take_array(folding->arena, order->count, sizeof(bool));
	folding->is_open = arena_take_array(folding->arena, order->count, sizeof(bool));
	folding->times = arena_take_array(folding->arena, order->count, sizeof(int64_t));
	folding->is_spoken = arena_take_array(folding->arena, view->domain_count, sizeof(uint8_t));
	if (folding->steps == NULL || folding->holds == NULL || folding->is_open == NULL ||
	    folding->times == NULL || folding->is_spoken == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < order->count; i++) {
		const struct case_message *message = order->items[i];
		folding->steps[i] = (struct case_step){.message = message, .counts = true};
		folding->times[i] =
			case_time_of(message,
				     message->kind == CASE_MESSAGE_ACTION ? "when" : "measured",
				     message->made_s);
		view->tlp = tlp_stricter(view->tlp, message->tlp);
		view->first_s = message->made_s < view->first_s ? message->made_s : view->first_s;
		view->last_s = message->made_s > view->last_s ? message->made_s : view->last_s;
	}
	return OK;
}

/* What is taken back never counted. The last first: a recall may itself be recalled. */
static void find_recalled(struct case_folding *folding)
{
	const struct case_order *order = &folding->order;
	for (size_t i = order->count; i-- > 0;) {
		const uint32_t target = order->of[i];
		if (order->items[i]->kind != CASE_MESSAGE_RECALL || target == NO_STEP ||
		    folding->steps[i].is_recalled)
			continue;
		assert(target < i);
		if (strcmp(order->items[target]->author, order->items[i]->author) == 0)
			folding->steps[target].is_recalled = true;
	}
}

static int find_disputes(struct case_folding *folding)
{
	const struct case_order *order = &folding->order;
	struct case_view *view = folding->view;
	size_t count = 0;
	for (size_t i = 0; i < order->count; i++)
		count += order->items[i]->kind == CASE_MESSAGE_DISPUTE;
	struct case_dispute *disputes = arena_take_array(folding->arena, count, sizeof(*disputes));
	if (disputes == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < order->count; i++) {
		if (order->items[i]->kind != CASE_MESSAGE_DISPUTE)
			continue;
		const uint32_t target = order->of[i];
		const bool is_settled = folding->steps[i].is_recalled ||
					(target != NO_STEP && folding->steps[target].is_recalled);
		folding->is_open[i] = !is_settled;
		if (target != NO_STEP)
			folding->steps[target].is_disputed |= !is_settled;
		disputes[view->dispute_count++] =
			(struct case_dispute){.dispute = order->items[i],
					      .of = target == NO_STEP ? NULL : order->items[target],
					      .is_open = !is_settled};
		view->open_dispute_count += !is_settled;
	}
	view->disputes = disputes;
	return OK;
}

/* ---- one message ---- */

static const char *word_of(const struct case_message *message)
{
	switch (message->kind) {
	case CASE_MESSAGE_NOTICE:
	case CASE_MESSAGE_ASK:
		return case_text_of(message, "question");
	case CASE_MESSAGE_ANSWER:
		return case_text_of(message, "answer");
	case CASE_MESSAGE_VERIFICATION:
		return case_text_of(message, "result");
	default:
		return NULL;
	}
}

static bool fits(const struct case_transition *row, const struct case_folding *folding,
		 const struct case_message *message)
{
	const char *word = word_of(message);
	return row->kind == message->kind && (row->from & CASE_IN(folding->state)) != 0 &&
	       (row->word == NULL || (word != NULL && strcmp(word, row->word) == 0));
}

static const char *unexpected(enum case_state state)
{
	switch (state) {
	case CASE_INCOMPLETE:
		return "the notice that opened the case is not here";
	case CASE_CLOSED:
		return "the case is closed: dispute the closure, or open another";
	case CASE_WITHDRAWN:
		return "the case is withdrawn: open another";
	case CASE_SETTLED:
		return "the case is settled: dispute the answer";
	default:
		return "nothing of this kind leads on from where the case stands";
	}
}

/* The row that holds, or NULL with the reason of the last that fits. */
static const struct case_transition *find_row(struct case_folding *folding, uint32_t step,
					      const char **ret_reason)
{
	const struct case_message *message = folding->order.items[step];
	const struct case_transition *row = NULL;
	*ret_reason = unexpected(folding->state);
	for (size_t i = 0; (row = case_transition(i)) != NULL; i++) {
		if (!fits(row, folding, message))
			continue;
		const char *reason = case_author_may(folding, step, row->by);
		if (reason == NULL)
			reason = case_condition_holds(folding, step, row->condition);
		if (reason == NULL)
			return row;
		*ret_reason = reason;
	}
	return NULL;
}

static void note_answer(struct case_folding *folding, uint32_t step)
{
	const struct case_message *message = folding->order.items[step];
	struct case_party *party = &folding->parties[folding->authors[step]];
	const char *answer = word_of(message);
	assert(answer != NULL);
	party->has_answered = true;
	if (strcmp(answer, "not-authorised") == 0) {
		folding->view->is_confirmed = true;
		if (folding->confirming == NO_STEP)
			folding->confirming = step;
	}
	if (strcmp(answer, "authorised") != 0)
		return;
	for (size_t i = 0; i < folding->view->domain_count; i++) {
		if (party->speaks_for[i] && case_is_about(folding, message, i))
			folding->is_spoken[i] = 1;
	}
}

static void note_action(struct case_folding *folding, uint32_t step)
{
	struct case_party *party = &folding->parties[folding->authors[step]];
	const int64_t when_s = folding->times[step];
	assert(folding->state != CASE_CLOSED && folding->state != CASE_SETTLED);
	party->has_acted = true;
	party->last_action = step;
	folding->last_action = step;
	if (when_s > folding->last_action_s)
		folding->last_action_s = when_s;
	for (uint32_t i = 0; i < step; i++) {
		if (folding->times[i] <= when_s || folding->authors[i] == folding->authors[step])
			folding->holds[i] = false;
	}
}

static void note_verification(struct case_folding *folding, uint32_t step)
{
	const struct case_message *message = folding->order.items[step];
	const char *result = word_of(message);
	const int64_t measured_s = folding->times[step];
	assert(result != NULL);
	assert(strcmp(result, "not-measured") == 0 ||
	       !folding->parties[folding->authors[step]].has_acted);
	folding->last_proof = step;
	folding->holds[step] = strcmp(result, "passed") == 0;
	if (folding->holds[step])
		folding->last_pass = step;
	if (strcmp(result, "failed") != 0)
		return;
	if (measured_s > folding->last_failed_s) {
		folding->last_failed_s = measured_s;
		folding->last_failed = step;
	}
	for (uint32_t i = 0; i < step; i++) {
		if (folding->times[i] <= measured_s)
			folding->holds[i] = false;
	}
}

static void note_request(struct case_folding *folding, uint32_t step)
{
	folding->is_requested = true;
	for (size_t i = folding->first_to[step]; i < folding->first_to[step + 1]; i++)
		folding->parties[folding->to[i]].is_requested = true;
}

static void note(struct case_folding *folding, uint32_t step)
{
	switch (folding->order.items[step]->kind) {
	case CASE_MESSAGE_ANSWER:
		note_answer(folding, step);
		break;
	case CASE_MESSAGE_REQUEST:
		note_request(folding, step);
		break;
	case CASE_MESSAGE_ACTION:
		note_action(folding, step);
		break;
	case CASE_MESSAGE_VERIFICATION:
		note_verification(folding, step);
		break;
	case CASE_MESSAGE_CLOSURE:
		folding->closing = step;
		break;
	case CASE_MESSAGE_DISPUTE:
		folding->open_disputes += folding->is_open[step];
		break;
	default:
		break;
	}
}

/* Where a case stands whose proof is void: what came meanwhile counts too. */
static enum case_state unproven(const struct case_folding *folding)
{
	if (folding->last_action != NO_STEP)
		return CASE_ACTED;
	if (folding->is_requested)
		return CASE_REQUESTED;
	return folding->view->is_confirmed ? CASE_CONFIRMED : folding->before_proof;
}

static void move(struct case_folding *folding, const struct case_transition *row)
{
	if (row->move == CASE_STAYS)
		return;
	if (row->move == CASE_BACK) {
		assert(folding->state == CASE_CLOSED || folding->state == CASE_VERIFIED);
		folding->state =
			folding->state == CASE_CLOSED ? folding->before_close : unproven(folding);
		return;
	}
	assert(row->to != CASE_INCOMPLETE && row->to < CASE_STATE_COUNT);
	if (row->to == CASE_VERIFIED)
		folding->before_proof = folding->state;
	if (row->to == CASE_CLOSED)
		folding->before_close = folding->state;
	folding->state = row->to;
}

static void take(struct case_folding *folding, uint32_t step)
{
	struct case_step *one = &folding->steps[step];
	const struct case_transition *row = NULL;
	const char *reason = NULL;
	/* A notice that is taken back still says what the case is about. */
	if (one->is_recalled && one->message != folding->view->notice)
		reason = "its author has taken it back";
	else
		row = find_row(folding, step, &reason);
	assert(row != NULL || reason != NULL);
	one->counts = row != NULL;
	one->reason = row == NULL ? reason : NULL;
	if (row != NULL) {
		note(folding, step);
		move(folding, row);
	}
	one->state_after = folding->state;
}

/* ---- the whole ---- */

static enum case_result result_of(const struct case_message *message)
{
	const char *result = word_of(message);
	if (strcmp(result, "passed") == 0)
		return CASE_PASSED;
	return strcmp(result, "failed") == 0 ? CASE_FAILED : CASE_NOT_MEASURED;
}

static void end_proof(struct case_folding *folding)
{
	struct case_view *view = folding->view;
	uint32_t proof = NO_STEP;
	int64_t newest_s = INT64_MIN;
	for (uint32_t i = 0; i < folding->order.count; i++) {
		if (!folding->holds[i] || folding->times[i] < newest_s)
			continue;
		proof = i;
		newest_s = folding->times[i];
	}
	view->proof.holds = proof != NO_STEP;
	assert(view->proof.holds || folding->state != CASE_VERIFIED);
	if (proof == NO_STEP)
		proof = folding->last_proof;
	if (proof == NO_STEP)
		return;
	const struct case_message *message = folding->order.items[proof];
	view->proof.verification = message;
	view->proof.result = result_of(message);
	view->proof.by = message->author;
	view->proof.measured_s = folding->times[proof];
}

/* Puts it into a sorted list unless it is there, or in the notice. */
static void add_other_domain(struct case_view *view, const char **list, const char *domain)
{
	size_t low = 0;
	size_t high = view->other_domain_count;
	for (size_t i = 0; i < view->domain_count; i++) {
		if (strcmp(view->domains[i], domain) == 0)
			return;
	}
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(list[middle], domain) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (view->other_domain_count == CASE_MESSAGE_LIST_MAX ||
	    (low < view->other_domain_count && strcmp(list[low], domain) == 0))
		return;
	memmove(list + low + 1, list + low, (view->other_domain_count - low) * sizeof(*list));
	list[low] = domain;
	view->other_domain_count++;
}

static int end_domains(struct case_folding *folding)
{
	struct case_view *view = folding->view;
	const char **list =
		arena_take_array(folding->arena, CASE_MESSAGE_LIST_MAX, sizeof(const char *));
	if (list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < folding->order.count; i++) {
		const struct case_message *message = folding->order.items[i];
		const struct case_member *domains = case_message_member(message, "domains");
		if (!folding->steps[i].counts || domains == NULL || message == view->notice)
			continue;
		for (size_t j = 0;
		     j < domains->item_count && view->other_domain_count < CASE_MESSAGE_LIST_MAX;
		     j++)
			add_other_domain(view, list, domains->items[j]);
	}
	view->other_domains = list;
	return OK;
}

static int end(struct case_folding *folding)
{
	struct case_view *view = folding->view;
	const struct case_order *order = &folding->order;
	assert(folding->open_disputes <= view->open_dispute_count);
	view->state = folding->state;
	view->steps = folding->steps;
	view->step_count = order->count;
	view->missing = order->missing;
	view->missing_count = order->missing_count;
	view->heads = order->heads;
	view->head_count = order->head_count;
	if (view->state == CASE_CLOSED) {
		assert(folding->closing != NO_STEP);
		const struct case_message *closure = order->items[folding->closing];
		view->cause = case_text_of(closure, "cause");
		view->closed_s = closure->made_s;
	}
	end_proof(folding);
	int error = end_domains(folding);
	if (error == OK)
		error = case_knows_make(folding);
	if (error == OK)
		error = case_dues_make(folding);
	return error;
}

int case_fold(struct arena *arena, const struct case_messages *messages,
	      const struct case_rules *rules, struct case_view *ret_view,
	      struct complaint *complaint)
{
	struct case_view view = {.tlp = TLP_CLEAR, .clocks_mark = case_clocks_mark(rules->clocks)};
	struct case_folding folding = {.arena = arena, .rules = rules, .view = &view};
	assert(rules->clocks != NULL);
	int error = case_order_make(arena, messages, &folding.order, complaint);
	if (error == OK)
		error = begin(&folding);
	if (error == OK) {
		find_recalled(&folding);
		error = find_disputes(&folding);
	}
	for (uint32_t i = 0; error == OK && i < folding.order.count; i++) {
		take(&folding, i);
		error = folding.error;
	}
	if (error == OK)
		error = end(&folding);
	if (error == ERR_MEMORY)
		return complain(complaint, error, "no memory for a case of %zu messages",
				messages->count);
	if (error == OK)
		*ret_view = view;
	return error;
}

const struct case_step *case_step_find(const struct case_view *view, const char *id)
{
	for (size_t i = 0; i < view->step_count; i++) {
		if (strcmp(view->steps[i].message->id, id) == 0)
			return &view->steps[i];
	}
	return NULL;
}
