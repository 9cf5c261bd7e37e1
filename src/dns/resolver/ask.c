/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom to ask, and when to ask somebody else, too (RFC 1035 s7.2). There is always one trial that
 * may be answered any moment: when that one is late or of no use, the next server is asked, and
 * when all have been, those that rest are asked again. Whatever comes first is taken, the rest is
 * left.
 */
#include "dns/resolver/engine_private.h"

#include <assert.h>

void ask_leave(struct ask *ask)
{
	for (unsigned int i = 0; i < ask->trial_count; i++)
		trial_leave(&ask->trials[i]);
	ask->is_parked = false;
}

void ask_release(struct ask *ask)
{
	ask_leave(ask);
	if (ask->zone != NULL)
		entry_release(&ask->zone->entry);
	ask->zone = NULL;
	ask->is_busy = false;
}

/* ---- whom ---- */

/* Any of the servers that are as good as the best one that has not been tried; -1: none is left. */
static int ask_choose(const struct ask *ask)
{
	const struct place *zone = ask->zone;
	uint32_t costs_ms[CUT_SERVERS_MAX];
	uint32_t best_ms = UINT32_MAX;
	uint32_t equals = 0;
	int chosen = -1;
	if (ask->trial_count >= LIMIT_TRIES)
		return -1;
	for (unsigned int i = 0; i < zone->server_count; i++) {
		costs_ms[i] = (ask->tried & 1u << i) != 0 ? UINT32_MAX : trial_cost_ms(ask, i);
		best_ms = costs_ms[i] < best_ms ? costs_ms[i] : best_ms;
	}
	for (unsigned int i = 0; i < zone->server_count; i++) {
		if (costs_ms[i] == UINT32_MAX || costs_ms[i] - best_ms >= BAND_MS)
			continue;
		if (++equals == 1 || random_below(ask->task->resolver->random, equals) == 0)
			chosen = (int)i;
	}
	return chosen;
}

/* The one that was asked least often, of the first ones; NULL: none rests. */
static struct trial *ask_choose_again(struct ask *ask)
{
	struct trial *chosen = NULL;
	for (unsigned int i = 0; i < ask->trial_count && i < AGAIN_MAX; i++) {
		struct trial *trial = &ask->trials[i];
		if (trial->flight != NULL && trial->is_resting &&
		    (chosen == NULL || trial->attempts < chosen->attempts))
			chosen = trial;
	}
	return chosen;
}

/* ---- when ---- */

static enum limit_kind ask_past(const struct ask *ask)
{
	const struct budget *budget = ask->task->budget;
	if (budget->octets_left == 0)
		return PAST_OCTETS;
	return loop_now_ns(ask->task->resolver->loop) >= budget->deadline_ns ? PAST_MILLISECONDS
									     : PAST_NONE;
}

/* Beside what is under way. */
static void ask_look_for_servers(struct ask *ask)
{
	if (ask->is_parked || ask->trial_count >= LIMIT_TRIES || !place_can_grow(ask->zone))
		return;
	ask->is_parked = place_grow(ask->task, ask->zone) == OK;
	ask->is_short |= !ask->is_parked;
}

/* One question more. False: there is none to be asked. */
static bool ask_more(struct ask *ask)
{
	if (ask_past(ask) != PAST_NONE)
		return false;
	if (ask->task->budget->queries_left > 0) {
		const int server = ask_choose(ask);
		if (server >= 0 && trial_start(ask, (unsigned int)server))
			return true;
		ask->is_short |= server >= 0;
		if (server < 0)
			ask_look_for_servers(ask);
	}
	struct trial *again = ask_choose_again(ask);
	if (again != NULL)
		trial_again(again);
	return again != NULL;
}

/* False: nothing will come any more. */
static bool ask_pursue(struct ask *ask)
{
	bool is_under_way = false;
	assert(ask->is_busy);
	for (unsigned int i = 0; i < ask->trial_count; i++) {
		if (trial_is_hopeful(&ask->trials[i]))
			return true;
		is_under_way |= trial_is_under_way(&ask->trials[i]);
	}
	return ask_more(ask) || is_under_way || ask->is_parked;
}

/* Told from the queue, so that no caller of ask_start is called back within. */
static void ask_fail(struct ask *ask)
{
	ask_leave(ask); /* what it did not need goes back */
	enum limit_kind past = ask_past(ask);
	if (ask->task->budget->queries_left == 0)
		past = PAST_QUERIES;
	if (past != PAST_NONE)
		(void)task_past(ask->task, past);
	ask->failure = past != PAST_NONE || ask->is_short ? LOOKUP_LIMIT : LOOKUP_UNREACHABLE;
	task_ready(ask->task);
}

void ask_next(struct ask *ask)
{
	if (!ask_pursue(ask))
		ask_fail(ask);
}

void ask_start(struct task *task, unsigned int which, const struct ask *question)
{
	assert(which < TASK_ASKS && question->zone != NULL);
	struct ask *ask = &task->asks[which];
	assert(!ask->is_busy);
	ask_leave(ask);
	entry_hold(&question->zone->entry);
	*ask = (struct ask){
		.task = task,
		.zone = question->zone,
		.name = question->name,
		.type = question->type,
		.dnssec_ok = question->dnssec_ok,
		.is_busy = true,
	};
	ask_next(ask);
}

bool ask_elsewhere(struct ask *ask)
{
	assert(!ask->is_busy && ask->zone != NULL);
	bool is_left = ask_choose(ask) >= 0;
	for (unsigned int i = 0; i < ask->trial_count; i++)
		is_left |= ask->trials[i].flight != NULL;
	if (++ask->opinions >= OPINIONS_MAX || !is_left)
		return false;
	ask->is_busy = true;
	if (!ask_pursue(ask)) {
		ask->is_busy = false;
		return false;
	}
	/* ask_finish() releases the zone once. */
	entry_hold(&ask->zone->entry);
	return true;
}

void ask_finish(struct ask *ask, const struct reply *reply)
{
	struct task *task = ask->task;
	struct place *zone = ask->zone;
	assert(zone != NULL && ask->is_busy && !task->is_finished);
	ask->is_busy = false;
	task->kind->replied(task, ask, reply);
	/* It may have asked again. */
	if (!ask->is_busy) {
		ask_leave(ask);
		ask->zone = NULL;
	}
	entry_release(&zone->entry);
}

void ask_go_on(struct ask *ask)
{
	if (ask->is_parked) {
		ask->is_parked = false;
		ask_next(ask);
		return;
	}
	/* ask->failure stays for `replied` to read. */
	assert(ask->failure != LOOKUP_NONE && ask->is_busy);
	ask_finish(ask, NULL);
	if (!ask->is_busy)
		ask->failure = LOOKUP_NONE;
}
