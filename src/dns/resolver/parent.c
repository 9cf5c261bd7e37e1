/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The zone above a domain, for one caller: the place one label up, its zone, that zone's keys.
 */
#include "dns/resolver/engine_private.h"

#include <assert.h>

struct parent_task {
	struct task task; /* first */
	resolver_cut_done *done;
	void *context;
	uint8_t name[NAME_MAX_OCTETS]; /* one label above the domain */
};

static const struct task_kind *parent_task_kind(void);

static void parent_end(struct parent_task *self, enum lookup_state state, struct cut *cut)
{
	assert((state == LOOKUP_FOUND) == (cut != NULL));
	resolver_cut_done *done = self->done;
	void *context = self->context;
	task_finish(&self->task);
	done(context, state, cut);
}

static void parent_step(struct task *task)
{
	assert(task->kind == parent_task_kind());
	struct parent_task *self = (struct parent_task *)task;
	struct entry *entry;
	int error = task_need(task, ENTRY_PLACE, self->name, &entry);
	if (error == ERR_BUSY)
		return;
	if (error != OK || (entry->state != LOOKUP_FOUND && entry->state != LOOKUP_NODATA)) {
		parent_end(self, error == OK ? (enum lookup_state)entry->state : LOOKUP_LIMIT,
			   NULL);
		return;
	}
	const struct place *zone = place_zone(place_of(entry));
	error = task_need(task, ENTRY_KEYS, zone->entry.name, &entry);
	if (error == ERR_BUSY)
		return;
	const enum lookup_state state =
		error == OK ? (enum lookup_state)entry->state : LOOKUP_LIMIT;
	if (state != LOOKUP_FOUND) {
		parent_end(self, state, NULL);
		return;
	}
	entry_hold(entry);
	parent_end(self, LOOKUP_FOUND, &((struct keys *)entry)->cut);
	entry_release(entry);
}

static void parent_replied(struct task *task, struct ask *ask, const struct reply *reply)
{
	(void)task;
	(void)ask;
	(void)reply;
	assert(false && "a parent's task asks nothing itself");
}

static void parent_abandon(struct task *task)
{
	const struct parent_task *self = (const struct parent_task *)task;
	self->done(self->context, LOOKUP_LIMIT, NULL);
}

static const struct task_kind *parent_task_kind(void)
{
	static const struct task_kind kind = {
		.size_bytes = sizeof(struct parent_task),
		.step = parent_step,
		.replied = parent_replied,
		.abandon = parent_abandon,
	};
	return &kind;
}

int resolver_parent(struct resolver *resolver, const uint8_t *domain, resolver_cut_done *done,
		    void *context)
{
	struct task *task = task_new(resolver, parent_task_kind(), NULL);
	if (task == NULL)
		return ERR_MEMORY;
	struct parent_task *self = (struct parent_task *)task;
	self->done = done;
	self->context = context;
	name_copy_lower(self->name, name_parent(domain));
	return OK;
}
