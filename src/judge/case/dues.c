/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who knows of a case, and who has to do what until when: what follows from messages that count
 * and has not been done yet. */
#include "judge/case/fold_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- who knows ---- */

static void tell(struct case_party *party, int64_t made_s)
{
	if (!party->is_told && !party->is_author)
		party->since_s = made_s;
	else if (made_s < party->since_s)
		party->since_s = made_s;
}

static void look_at(struct case_folding *folding, uint32_t step)
{
	const struct case_message *message = folding->order.items[step];
	struct case_party *author = &folding->parties[folding->authors[step]];
	tell(author, message->made_s);
	author->is_author = true;
	author->has_acknowledged |=
		author->is_told || message->kind == CASE_MESSAGE_ACKNOWLEDGEMENT;
	for (size_t i = folding->first_to[step]; i < folding->first_to[step + 1]; i++) {
		struct case_party *to = &folding->parties[folding->to[i]];
		tell(to, message->made_s);
		to->is_told = true;
	}
}

static int compare_knowers(const void *left, const void *right)
{
	const struct case_knower *one = left;
	const struct case_knower *other = right;
	if (one->since_s != other->since_s)
		return one->since_s < other->since_s ? -1 : 1;
	return strcmp(one->party, other->party);
}

/* In a larger crowd only those who said anything are asked whom they speak for. */
#define KNOWERS_ASKED_MAX 256u

int case_knows_make(struct case_folding *folding)
{
	const size_t count = folding->party_count;
	struct case_knower *knows = arena_take_array(folding->arena, count, sizeof(*knows));
	if (knows == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < folding->order.count; i++)
		look_at(folding, i);
	for (uint32_t i = 0; i < count; i++) {
		const struct case_party *party = &folding->parties[i];
		const bool speaks = folding->view->notice != NULL &&
				    (party->is_author || count <= KNOWERS_ASKED_MAX) &&
				    case_speaks_here(folding, i, folding->view->notice);
		knows[i] = (struct case_knower){.party = party->id,
						.since_s = party->since_s,
						.is_author = party->is_author,
						.has_acknowledged = party->has_acknowledged,
						.has_answered = party->has_answered,
						.has_acted = party->has_acted,
						.speaks = speaks};
	}
	qsort(knows, count, sizeof(*knows), compare_knowers);
	assert(count > 0);
	folding->view->knows = knows;
	folding->view->knower_count = count;
	return folding->error;
}

/* ---- who has to do what ---- */

/* An answer to a question, by its author: of whom nothing more is due. */
struct given {
	uint32_t question, party;
};

struct owing {
	struct case_folding *folding;
	struct case_due *dues;
	size_t count, room;
	struct given *given; /* sorted */
	size_t given_count;
};

static void owe(struct owing *owing, enum case_duty duty, const char *party, uint32_t step)
{
	const struct case_folding *folding = owing->folding;
	const struct case_message *of = folding->order.items[step];
	const struct case_clock *clock = folding->view->clock;
	int64_t until_s = of->made_s + clock->within_s[duty];
	if ((duty == CASE_DUTY_ANSWER || duty == CASE_DUTY_ACT) &&
	    of->kind != CASE_MESSAGE_VERIFICATION)
		until_s = case_time_of(of, "due", until_s);
	/* Its author may say any time, of long ago too; 0 stands for none. */
	if (until_s < 1)
		until_s = 1;
	const int64_t remind_s = until_s - clock->remind_s;
	assert(owing->count < owing->room && party != NULL);
	assert(step < folding->order.count && duty < CASE_DUTY_COUNT);
	owing->dues[owing->count++] =
		(struct case_due){.duty = duty,
				  .party = party,
				  .until_s = until_s,
				  .remind_s = remind_s > of->made_s ? remind_s : of->made_s,
				  .is_overdue = until_s < folding->rules->now_s,
				  .of = of};
}

static int compare_given(const void *left, const void *right)
{
	const struct given *one = left;
	const struct given *other = right;
	if (one->question != other->question)
		return one->question < other->question ? -1 : 1;
	return (one->party > other->party) - (one->party < other->party);
}

/* What was answered, whether or not it counts: who answered has done so. */
static int find_given(struct owing *owing)
{
	const struct case_folding *folding = owing->folding;
	owing->given = arena_take_array(folding->arena, folding->order.count, sizeof(struct given));
	if (owing->given == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < folding->order.count; i++) {
		if (folding->order.items[i]->kind == CASE_MESSAGE_ANSWER &&
		    folding->order.of[i] != NO_STEP && !folding->steps[i].is_recalled)
			owing->given[owing->given_count++] =
				(struct given){folding->order.of[i], folding->authors[i]};
	}
	qsort(owing->given, owing->given_count, sizeof(struct given), compare_given);
	return OK;
}

static void owe_acknowledgements(struct owing *owing)
{
	const struct case_folding *folding = owing->folding;
	const struct case_message *notice = folding->view->notice;
	assert(notice == folding->order.items[0]);
	for (size_t i = 0; i < notice->to_count; i++) {
		if (!folding->parties[folding->to[i]].has_acknowledged)
			owe(owing, CASE_DUTY_ACKNOWLEDGE, notice->to[i], 0);
	}
}

/* Whether it was authorised is of no matter once one who may say so says no, or has acted. */
static bool is_moot(const struct case_folding *folding, const struct case_message *question)
{
	const char *word = case_text_of(question, "question");
	if (word == NULL)
		return true;
	if (strcmp(word, "authorised") != 0)
		return false;
	return folding->view->is_confirmed ||
	       (CASE_IN(folding->state) &
		(CASE_IN(CASE_NOTICED) | CASE_IN(CASE_ASKED) | CASE_IN(CASE_REQUESTED))) == 0;
}

static void owe_answers(struct owing *owing, uint32_t step)
{
	const struct case_folding *folding = owing->folding;
	const struct case_message *question = folding->order.items[step];
	assert(question->kind == CASE_MESSAGE_ASK || question == folding->view->notice);
	const uint32_t *first = folding->to + folding->first_to[step];
	if (is_moot(folding, question))
		return;
	for (size_t i = 0; i < question->to_count; i++) {
		const struct given wanted = {step, first[i]};
		if (owing->given_count == 0 || bsearch(&wanted, owing->given, owing->given_count,
						       sizeof(wanted), compare_given) == NULL)
			owe(owing, CASE_DUTY_ANSWER, question->to[i], step);
	}
}

static bool is_unmended(const struct case_folding *folding)
{
	return folding->state == CASE_REQUESTED || folding->state == CASE_ACTED;
}

static void owe_acts(struct owing *owing, uint32_t step)
{
	const struct case_folding *folding = owing->folding;
	const struct case_message *request = folding->order.items[step];
	const uint32_t *first = folding->to + folding->first_to[step];
	assert(request->kind == CASE_MESSAGE_REQUEST);
	if (!is_unmended(folding))
		return;
	for (size_t i = 0; i < request->to_count; i++) {
		const struct case_party *party = &folding->parties[first[i]];
		if (party->last_action == NO_STEP || party->last_action < step)
			owe(owing, CASE_DUTY_ACT, request->to[i], step);
	}
}

/* A test that failed after what they did: they are to act again. */
static void owe_again(struct owing *owing)
{
	const struct case_folding *folding = owing->folding;
	if (!is_unmended(folding) || folding->last_failed == NO_STEP ||
	    folding->last_failed_s <= folding->last_action_s)
		return;
	for (size_t i = 0; i < folding->party_count; i++) {
		if (folding->parties[i].has_acted)
			owe(owing, CASE_DUTY_ACT, folding->parties[i].id, folding->last_failed);
	}
}

static void owe_by_state(struct owing *owing)
{
	const struct case_folding *folding = owing->folding;
	const char *opener = folding->view->opener;
	assert(opener != NULL);
	assert(folding->state != CASE_CONFIRMED || folding->confirming != NO_STEP);
	assert(folding->state != CASE_ACTED || folding->last_action != NO_STEP);
	assert(folding->state != CASE_VERIFIED || folding->last_pass != NO_STEP);
	if (folding->state == CASE_CONFIRMED)
		owe(owing, CASE_DUTY_REQUEST, opener, folding->confirming);
	if (folding->state == CASE_ACTED && folding->last_failed_s <= folding->last_action_s) {
		const bool may = !folding->parties[folding->authors[0]].has_acted;
		owe(owing, CASE_DUTY_VERIFY, may ? opener : "", folding->last_action);
	}
	if (folding->state == CASE_VERIFIED)
		owe(owing, CASE_DUTY_CLOSE, opener, folding->last_pass);
	owe_again(owing);
}

static void owe_resolving(struct owing *owing, uint32_t step)
{
	const struct case_folding *folding = owing->folding;
	const uint32_t target = folding->order.of[step];
	if (folding->is_open[step])
		owe(owing, CASE_DUTY_RESOLVE,
		    target != NO_STEP ? folding->order.items[target]->author
				      : folding->order.items[step]->author,
		    step);
}

static int compare_dues(const void *left, const void *right)
{
	const struct case_due *one = left;
	const struct case_due *other = right;
	if (one->until_s != other->until_s)
		return one->until_s < other->until_s ? -1 : 1;
	if (one->duty != other->duty)
		return one->duty < other->duty ? -1 : 1;
	const int order = strcmp(one->party, other->party);
	return order != 0 ? order : strcmp(one->of->id, other->of->id);
}

static size_t dues_at_most(const struct case_folding *folding)
{
	/* By state: one; again: each that acted. */
	size_t count = 1 + folding->party_count + folding->order.items[0]->to_count;
	for (size_t i = 0; i < folding->order.count; i++) {
		const enum case_message_kind kind = folding->order.items[i]->kind;
		if (kind == CASE_MESSAGE_NOTICE || kind == CASE_MESSAGE_ASK ||
		    kind == CASE_MESSAGE_REQUEST)
			count += folding->order.items[i]->to_count;
		count += kind == CASE_MESSAGE_DISPUTE;
	}
	return count;
}

static void owe_all(struct owing *owing)
{
	const struct case_folding *folding = owing->folding;
	const bool is_open = case_state_is_open(folding->state) && folding->view->notice != NULL;
	if (is_open) {
		owe_acknowledgements(owing);
		owe_by_state(owing);
	}
	for (uint32_t i = 0; i < folding->order.count; i++) {
		const enum case_message_kind kind = folding->order.items[i]->kind;
		if (!folding->steps[i].counts)
			continue;
		if (kind == CASE_MESSAGE_DISPUTE)
			owe_resolving(owing, i);
		else if (is_open && (kind == CASE_MESSAGE_NOTICE || kind == CASE_MESSAGE_ASK))
			owe_answers(owing, i);
		else if (is_open && kind == CASE_MESSAGE_REQUEST)
			owe_acts(owing, i);
	}
}

int case_dues_make(struct case_folding *folding)
{
	struct case_view *view = folding->view;
	struct owing owing = {.folding = folding, .room = dues_at_most(folding)};
	owing.dues = arena_take_array(folding->arena, owing.room, sizeof(struct case_due));
	if (owing.dues == NULL || find_given(&owing) != OK)
		return ERR_MEMORY;
	if (folding->state != CASE_WITHDRAWN)
		owe_all(&owing);
	qsort(owing.dues, owing.count, sizeof(struct case_due), compare_dues);
	view->dues = owing.dues;
	view->due_count = owing.count;
	for (size_t i = 0; i < owing.count; i++)
		view->overdue_count += owing.dues[i].is_overdue;
	return OK;
}
