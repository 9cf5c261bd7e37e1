/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any name and type for one caller, validated: the zone that the name is in and its keys first, so
 * that the answer can be judged when it comes; aliases start over. The answer is as secure as the
 * weakest step (RFC 4035 s4.3).
 */
#include "dns/resolver/engine_private.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

struct lookup_task {
	struct task task; /* first */
	resolver_lookup_done *done;
	resolver_lookup_step *step;
	void *context;
	struct keys *keys;     /* of the zone being asked; held */
	struct address server; /* to ask in place of the zone's; family 0: none */
	enum resolver_security security;
	struct reason reason;
	struct reason doubt; /* why an answer did not validate, while others are asked; or none */
	uint16_t type;
	uint8_t aliases;
	bool is_asked;
	uint8_t name[NAME_MAX_OCTETS];
};

static const struct task_kind *lookup_task_kind(void);

static struct lookup_task *lookup_task_of(struct task *task)
{
	assert(task->kind == lookup_task_kind());
	return (struct lookup_task *)task;
}

static void lookup_end(struct lookup_task *self, enum lookup_state state,
		       const struct message *message)
{
	/* The task is gone when the caller is told. */
	const struct reason reason = self->reason;
	uint8_t target[NAME_MAX_OCTETS];
	memcpy(target, self->name, sizeof(target));
	const struct lookup_answer answer = {
		.state = self->security == RESOLVER_BOGUS ? LOOKUP_BOGUS : state,
		.security = self->security,
		.message = message,
		.target = target,
		.reason = reason.text[0] != 0 ? reason.text : NULL,
		.ede = reason.ede,
	};
	assert(answer.state != LOOKUP_NONE);
	assert((answer.reason == NULL) == (answer.security == RESOLVER_SECURE));
	resolver_lookup_done *done = self->done;
	void *context = self->context;
	task_finish(&self->task);
	done(context, &answer);
}

static void lookup_fail(struct lookup_task *self, enum lookup_state state,
			const struct message *message)
{
	self->security = RESOLVER_INDETERMINATE;
	task_reason(&self->task, state, &self->reason);
	lookup_end(self, state, message);
}

static void drop_keys(struct lookup_task *self)
{
	if (self->keys != NULL)
		entry_release(&self->keys->entry);
	self->keys = NULL;
}

static void lookup_ask(struct lookup_task *self, struct place *zone)
{
	struct ask question = {
		.zone = zone, .name = self->name, .type = self->type, .dnssec_ok = true};
	struct place *apart = NULL;
	if (self->server.family != ADDRESS_NONE) {
		apart = place_new_apart(self->task.resolver, zone->entry.name);
		if (apart == NULL || !place_add_server(self->task.resolver, apart, &self->server)) {
			if (apart != NULL)
				entry_release(&apart->entry);
			lookup_fail(self, LOOKUP_UNREACHABLE, NULL);
			return;
		}
		question.zone = apart;
	}
	self->is_asked = true;
	reason_clear(&self->doubt);
	ask_start(&self->task, 0, &question);
	if (apart != NULL) /* the question holds it */
		entry_release(&apart->entry);
}

static void lookup_step(struct task *task)
{
	struct lookup_task *self = lookup_task_of(task);
	if (self->is_asked)
		return;
	/* A DS set is the parent's (RFC 4035 s2.4). */
	const uint8_t *base = self->type == TYPE_DS ? name_parent(self->name) : self->name;
	struct entry *entry;
	int error = task_need(task, ENTRY_PLACE, base, &entry);
	if (error == ERR_BUSY)
		return;
	struct place *zone = error == OK ? place_zone(place_of(entry)) : NULL;
	enum lookup_state state = error == OK ? (enum lookup_state)entry->state : LOOKUP_LIMIT;
	if (zone == NULL) {
		lookup_fail(self, state, NULL);
		return;
	}
	error = task_need(task, ENTRY_KEYS, zone->entry.name, &entry);
	if (error == ERR_BUSY)
		return;
	state = error == OK ? (enum lookup_state)entry->state : LOOKUP_LIMIT;
	if (state != LOOKUP_FOUND) {
		lookup_fail(self, state, NULL);
		return;
	}
	drop_keys(self);
	self->keys = (struct keys *)entry;
	entry_hold(entry);
	lookup_ask(self, zone);
}

/* ---- judging the answer ---- */

static enum resolver_security judge(struct validation *validation, const struct lookup_task *self,
				    const struct reply *reply)
{
	switch (reply->kind) {
	case REPLY_ANSWER:
		return validate_answer(validation, reply->message, self->name, self->type);
	case REPLY_ALIAS:
		return validate_alias(validation, reply->message, self->name, reply->target);
	default:
		return validate_denial(validation, reply->message, self->name, self->type);
	}
}

static unsigned int weakness(enum resolver_security security)
{
	switch (security) {
	case RESOLVER_SECURE:
		return 0;
	case RESOLVER_INSECURE:
		return 1;
	case RESOLVER_INDETERMINATE:
		return 2;
	case RESOLVER_BOGUS:
		return 3;
	}
	return 2;
}

static void lookup_weaken(struct lookup_task *self, enum resolver_security security,
			  const struct reason *reason)
{
	if (weakness(security) <= weakness(self->security))
		return;
	self->security = security;
	self->reason = *reason;
}

/* False: another server is asked first. */
static bool lookup_judge(struct lookup_task *self, struct ask *ask, const struct reply *reply)
{
	assert(self->keys != NULL && self->is_asked);
	const struct cut *cut = &self->keys->cut;
	if (cut->security != RESOLVER_SECURE) {
		struct reason reason;
		reason_set(&reason, (enum extended_error)cut->ede, "%s", cut->reason);
		lookup_weaken(self, cut->security, &reason);
		return true;
	}
	struct validation validation = task_validation(&self->task, cut);
	enum resolver_security security = judge(&validation, self, reply);
	task_validated(&self->task, &validation);
	if (security == RESOLVER_BOGUS) {
		self->doubt = validation.reason;
		if (ask_elsewhere(ask))
			return false;
	}
	lookup_weaken(self, security, &validation.reason);
	return true;
}

static void lookup_follow(struct lookup_task *self, const struct reply *reply)
{
	if (++self->aliases > LIMIT_ALIASES) {
		(void)task_past(&self->task, PAST_ALIASES);
		lookup_fail(self, LOOKUP_LIMIT, reply->message);
		return;
	}
	if (self->step != NULL)
		self->step(self->context, reply->message);
	name_copy_lower(self->name, reply->target);
	self->is_asked = false;
	task_ready(&self->task);
}

/* No server gave an answer, or none that is better than what came first. */
static void lookup_unanswered(struct lookup_task *self, enum lookup_state state)
{
	if (!reason_is_set(&self->doubt)) {
		lookup_fail(self, state, NULL);
		return;
	}
	lookup_weaken(self, RESOLVER_BOGUS, &self->doubt);
	lookup_end(self, LOOKUP_BOGUS, NULL);
}

static void lookup_replied(struct task *task, struct ask *ask, const struct reply *reply)
{
	struct lookup_task *self = lookup_task_of(task);
	if (reply == NULL) {
		lookup_unanswered(self, (enum lookup_state)ask->failure);
		return;
	}
	if (reply->kind == REPLY_REFERRAL) {
		lookup_fail(self, LOOKUP_UNREACHABLE, reply->message);
		return;
	}
	if (!lookup_judge(self, ask, reply))
		return;
	if (self->security == RESOLVER_BOGUS)
		lookup_end(self, LOOKUP_BOGUS, reply->message);
	else if (reply->kind == REPLY_ALIAS)
		lookup_follow(self, reply);
	else if (reply->kind == REPLY_ANSWER)
		lookup_end(self, LOOKUP_FOUND, reply->message);
	else
		lookup_end(self, reply->kind == REPLY_NODATA ? LOOKUP_NODATA : LOOKUP_NXDOMAIN,
			   reply->message);
}

static void lookup_release(struct task *task)
{
	drop_keys(lookup_task_of(task));
}

static void lookup_abandon(struct task *task)
{
	const struct lookup_task *self = lookup_task_of(task);
	const struct lookup_answer answer = {.state = LOOKUP_LIMIT,
					     .reason = "the look-up was given up"};
	self->done(self->context, &answer);
}

static const struct task_kind *lookup_task_kind(void)
{
	static const struct task_kind kind = {
		.size_bytes = sizeof(struct lookup_task),
		.step = lookup_step,
		.replied = lookup_replied,
		.release = lookup_release,
		.abandon = lookup_abandon,
	};
	return &kind;
}

int resolver_lookup(struct resolver *resolver, const struct lookup_question *question)
{
	struct task *task = task_new(resolver, lookup_task_kind(), NULL);
	if (task == NULL)
		return ERR_MEMORY;
	struct lookup_task *self = lookup_task_of(task);
	self->done = question->done;
	self->step = question->step;
	self->context = question->context;
	self->type = question->type;
	if (question->server != NULL)
		self->server = *question->server;
	self->security = RESOLVER_SECURE;
	reason_clear(&self->reason);
	name_copy_lower(self->name, question->name);
	return OK;
}
