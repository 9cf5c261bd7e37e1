/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One server asked one question: what it may cost, what its silence means, and what its reply is
 * good for.
 */
#include "dns/resolver/engine_private.h"

#include <assert.h>

#define SECOND_NS UINT64_C(1000000000)

static struct exchange_question question_of(const struct trial *trial)
{
	const struct ask *ask = trial->ask;
	return (struct exchange_question){
		.server = trial->address,
		.name = ask->name,
		.type = ask->type,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = ask->dnssec_ok,
		.sends_max = trial->reserved,
	};
}

/* ---- what it may cost ---- */

static void budget_reserve(struct budget *budget, struct trial *trial)
{
	const unsigned int share = budget->queries_left / EXCHANGE_SHARE;
	trial->reserved = share < 1                      ? 1
			  : share > EXCHANGE_QUERIES_MAX ? EXCHANGE_QUERIES_MAX
							 : (uint8_t)share;
	budget->queries_left = (uint16_t)(budget->queries_left - trial->reserved);
}

/* An exchange that was not made counts as one: it has cost, too. */
static void budget_settle(struct budget *budget, struct trial *trial, uint8_t sent)
{
	const unsigned int used = sent > 0 ? sent : 1;
	if (used < trial->reserved)
		budget->queries_left = (uint16_t)(budget->queries_left + trial->reserved - used);
	trial->reserved = 0;
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

uint32_t trial_cost_ms(const struct ask *ask, unsigned int server)
{
	const struct resolver *resolver = ask->task->resolver;
	assert(server < ask->zone->server_count);
	const struct place_server *asked = &ask->zone->servers[server];
	return transport_expected_ms(resolver->transport, &asked->address) +
	       FAILURE_MS * failures_of_late(resolver, asked);
}

/* NULL: the place has been found anew meanwhile, with other servers. */
static struct place_server *server_of(const struct trial *trial)
{
	const struct place *zone = trial->ask->zone;
	if (trial->server >= zone->server_count)
		return NULL;
	struct place_server *server = &zone->servers[trial->server];
	return address_equal(&server->address, &trial->address) ? server : NULL;
}

static void note_failure(struct trial *trial)
{
	const struct resolver *resolver = trial->ask->task->resolver;
	struct place_server *server = server_of(trial);
	if (server == NULL || trial->has_failed)
		return;
	const unsigned int failures = failures_of_late(resolver, server);
	trial->has_failed = true;
	server->failures = (uint8_t)(failures < UINT8_MAX ? failures + 1 : failures);
	server->failed_s = now_s(resolver);
}

static void note_success(const struct trial *trial)
{
	struct place_server *server = server_of(trial);
	if (server != NULL)
		server->failures = 0;
}

/* ---- what comes of it ---- */

static void trial_done(void *context, const struct exchange_result *result)
{
	struct trial *trial = context;
	struct ask *ask = trial->ask;
	struct task *task = ask->task;
	struct resolver *resolver = task->resolver;
	assert(ask->is_busy && trial->flight != NULL);
	resolver->holders++;
	task->asking = (uint8_t)(task->asking - !trial->is_resting);
	trial->flight = NULL;
	if (resolver->witness != NULL) {
		const struct exchange_question asked = question_of(trial);
		resolver->witness(resolver->witness_context, &asked, result);
	}
	budget_settle(task->budget, trial, result->sent);
	budget_take_octets(task->budget, result->message);
	const struct reply_question question = {ask->zone->entry.name, ask->name, ask->type};
	struct reply reply = reply_read(result, &question);
	if (reply.kind != REPLY_NONE && reply.kind != REPLY_LAME) {
		note_success(trial);
		ask_finish(ask, &reply);
	} else {
		note_failure(trial);
		ask_next(ask);
	}
	if (task->asking == 0)
		task_check_stuck(task);
	resolver->holders--;
	tasks_sweep(resolver);
}

static void trial_late(void *context, bool rests)
{
	struct trial *trial = context;
	struct ask *ask = trial->ask;
	struct task *task = ask->task;
	struct resolver *resolver = task->resolver;
	assert(ask->is_busy && trial->flight != NULL);
	if (trial->is_resting)
		return; /* somebody else who waits for the same had it asked again */
	resolver->holders++;
	trial->is_late = true;
	note_failure(trial);
	if (rests) {
		assert(task->asking > 0);
		trial->is_resting = true;
		task->asking--;
		if (trial - ask->trials >= AGAIN_MAX)
			trial_leave(trial);
	}
	ask_next(ask);
	if (task->asking == 0)
		task_check_stuck(task);
	/* What has ended goes with the next that is done: the transport still looks at this one. */
	resolver->holders--;
}

/* ---- asking ---- */

bool trial_start(struct ask *ask, unsigned int server)
{
	struct task *task = ask->task;
	assert(server < ask->zone->server_count && task->budget->queries_left > 0);
	assert((ask->tried & 1u << server) == 0 && ask->is_busy && ask->trial_count < LIMIT_TRIES);
	struct trial *trial = &ask->trials[ask->trial_count++];
	ask->tried |= 1u << server;
	*trial = (struct trial){.ask = ask,
				.server = (uint8_t)server,
				.address = ask->zone->servers[server].address,
				.attempts = 1};
	budget_reserve(task->budget, trial);
	const struct exchange_question question = question_of(trial);
	const struct exchange_asker asker = {trial_done, trial_late, trial};
	if (transport_begin(task->resolver->transport, &question, &asker, &trial->flight) != OK) {
		budget_settle(task->budget, trial, 0);
		return false;
	}
	task->asking++;
	return true;
}

void trial_again(struct trial *trial)
{
	struct task *task = trial->ask->task;
	assert(trial->flight != NULL && trial->is_resting);
	trial->is_resting = trial->is_late = false;
	trial->attempts++;
	task->asking++;
	transport_again(task->resolver->transport, trial->flight);
}

/* What was late is a time-out of ours; what was not tells nothing of its server. */
static void witness_left(const struct trial *trial, uint8_t sent)
{
	const struct resolver *resolver = trial->ask->task->resolver;
	if (resolver->witness == NULL || (!trial->is_late && trial->attempts == 1))
		return;
	const struct exchange_question asked = question_of(trial);
	const struct exchange_result result = {
		.outcome = sent > 0 ? EXCHANGE_TIMEOUT : EXCHANGE_NOT_ASKED,
		.sent = sent,
		.attempts = sent < trial->attempts ? sent : trial->attempts,
	};
	resolver->witness(resolver->witness_context, &asked, &result);
}

void trial_leave(struct trial *trial)
{
	if (trial->flight == NULL)
		return;
	struct task *task = trial->ask->task;
	const uint8_t sent = transport_leave(task->resolver->transport, trial->flight, trial);
	task->asking = (uint8_t)(task->asking - !trial->is_resting);
	trial->flight = NULL;
	witness_left(trial, sent);
	budget_settle(task->budget, trial, sent);
}
