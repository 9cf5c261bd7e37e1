/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One server asked one question: what it may cost, what its silence means, and what its reply is
 * good for.
 */
#include "dns/resolver/engine_private.h"

#include <assert.h>

#define SECOND_NS UINT64_C(1000000000)

static struct exchange_question question_of(const struct try *try)
{
	const struct ask *ask = try->ask;
	return (struct exchange_question){
		.server = try->address,
		.name = ask->name,
		.type = ask->type,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = ask->dnssec_ok,
		.sends_max = try->reserved,
	};
}

/* ---- what it may cost ---- */

static void budget_reserve(struct budget *budget, struct try *try)
{
	const unsigned int share = budget->queries_left / EXCHANGE_SHARE;
	try->reserved = share < 1                      ? 1
			: share > EXCHANGE_QUERIES_MAX ? EXCHANGE_QUERIES_MAX
						       : (uint8_t)share;
	budget->queries_left = (uint16_t)(budget->queries_left - try->reserved);
}

/* An exchange that was not made counts as one: it has cost, too. */
static void budget_settle(struct budget *budget, struct try *try, uint8_t sent)
{
	const unsigned int used = sent > 0 ? sent : 1;
	if (used < try->reserved)
		budget->queries_left = (uint16_t)(budget->queries_left + try->reserved - used);
	try->reserved = 0;
}

static void budget_take_octets(struct budget *budget, const struct message *message)
{
	const size_t octets = message != NULL ? message->wire_size : 0;
	budget->octets_left -=
		octets < budget->octets_left ? (uint32_t)octets : budget->octets_left;
}

/* ---- who is good ---- */

static uint32_t now_s(const struct resolver *resolver)
{
	return (uint32_t)(loop_now_ns(resolver->loop) / SECOND_NS);
}

static unsigned int failures_of_late(const struct resolver *resolver,
				     const struct place_server *server)
{
	return now_s(resolver) - server->failed_s < FAILURE_FORGET_S ? server->failures : 0;
}

uint32_t try_cost_ms(const struct ask *ask, unsigned int server)
{
	const struct resolver *resolver = ask->task->resolver;
	assert(server < ask->zone->server_count);
	const struct place_server *asked = &ask->zone->servers[server];
	return transport_expected_ms(resolver->transport, &asked->address) +
	       FAILURE_MS * failures_of_late(resolver, asked);
}

/* NULL: the place has been found anew meanwhile, with other servers. */
static struct place_server *server_of(const struct try *try)
{
	const struct place *zone = try->ask->zone;
	if (try->server >= zone->server_count)
		return NULL;
	struct place_server *server = &zone->servers[try->server];
	return address_equal(&server->address, &try->address) ? server : NULL;
}

static void note_failure(struct try *try)
{
	const struct resolver *resolver = try->ask->task->resolver;
	struct place_server *server = server_of(try);
	if (server == NULL || try->has_failed)
		return;
	const unsigned int failures = failures_of_late(resolver, server);
	try->has_failed = true;
	server->failures = (uint8_t)(failures < UINT8_MAX ? failures + 1 : failures);
	server->failed_s = now_s(resolver);
}

static void note_success(const struct try *try)
{
	struct place_server *server = server_of(try);
	if (server != NULL)
		server->failures = 0;
}

/* ---- what comes of it ---- */

static void try_done(void *context, const struct exchange_result *result)
{
	struct try *try = context;
	struct ask *ask = try->ask;
	struct task *task = ask->task;
	struct resolver *resolver = task->resolver;
	assert(ask->is_busy && try->flight != NULL);
	task->asking = (uint8_t)(task->asking - !try->is_resting);
	try->flight = NULL;
	if (resolver->witness != NULL) {
		const struct exchange_question asked = question_of(try);
		resolver->witness(resolver->witness_context, &asked, result);
	}
	budget_settle(task->budget, try, result->sent);
	budget_take_octets(task->budget, result->message);
	const struct reply_question question = {ask->zone->entry.name, ask->name, ask->type};
	struct reply reply = reply_read(result, &question);
	if (reply.kind != REPLY_NONE && reply.kind != REPLY_LAME) {
		note_success(try);
		ask_finish(ask, &reply);
	} else {
		note_failure(try);
		ask_next(ask);
	}
	if (task->asking == 0)
		task_check_stuck(task);
	tasks_sweep(resolver);
}

static void try_late(void *context, bool rests)
{
	struct try *try = context;
	struct ask *ask = try->ask;
	struct task *task = ask->task;
	assert(ask->is_busy && try->flight != NULL);
	if (try->is_resting)
		return; /* somebody else who waits for the same had it asked again */
	try->is_late = true;
	note_failure(try);
	if (rests) {
		assert(task->asking > 0);
		try->is_resting = true;
		task->asking--;
		if (try - ask->tries >= AGAIN_MAX)
			try_leave(try);
	}
	ask_next(ask);
	if (task->asking == 0)
		task_check_stuck(task);
}

/* ---- asking ---- */

bool try_start(struct ask *ask, unsigned int server)
{
	struct task *task = ask->task;
	assert(server < ask->zone->server_count && task->budget->queries_left > 0);
	assert((ask->tried & 1u << server) == 0 && ask->is_busy && ask->try_count < LIMIT_TRIES);
	struct try *try = &ask->tries[ask->try_count++];
	ask->tried |= 1u << server;
	*try = (struct try){.ask = ask,
			    .server = (uint8_t)server,
			    .address = ask->zone->servers[server].address,
			    .attempts = 1};
	budget_reserve(task->budget, try);
	const struct exchange_question question = question_of(try);
	const struct exchange_asker asker = {try_done, try_late, try};
	if (transport_begin(task->resolver->transport, &question, &asker, &try->flight) != OK) {
		budget_settle(task->budget, try, 0);
		return false;
	}
	task->asking++;
	return true;
}

void try_again(struct try *try)
{
	struct task *task = try->ask->task;
	assert(try->flight != NULL && try->is_resting);
	try->is_resting = try->is_late = false;
	try->attempts++;
	task->asking++;
	transport_again(task->resolver->transport, try->flight);
}

/* What was late is a time-out of ours; what was not tells nothing of its server. */
static void witness_left(const struct try *try, uint8_t sent)
{
	const struct resolver *resolver = try->ask->task->resolver;
	if (resolver->witness == NULL || (!try->is_late && try->attempts == 1))
		return;
	const struct exchange_question asked = question_of(try);
	const struct exchange_result result = {
		.outcome = sent > 0 ? EXCHANGE_TIMEOUT : EXCHANGE_NOT_ASKED,
		.sent = sent,
		.attempts = sent < try->attempts ? sent : try->attempts,
	};
	resolver->witness(resolver->witness_context, &asked, &result);
}

void try_leave(struct try *try)
{
	if (try->flight == NULL)
		return;
	struct task *task = try->ask->task;
	const uint8_t sent = transport_leave(task->resolver->transport, try->flight, try);
	task->asking = (uint8_t)(task->asking - !try->is_resting);
	try->flight = NULL;
	witness_left(try, sent);
	budget_settle(task->budget, try, sent);
}
