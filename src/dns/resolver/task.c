/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/resolver/engine_private.h"

#include <assert.h>
#include <string.h>

static struct budget *budget_new(const struct resolver *resolver)
{
	struct budget *budget = memory_take(sizeof(*budget));
	if (budget != NULL)
		*budget = (struct budget){
			.queries_left = LIMIT_QUERIES,
			.octets_left = LIMIT_OCTETS,
			.signatures_left = LIMIT_SIGNATURES,
			.deadline_ns = loop_now_ns(resolver->loop) +
				       LIMIT_MILLISECONDS * UINT64_C(1000000),
		};
	return budget;
}

static void budget_release(struct budget *budget)
{
	assert(budget->uses > 0);
	if (--budget->uses == 0)
		memory_give(budget);
}

struct task *task_new(struct resolver *resolver, const struct task_kind *kind, struct task *parent)
{
	assert(kind->size_bytes >= sizeof(struct task));
	struct task *task = memory_take_zeroed(1, kind->size_bytes);
	struct budget *budget = parent != NULL ? parent->budget : budget_new(resolver);
	if (task == NULL || budget == NULL) {
		if (parent == NULL)
			memory_give(budget);
		memory_give(task);
		return NULL;
	}
	budget->uses++;
	task->resolver = resolver;
	task->kind = kind;
	task->budget = budget;
	task->depth = parent != NULL ? parent->depth : 0;
	for (unsigned int i = 0; i < TASK_ASKS; i++)
		task->asks[i].task = task;
	task->next = resolver->tasks;
	if (task->next != NULL)
		task->next->previous = task;
	resolver->tasks = task;
	task_ready(task);
	return task;
}

static const struct task_kind *kind_for(enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_PLACE:
		return place_task_kind();
	case ENTRY_HOST:
		return host_task_kind();
	case ENTRY_KEYS:
		return keys_task_kind();
	case ENTRY_KIND_COUNT:
		break;
	}
	assert(false && "an entry has a kind");
	return NULL;
}

struct task *task_new_for(struct resolver *resolver, struct entry *entry, struct task *parent)
{
	assert(entry->task == NULL);
	struct task *task = task_new(resolver, kind_for((enum entry_kind)entry->kind), parent);
	if (task == NULL)
		return NULL;
	task->entry = entry;
	entry->task = task;
	return task;
}

void task_ready(struct task *task)
{
	struct resolver *resolver = task->resolver;
	if (task->is_ready || task->is_finished)
		return;
	task->is_ready = true;
	task->next_ready = NULL;
	if (resolver->ready_last != NULL)
		resolver->ready_last->next_ready = task;
	else
		resolver->ready_first = task;
	resolver->ready_last = task;
	loop_defer(resolver->loop, &resolver->deferred);
}

static void edge_unlink_from_target(struct edge *edge)
{
	*edge->waiter_link = edge->next_waiter;
	if (edge->next_waiter != NULL)
		edge->next_waiter->waiter_link = edge->waiter_link;
}

static void edge_unlink_from_waiter(struct edge *edge)
{
	struct edge **link = &edge->waiter->waits;
	while (*link != edge)
		link = &(*link)->next_wait;
	*link = edge->next_wait;
}

void task_stop_waiting(struct task *task)
{
	while (task->waits != NULL) {
		struct edge *edge = task->waits;
		task->waits = edge->next_wait;
		edge_unlink_from_target(edge);
		memory_give(edge);
	}
}

int task_wait(struct task *task, struct task *target)
{
	assert(task != target && !target->is_finished);
	for (const struct edge *edge = task->waits; edge != NULL; edge = edge->next_wait) {
		if (edge->target == target)
			return OK;
	}
	struct edge *edge = memory_take(sizeof(*edge));
	if (edge == NULL)
		return ERR_MEMORY;
	*edge = (struct edge){.next_wait = task->waits,
			      .next_waiter = target->waiters,
			      .waiter_link = &target->waiters,
			      .waiter = task,
			      .target = target};
	task->waits = edge;
	if (edge->next_waiter != NULL)
		edge->next_waiter->waiter_link = &edge->next_waiter;
	target->waiters = edge;
	return OK;
}

int task_need(struct task *task, enum entry_kind kind, const uint8_t *name,
	      struct entry **ret_entry)
{
	struct resolver *resolver = task->resolver;
	struct entry *entry = entry_get(resolver, kind, name);
	if (entry == NULL)
		return ERR_MEMORY;
	if (entry_is_fresh(resolver, entry)) {
		*ret_entry = entry;
		return OK;
	}
	if (entry->task == NULL) {
		/* Only a name server's name leads sideways; everything else leads up and ends. */
		unsigned int depth = task->depth + (kind == ENTRY_HOST ? 1u : 0u);
		if (depth > LIMIT_NESTING)
			return task_past(task, PAST_NESTING);
		struct task *started = task_new_for(resolver, entry, task);
		if (started == NULL)
			return ERR_MEMORY;
		started->depth = (uint8_t)depth;
	}
	int error = task_wait(task, entry->task);
	return error != OK ? error : ERR_BUSY;
}

int task_past(struct task *task, enum limit_kind limit)
{
	assert(limit != PAST_NONE && limit < PAST_COUNT);
	if (task->budget->passed == PAST_NONE)
		task->budget->passed = (uint8_t)limit;
	return ERR_LIMIT;
}

void task_reason(const struct task *task, enum lookup_state state, struct reason *ret_reason)
{
	const struct limit *limit = limit_of((enum limit_kind)task->budget->passed);
	switch (state) {
	case LOOKUP_CYCLE:
		reason_set(ret_reason, EDE_NO_REACHABLE_AUTHORITY,
			   "the name servers' addresses depend on each other");
		return;
	case LOOKUP_LIMIT:
		if (task->budget->passed != PAST_NONE)
			reason_set(ret_reason, EDE_OTHER, "more than %u %s", limit->value,
				   limit->what);
		else
			reason_set(ret_reason, EDE_OTHER,
				   "a limit was reached by another look-up on the same way");
		return;
	default:
		reason_set(ret_reason, EDE_NO_REACHABLE_AUTHORITY,
			   "no server of the zone gives a usable answer");
		return;
	}
}

/* ---- validating ---- */

struct validation task_validation(struct task *task, const struct cut *signer)
{
	struct resolver *resolver = task->resolver;
	struct budget *budget = task->budget;
	assert(signer->zone != NULL);
	arena_reset(&resolver->scratch);
	budget->signatures_granted = budget->signatures_left < LIMIT_MESSAGE_SIGNATURES
					     ? budget->signatures_left
					     : LIMIT_MESSAGE_SIGNATURES;
	return (struct validation){
		.verifier = resolver->verifier,
		.arena = &resolver->scratch,
		.now_s = clock_wall_s(&resolver->clock),
		.zone = signer->zone,
		.dnskeys = signer->dnskeys,
		.signatures_left = budget->signatures_granted,
		.signatures_limit = budget->signatures_granted < LIMIT_MESSAGE_SIGNATURES
					    ? PAST_SIGNATURES
					    : PAST_MESSAGE_SIGNATURES,
		.reason = {.ede = EDE_NONE},
	};
}

void task_validated(struct task *task, const struct validation *validation)
{
	struct budget *budget = task->budget;
	assert(validation->signatures_left <= budget->signatures_granted);
	budget->signatures_left = (uint16_t)(budget->signatures_left - budget->signatures_granted +
					     validation->signatures_left);
	budget->signatures_granted = 0;
}

static void task_unlist(struct task *task)
{
	struct resolver *resolver = task->resolver;
	if (task->previous != NULL)
		task->previous->next = task->next;
	else
		resolver->tasks = task->next;
	if (task->next != NULL)
		task->next->previous = task->previous;
}

void task_finish(struct task *task)
{
	struct resolver *resolver = task->resolver;
	assert(!task->is_finished);
	for (unsigned int i = 0; i < TASK_ASKS; i++)
		ask_leave(&task->asks[i]);
	assert(task->asking == 0);
	task->is_finished = true;
	task_stop_waiting(task);
	while (task->waiters != NULL) {
		struct edge *edge = task->waiters;
		edge_unlink_from_target(edge);
		edge_unlink_from_waiter(edge);
		task_ready(edge->waiter);
		memory_give(edge);
	}
	while (task->calls != NULL) {
		struct call *call = task->calls;
		task->calls = call->next;
		call_queue(resolver, call);
	}
	if (task->entry != NULL)
		task->entry->task = NULL;
	task_unlist(task);
	task->next = resolver->finished;
	resolver->finished = task;
}

/* What the task has besides its own memory. */
static void task_strip(struct task *task)
{
	for (unsigned int i = 0; i < TASK_ASKS; i++)
		ask_release(&task->asks[i]);
	if (task->kind->release != NULL)
		task->kind->release(task);
	budget_release(task->budget);
	task->budget = NULL;
}

void tasks_sweep(struct resolver *resolver)
{
	struct task **link = &resolver->finished;
	if (resolver->holders > 0)
		return;
	while (*link != NULL) {
		struct task *task = *link;
		if (task->is_ready) { /* still in the queue, which passes it over */
			link = &task->next;
			continue;
		}
		*link = task->next;
		task_strip(task);
		memory_give(task);
	}
}

/* The tasks that `task` depends on, in a list by next_reached; NULL when one of them can go on. */
static struct task *reach_stuck(struct task *task)
{
	struct resolver *resolver = task->resolver;
	const uint32_t mark = ++resolver->mark;
	struct task *last = task;
	task->mark = mark;
	task->next_reached = NULL;
	for (struct task *at = task; at != NULL; at = at->next_reached) {
		if (at->asking > 0 || at->is_ready || at->waits == NULL)
			return NULL;
		for (struct edge *edge = at->waits; edge != NULL; edge = edge->next_wait) {
			if (edge->target->mark == mark)
				continue;
			edge->target->mark = mark;
			edge->target->next_reached = NULL;
			last->next_reached = edge->target;
			last = edge->target;
		}
	}
	return task;
}

void task_check_stuck(struct task *task)
{
	if (task->is_finished)
		return;
	for (struct task *at = reach_stuck(task); at != NULL; at = at->next_reached) {
		if (at->kind->stuck != NULL)
			at->kind->stuck(at);
	}
}

static void task_run(struct task *task)
{
	bool has_gone_on = false;
	for (unsigned int i = 0; i < TASK_ASKS && !task->is_finished; i++) {
		struct ask *ask = &task->asks[i];
		if (!ask->is_parked && ask->failure == LOOKUP_NONE)
			continue;
		has_gone_on = true;
		ask_go_on(ask);
	}
	if (!has_gone_on && !task->is_finished && task->asking == 0)
		task->kind->step(task);
	task_check_stuck(task);
}

static struct task *take_ready(struct resolver *resolver)
{
	struct task *task = resolver->ready_first;
	if (task == NULL)
		return NULL;
	resolver->ready_first = task->next_ready;
	if (resolver->ready_first == NULL)
		resolver->ready_last = NULL;
	task->is_ready = false;
	return task;
}

static struct call *take_call(struct resolver *resolver)
{
	struct call *call = resolver->calls_first;
	if (call == NULL)
		return NULL;
	resolver->calls_first = call->next;
	if (resolver->calls_first == NULL)
		resolver->calls_last = NULL;
	return call;
}

void tasks_drain(void *context)
{
	struct resolver *resolver = context;
	for (;;) {
		struct task *task = take_ready(resolver);
		if (task != NULL) {
			resolver->holders++;
			if (!task->is_finished)
				task_run(task);
			resolver->holders--;
			tasks_sweep(resolver);
			continue;
		}
		struct call *call = take_call(resolver);
		if (call == NULL)
			return;
		call_deliver(resolver, call);
	}
}

void call_queue(struct resolver *resolver, struct call *call)
{
	call->next = NULL;
	if (resolver->calls_last != NULL)
		resolver->calls_last->next = call;
	else
		resolver->calls_first = call;
	resolver->calls_last = call;
	loop_defer(resolver->loop, &resolver->deferred);
}

/* The resolver goes. */
static void calls_abandon(struct call *call)
{
	static const struct host_answer nothing = {.state = LOOKUP_LIMIT};
	while (call != NULL) {
		struct call *next = call->next;
		call->done(call->context, &nothing);
		entry_release(call->entry);
		memory_give(call);
		call = next;
	}
}

static void task_abandon(struct task *task)
{
	task_stop_waiting(task);
	while (task->waiters != NULL) {
		struct edge *edge = task->waiters;
		edge_unlink_from_target(edge);
		edge_unlink_from_waiter(edge);
		memory_give(edge);
	}
	calls_abandon(task->calls);
	task->calls = NULL;
	if (task->kind->abandon != NULL)
		task->kind->abandon(task);
	if (task->entry != NULL)
		task->entry->task = NULL;
	task->entry = NULL;
	task_strip(task);
}

void tasks_free(struct resolver *resolver)
{
	resolver->ready_first = NULL;
	resolver->ready_last = NULL;
	calls_abandon(resolver->calls_first);
	resolver->calls_first = NULL;
	resolver->calls_last = NULL;
	for (struct task *task = resolver->finished; task != NULL; task = task->next)
		task->is_ready = false;
	tasks_sweep(resolver);
	struct task *next;
	for (struct task *task = resolver->tasks; task != NULL; task = next) {
		next = task->next;
		task_abandon(task);
		task_unlist(task);
		memory_give(task);
	}
}
