/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A host's addresses: A and AAAA, asked at once of the zone that the name is in, aliases followed.
 * That zone is found one label short of the name, which saves a question; a referral tells when the
 * name is a zone of its own.
 */
#include "base/memory.h"
#include "dns/resolver/engine_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

enum { ASK_A, ASK_AAAA };

struct host_task {
	struct task task;    /* first */
	struct place *apart; /* zone and servers given by the caller; NULL: find them. Held */
	uint8_t results[TASK_ASKS]; /* enum reply_kind; REPLY_NONE: no server gave one */
	uint8_t failure;            /* enum lookup_state */
	uint8_t pending;
	uint8_t aliases;
	uint8_t address_count;
	bool is_whole; /* the cut is looked for at the name itself, not above it */
	uint32_t ttl_s;
	struct address addresses[HOST_ADDRESSES_MAX];
	uint8_t name[NAME_MAX_OCTETS];
	uint8_t target[NAME_MAX_OCTETS];
};

static struct host_task *host_task_of(struct task *task)
{
	assert(task->kind == host_task_kind());
	return (struct host_task *)task;
}

static void drop_place(struct place **place)
{
	if (*place != NULL)
		entry_release(&(*place)->entry);
	*place = NULL;
}

static void host_end(struct host_task *self, enum lookup_state state, uint32_t ttl_s)
{
	struct host *host = (struct host *)self->task.entry;
	size_t size = self->address_count * sizeof(self->addresses[0]);
	memory_give(host->addresses);
	host->addresses = NULL;
	host->address_count = 0;
	host->is_alias = self->aliases > 0;
	if (state == LOOKUP_FOUND) {
		assert(size > 0);
		host->addresses = memory_take(size);
		if (host->addresses != NULL) {
			memcpy(host->addresses, self->addresses, size);
			host->address_count = self->address_count;
		} else {
			state = LOOKUP_LIMIT;
		}
	}
	entry_set(self->task.resolver, &host->entry, state, ttl_s);
	task_finish(&self->task);
}

static void host_ask(struct host_task *self, struct place *zone)
{
	static const uint16_t types[TASK_ASKS] = {[ASK_A] = TYPE_A, [ASK_AAAA] = TYPE_AAAA};
	self->pending = TASK_ASKS;
	self->failure = LOOKUP_NONE;
	self->ttl_s = TTL_CAP_S;
	for (unsigned int i = 0; i < TASK_ASKS; i++) {
		const struct ask question = {.zone = zone, .name = self->name, .type = types[i]};
		ask_start(&self->task, i, &question);
	}
}

static void host_step(struct task *task)
{
	struct host_task *self = host_task_of(task);
	if (self->name[0] == 0 && self->aliases == 0)
		name_copy(self->name, task->entry->name);
	if (self->pending > 0)
		return;
	if (self->apart != NULL) {
		host_ask(self, self->apart);
		return;
	}
	const uint8_t *name = self->is_whole ? self->name : name_parent(self->name);
	struct entry *entry;
	int error = task_need(task, ENTRY_PLACE, name, &entry);
	if (error == ERR_BUSY)
		return;
	/* An ancestor that is denied is no proof for the name itself: some servers deny empty
	 * non-terminals (RFC 9156 s2.3). The zone above says it with authority. */
	struct place *zone = error == OK ? place_zone(place_of(entry)) : NULL;
	if (zone != NULL)
		host_ask(self, zone);
	else
		host_end(self, error == OK ? (enum lookup_state)entry->state : LOOKUP_LIMIT, 0);
}

/* ---- what the servers say ---- */

static void host_take_addresses(struct host_task *self, const struct message *message,
				uint16_t type)
{
	assert(type == TYPE_A || type == TYPE_AAAA);
	const size_t size = type == TYPE_A ? 4 : 16;
	const uint16_t port = self->task.resolver->port;
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section != SECTION_ANSWER || record->type != type ||
		    record->rdata_size != size || record->class != CLASS_IN ||
		    self->address_count == HOST_ADDRESSES_MAX ||
		    !name_equal(record->owner, self->name))
			continue;
		self->addresses[self->address_count++] =
			type == TYPE_A ? address_from_ipv4(record->rdata, port)
				       : address_from_ipv6(record->rdata, port);
		if (record->ttl < self->ttl_s)
			self->ttl_s = record->ttl;
	}
}

static bool host_has(const struct host_task *self, enum reply_kind kind)
{
	return self->results[ASK_A] == kind || self->results[ASK_AAAA] == kind;
}

static void host_follow_alias(struct host_task *self)
{
	if (++self->aliases > LIMIT_ALIASES) {
		(void)task_past(&self->task, PAST_ALIASES);
		host_end(self, LOOKUP_LIMIT, 0);
		return;
	}
	name_copy_lower(self->name, self->target);
	self->is_whole = false;
	if (self->apart != NULL && !name_is_under(self->name, self->apart->entry.name))
		drop_place(&self->apart);
	task_ready(&self->task);
}

static void host_follow_referral(struct host_task *self)
{
	if (self->is_whole) {
		/* The cut had just been found; now its servers point down again. */
		host_end(self, LOOKUP_UNREACHABLE, 0);
		return;
	}
	self->is_whole = true;
	drop_place(&self->apart);
	task_ready(&self->task);
}

static void host_conclude(struct host_task *self)
{
	assert(self->pending == 0);
	if (self->address_count > 0)
		host_end(self, LOOKUP_FOUND, self->ttl_s);
	else if (host_has(self, REPLY_REFERRAL))
		host_follow_referral(self);
	else if (host_has(self, REPLY_ALIAS))
		host_follow_alias(self);
	else if (self->failure != LOOKUP_NONE)
		host_end(self, (enum lookup_state)self->failure, 0);
	else if (host_has(self, REPLY_NXDOMAIN))
		host_end(self, LOOKUP_NXDOMAIN, self->ttl_s);
	else
		host_end(self, LOOKUP_NODATA, self->ttl_s);
}

static void host_replied(struct task *task, struct ask *ask, const struct reply *reply)
{
	struct host_task *self = host_task_of(task);
	const unsigned int which = ask == &task->asks[ASK_A] ? ASK_A : ASK_AAAA;
	assert(self->pending > 0);
	self->pending--;
	self->results[which] = (uint8_t)(reply != NULL ? reply->kind : REPLY_NONE);
	if (reply == NULL) {
		self->failure = ask->failure;
	} else if (reply->kind == REPLY_ANSWER) {
		host_take_addresses(self, reply->message, ask->type);
	} else if (reply->kind == REPLY_ALIAS) {
		name_copy(self->target, reply->target);
	} else if (reply->kind != REPLY_REFERRAL) {
		uint32_t ttl_s = reply_negative_ttl_s(reply->message, TTL_FLOOR_S);
		self->ttl_s = ttl_s < self->ttl_s ? ttl_s : self->ttl_s;
	}
	if (self->pending == 0)
		host_conclude(self);
}

static void host_release(struct task *task)
{
	drop_place(&host_task_of(task)->apart);
}

const struct task_kind *host_task_kind(void)
{
	static const struct task_kind kind = {
		.size_bytes = sizeof(struct host_task),
		.step = host_step,
		.replied = host_replied,
		.release = host_release,
	};
	return &kind;
}

/* ---- the caller's side ---- */

/* The zone with the servers that the caller knows; NULL: memory is out, or none of a family used.
 */
static struct place *host_zone_apart(struct resolver *resolver,
				     const struct host_question *question)
{
	struct place *place = place_new_apart(resolver, question->zone);
	if (place == NULL)
		return NULL;
	for (size_t i = 0; i < question->glue_count; i++)
		(void)place_add_server(resolver, place, &question->glue[i]);
	if (place->server_count == 0)
		drop_place(&place);
	return place;
}

int resolver_host(struct resolver *resolver, const struct host_question *question,
		  resolver_host_done *done, void *context)
{
	assert(question->zone == NULL || name_is_under(question->name, question->zone));
	struct call *call = memory_take(sizeof(*call));
	struct entry *entry = entry_get(resolver, ENTRY_HOST, question->name);
	if (call == NULL || entry == NULL)
		goto fail;
	bool is_fresh = entry_is_fresh(resolver, entry);
	if (!is_fresh && entry->task == NULL) {
		if (task_new_for(resolver, entry, NULL) == NULL)
			goto fail;
		if (question->zone != NULL && question->glue_count > 0)
			host_task_of(entry->task)->apart = host_zone_apart(resolver, question);
	}
	*call = (struct call){.entry = entry, .done = done, .context = context};
	entry_hold(entry);
	if (is_fresh) {
		call_queue(resolver, call);
		return OK;
	}
	call->next = entry->task->calls;
	entry->task->calls = call;
	return OK;
fail:
	memory_give(call);
	return ERR_MEMORY;
}

void call_deliver(struct resolver *resolver, struct call *call)
{
	(void)resolver;
	const struct host *host = (const struct host *)call->entry;
	struct host_answer answer = {.state = (enum lookup_state)host->entry.state,
				     .is_alias = host->is_alias,
				     .count = host->address_count};
	assert(host->address_count <= HOST_ADDRESSES_MAX);
	if (host->address_count > 0)
		memcpy(answer.addresses, host->addresses,
		       host->address_count * sizeof(answer.addresses[0]));
	call->done(call->context, &answer);
	entry_release(call->entry);
	memory_give(call);
}
