/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding out what is at a name: first what is above it, then its NS set is asked of the zone above
 * (RFC 9156, one label more at a time), then, for a cut without glue, its name servers' addresses.
 */
#include "dns/resolver/engine_private.h"
#include "dns/wire/type.h"

#include <assert.h>

struct place_task {
	struct task task; /* first */
	bool is_asked;
	bool is_gathering;
	bool is_growing; /* the cut is known; more of its servers are wanted */
	bool is_stuck;
	bool saw_cycle, saw_limit;
	uint8_t servers_before;
	uint8_t first;     /* NS name to begin with */
	uint8_t under_way; /* hosts being looked up: the first that are not taken */
	uint32_t ttl_s;    /* of the NS records */
};

static struct place_task *place_task_of(struct task *task)
{
	assert(task->kind == place_task_kind());
	return (struct place_task *)task;
}

/* How long the NS set may be believed. */
static uint32_t reply_cut_ttl_s(const struct reply *reply)
{
	unsigned int section = reply->kind == REPLY_ANSWER ? SECTION_ANSWER : SECTION_AUTHORITY;
	const struct record *ns =
		message_find(reply->message, 1u << section, reply->child, TYPE_NS);
	return ns != NULL ? ns->ttl : 0;
}

static struct place *place_found(const struct place_task *self)
{
	return place_of(self->task.entry);
}

static void place_end(struct place_task *self, enum lookup_state state, uint32_t ttl_s)
{
	struct place *place = place_found(self);
	/* A known cut that could not grow stays what it is. */
	if (!self->is_growing) {
		if (state != LOOKUP_FOUND)
			place_forget_servers(place);
		if (state != LOOKUP_NODATA && state != LOOKUP_NXDOMAIN)
			place_set_zone(place, NULL);
		entry_set(self->task.resolver, &place->entry, state, ttl_s);
	}
	task_finish(&self->task);
}

/* ---- the name servers' addresses ---- */

static enum lookup_state gather_failure(const struct place_task *self)
{
	if (self->saw_cycle)
		return LOOKUP_CYCLE;
	return self->saw_limit ? LOOKUP_LIMIT : LOOKUP_UNREACHABLE;
}

static void gather_take(struct place_task *self, const struct host *host)
{
	struct resolver *resolver = self->task.resolver;
	self->saw_cycle |= host->entry.state == LOOKUP_CYCLE;
	self->saw_limit |= host->entry.state == LOOKUP_LIMIT;
	for (unsigned int i = 0; i < host->address_count; i++)
		(void)place_add_server(resolver, place_found(self), &host->addresses[i]);
}

/* True while it is being looked up. */
static bool gather_one(struct place_task *self, const uint8_t *name)
{
	struct entry *entry;
	int error = task_need(&self->task, ENTRY_HOST, name, &entry);
	if (error == ERR_BUSY)
		return true;
	if (error == OK)
		gather_take(self, (struct host *)entry);
	else
		self->saw_limit = true;
	return false;
}

/* Takes what has come and starts what there is room for. Or, `is_stuck`, gives up what is under
 * way, since all of it depends on this very place. */
static void gather_round(struct place_task *self, bool is_stuck)
{
	struct place *place = place_found(self);
	const uint8_t *names[PLACE_NS_MAX];
	const uint8_t *next = place->ns_names;
	for (unsigned int i = 0; i < place->ns_count; i++, next += name_size(next))
		names[i] = next;
	unsigned int waiting = 0;
	unsigned int left = is_stuck ? self->under_way : PLACE_NS_MAX;
	for (unsigned int i = 0; i < place->ns_count && left > 0; i++) {
		unsigned int index = (self->first + i) % place->ns_count;
		if ((place->ns_taken & 1u << index) != 0)
			continue;
		if (waiting == GATHER_AT_ONCE || place->gathered + waiting >= LIMIT_NAME_SERVERS)
			break;
		left--;
		if (!is_stuck && gather_one(self, names[index])) {
			waiting++;
			continue;
		}
		place->ns_taken |= 1u << index;
		place->gathered++;
	}
	self->under_way = (uint8_t)waiting;
}

static void place_gather(struct place_task *self)
{
	struct place *place = place_found(self);
	if (self->is_stuck) {
		task_stop_waiting(&self->task);
		gather_round(self, true);
		self->saw_cycle = true;
		self->is_stuck = false;
	}
	gather_round(self, false);
	if (place->server_count > self->servers_before)
		place_end(self, LOOKUP_FOUND, self->ttl_s);
	else if (self->under_way == 0)
		place_end(self, gather_failure(self), 0);
}

static void place_begin_to_gather(struct place_task *self)
{
	struct place *place = place_found(self);
	self->is_gathering = true;
	self->servers_before = place->server_count;
	if (place->ns_count > 0)
		self->first = (uint8_t)random_below(self->task.resolver->random, place->ns_count);
	place_gather(self);
}

int place_grow(struct task *task, struct place *place)
{
	assert(place_can_grow(place));
	if (place->entry.task == NULL) {
		struct task *started = task_new_for(task->resolver, &place->entry, task);
		if (started == NULL)
			return ERR_MEMORY;
		place_task_of(started)->is_growing = true;
	}
	return task_wait(task, place->entry.task);
}

/* ---- the way down ---- */

static void place_ask(struct place_task *self, struct place *zone)
{
	self->is_asked = true;
	const struct ask question = {
		.zone = zone,
		.name = self->task.entry->name,
		.type = TYPE_NS,
	};
	ask_start(&self->task, 0, &question);
}

static void place_go_down(struct place_task *self)
{
	const uint8_t *name = self->task.entry->name;
	assert(!name_is_root(name));
	struct entry *entry;
	if (name_labels(name) > LIMIT_LABELS) {
		(void)task_past(&self->task, PAST_LABELS);
		place_end(self, LOOKUP_LIMIT, 0);
		return;
	}
	int error = task_need(&self->task, ENTRY_PLACE, name_parent(name), &entry);
	if (error == ERR_BUSY)
		return;
	if (error != OK) {
		place_end(self, LOOKUP_LIMIT, 0);
		return;
	}
	struct place *zone = place_zone(place_of(entry));
	if (zone == NULL) {
		place_end(self, (enum lookup_state)entry->state, 0);
		return;
	}
	if (entry->state != LOOKUP_NXDOMAIN) {
		place_ask(self, zone);
		return;
	}
	/* RFC 8020: nothing is below a name that does not exist. */
	place_set_zone(place_found(self), zone);
	place_end(self, LOOKUP_NXDOMAIN, NEGATIVE_TTL_CAP_S);
}

static void place_step(struct task *task)
{
	struct place_task *self = place_task_of(task);
	if (self->is_gathering)
		place_gather(self);
	else if (self->is_growing)
		place_begin_to_gather(self);
	else if (!self->is_asked)
		place_go_down(self);
}

/* ---- what the zone above says ---- */

/* Parent and child on the same servers answer from the child (RFC 1034 s4.3.2): these very servers
 * serve it, whatever else its NS set names. */
static void place_share_servers(struct place_task *self, const struct place *zone)
{
	for (unsigned int i = 0; i < zone->server_count; i++)
		(void)place_add_server(self->task.resolver, place_found(self),
				       &zone->servers[i].address);
}

static void place_take_cut(struct place_task *self, struct place *zone, const struct reply *reply)
{
	struct place *place = place_found(self);
	struct resolver *resolver = self->task.resolver;
	if (place_take_referral(resolver, place, reply, zone->entry.name) != OK) {
		place_end(self, LOOKUP_LIMIT, 0);
		return;
	}
	if (reply->kind == REPLY_ANSWER)
		place_share_servers(self, zone);
	self->ttl_s = reply_cut_ttl_s(reply);
	if (place->server_count > 0)
		place_end(self, LOOKUP_FOUND, self->ttl_s);
	else
		place_begin_to_gather(self);
}

static void place_replied(struct task *task, struct ask *ask, const struct reply *reply)
{
	struct place_task *self = place_task_of(task);
	if (reply == NULL) {
		place_end(self, (enum lookup_state)ask->failure, 0);
		return;
	}
	struct place *zone = ask->zone;
	struct reply cut = *reply;
	const uint32_t negative_ttl_s = reply_negative_ttl_s(reply->message, TTL_FLOOR_S);
	switch (reply->kind) {
	case REPLY_ANSWER:
		cut.child = task->entry->name;
		place_take_cut(self, zone, &cut);
		return;
	case REPLY_REFERRAL:
		/* To a cut that this server denied a moment ago: servers disagree. */
		if (!name_equal(reply->child, task->entry->name))
			place_end(self, LOOKUP_UNREACHABLE, 0);
		else
			place_take_cut(self, zone, &cut);
		return;
	case REPLY_ALIAS:
	case REPLY_NODATA:
		place_set_zone(place_found(self), zone);
		place_end(self, LOOKUP_NODATA, negative_ttl_s);
		return;
	case REPLY_NXDOMAIN:
		place_set_zone(place_found(self), zone);
		place_end(self, LOOKUP_NXDOMAIN, negative_ttl_s);
		return;
	case REPLY_NONE:
	case REPLY_LAME:
		break;
	}
	assert(false && "lame replies are not told");
}

static void place_stuck(struct task *task)
{
	struct place_task *self = place_task_of(task);
	if (!self->is_gathering)
		return;
	self->is_stuck = true;
	task_ready(task);
}

const struct task_kind *place_task_kind(void)
{
	static const struct task_kind kind = {
		.size_bytes = sizeof(struct place_task),
		.step = place_step,
		.replied = place_replied,
		.stuck = place_stuck,
	};
	return &kind;
}
