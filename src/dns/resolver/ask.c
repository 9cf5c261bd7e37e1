/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/resolver/engine_private.h"

#include <assert.h>

void ask_release(struct ask *ask)
{
	if (ask->zone != NULL)
		entry_release(&ask->zone->entry);
	ask->zone = NULL;
	ask->is_busy = false;
}

/* Told from the queue, so that no caller of ask_start is called back within. */
static void ask_fail(struct ask *ask, enum lookup_state failure)
{
	assert(failure != LOOKUP_NONE);
	ask->failure = (uint8_t)failure;
	task_ready(ask->task);
}

/* Any of the servers with the fewest failures that has not been tried; -1: none is left. */
static int ask_choose(const struct ask *ask)
{
	const struct place *zone = ask->zone;
	unsigned int fewest = UINT8_MAX + 1u;
	uint32_t equals = 0;
	int chosen = -1;
	for (unsigned int i = 0; i < zone->server_count; i++) {
		unsigned int failures = zone->servers[i].failures;
		if ((ask->tried & 1u << i) != 0 || failures > fewest)
			continue;
		equals = failures < fewest ? 1 : equals + 1;
		fewest = failures;
		if (equals == 1 || random_below(ask->task->resolver->random, equals) == 0)
			chosen = (int)i;
	}
	return ask->tries < LIMIT_TRIES ? chosen : -1;
}

static struct exchange_question ask_question(const struct ask *ask)
{
	return (struct exchange_question){
		.server = ask->address,
		.name = ask->name,
		.type = ask->type,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = ask->dnssec_ok,
		.sends_max = ask->reserved,
	};
}

static void ask_done(void *context, const struct exchange_result *result);

static void budget_reserve(struct budget *budget, struct ask *ask)
{
	const unsigned int share = budget->queries_left / EXCHANGE_SHARE;
	ask->reserved = share < 1                      ? 1
			: share > EXCHANGE_QUERIES_MAX ? EXCHANGE_QUERIES_MAX
						       : (uint8_t)share;
	budget->queries_left = (uint16_t)(budget->queries_left - ask->reserved);
}

/* An exchange that was not made counts as one: it has cost, too. */
static void budget_settle(struct budget *budget, struct ask *ask, uint8_t sent)
{
	const unsigned int used = sent > 0 ? sent : 1;
	if (used < ask->reserved)
		budget->queries_left = (uint16_t)(budget->queries_left + ask->reserved - used);
	ask->reserved = 0;
}

static void ask_server(struct ask *ask, unsigned int server)
{
	struct task *task = ask->task;
	struct resolver *resolver = task->resolver;
	assert(server < ask->zone->server_count && task->budget->queries_left > 0);
	assert((ask->tried & 1u << server) == 0 && ask->is_busy);
	ask->server = (uint8_t)server;
	ask->address = ask->zone->servers[server].address;
	ask->tried |= 1u << server;
	ask->tries++;
	budget_reserve(task->budget, ask);
	struct exchange_question question = ask_question(ask);
	if (transport_ask(resolver->transport, &question, ask_done, ask) != OK) {
		budget_settle(task->budget, ask, 0);
		ask_fail(ask, LOOKUP_LIMIT);
		return;
	}
	task->asking++;
	resolver->in_flight++;
}

static bool may_ask(struct task *task)
{
	const struct budget *budget = task->budget;
	enum limit_kind past = PAST_NONE;
	if (budget->queries_left == 0)
		past = PAST_QUERIES;
	else if (budget->octets_left == 0)
		past = PAST_OCTETS;
	else if (loop_now_ns(task->resolver->loop) >= budget->deadline_ns)
		past = PAST_MILLISECONDS;
	return past == PAST_NONE || task_past(task, past) == OK;
}

static void ask_next(struct ask *ask)
{
	struct task *task = ask->task;
	if (!may_ask(task)) {
		ask_fail(ask, LOOKUP_LIMIT);
		return;
	}
	int server = ask_choose(ask);
	if (server >= 0) {
		ask_server(ask, (unsigned int)server);
		return;
	}
	if (ask->tries >= LIMIT_TRIES || !place_can_grow(ask->zone)) {
		ask_fail(ask, LOOKUP_UNREACHABLE);
		return;
	}
	if (place_grow(task, ask->zone) != OK) {
		ask_fail(ask, LOOKUP_LIMIT);
		return;
	}
	ask->is_parked = true;
}

void ask_start(struct task *task, unsigned int which, const struct ask *question)
{
	assert(which < TASK_ASKS && question->zone != NULL);
	struct ask *ask = &task->asks[which];
	assert(!ask->is_busy);
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
	if (++ask->opinions >= OPINIONS_MAX || ask_choose(ask) < 0 || !may_ask(ask->task))
		return false;
	/* ask_finish() releases the zone once. */
	entry_hold(&ask->zone->entry);
	ask->is_busy = true;
	ask_next(ask);
	return true;
}

static void ask_finish(struct ask *ask, const struct reply *reply)
{
	struct task *task = ask->task;
	struct place *zone = ask->zone;
	assert(zone != NULL && ask->is_busy && !task->is_finished);
	ask->is_busy = false;
	task->kind->replied(task, ask, reply);
	/* It may have asked again. */
	if (!ask->is_busy)
		ask->zone = NULL;
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

/* The place may have been found anew meanwhile, with other servers. */
static void note_health(struct ask *ask, bool is_good)
{
	if (ask->server >= ask->zone->server_count)
		return;
	struct place_server *server = &ask->zone->servers[ask->server];
	if (!address_equal(&server->address, &ask->address))
		return;
	if (is_good)
		server->failures = 0;
	else if (server->failures < UINT8_MAX)
		server->failures++;
}

static void ask_abandoned(struct task *task)
{
	struct resolver *resolver = task->resolver;
	if (task->asking == 0) {
		if (task->previous != NULL)
			task->previous->next = task->next;
		else
			resolver->tasks = task->next;
		if (task->next != NULL)
			task->next->previous = task->previous;
		memory_give(task);
	}
	if (resolver->in_flight == 0)
		resolver_destroy(resolver);
}

static void budget_take_octets(struct budget *budget, const struct message *message)
{
	const size_t octets = message != NULL ? message->wire_size : 0;
	budget->octets_left -=
		octets < budget->octets_left ? (uint32_t)octets : budget->octets_left;
}

static void ask_done(void *context, const struct exchange_result *result)
{
	struct ask *ask = context;
	struct task *task = ask->task;
	struct resolver *resolver = task->resolver;
	assert(task->asking > 0 && resolver->in_flight > 0);
	task->asking--;
	resolver->in_flight--;
	if (resolver->is_closing) {
		ask_abandoned(task);
		return;
	}
	if (resolver->witness != NULL) {
		const struct exchange_question asked = ask_question(ask);
		resolver->witness(resolver->witness_context, &asked, result);
	}
	budget_settle(task->budget, ask, result->sent);
	budget_take_octets(task->budget, result->message);
	const struct reply_question question = {ask->zone->entry.name, ask->name, ask->type};
	struct reply reply = reply_read(result, &question);
	bool is_good = reply.kind != REPLY_NONE && reply.kind != REPLY_LAME;
	note_health(ask, is_good);
	if (is_good)
		ask_finish(ask, &reply);
	else
		ask_next(ask);
	if (task->asking == 0)
		task_check_stuck(task);
	tasks_sweep(resolver);
}
