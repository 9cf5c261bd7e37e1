/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any name and type for one caller, validated: the zone that the name is in and its keys first, so
 * that the answer can be judged when it comes; aliases start over. The answer is as secure as the
 * weakest step (RFC 4035 s4.3).
 */
#include "dns/dnssec/denial.h"
#include "dns/resolver/engine_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

struct lookup_task {
	struct task task; /* first */
	resolver_lookup_done *done;
	void *context;
	struct keys *keys; /* of the zone being asked; held */
	enum resolver_security security;
	const char *reason;
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
	const struct lookup_answer answer = {
		.state = self->security == RESOLVER_BOGUS ? LOOKUP_BOGUS : state,
		.security = self->security,
		.message = message,
		.reason = self->reason,
	};
	assert(answer.state != LOOKUP_NONE);
	assert((answer.reason == NULL) == (answer.security == RESOLVER_SECURE));
	resolver_lookup_done *done = self->done;
	void *context = self->context;
	task_finish(&self->task);
	done(context, &answer);
}

static void lookup_fail(struct lookup_task *self, enum lookup_state state, const char *reason)
{
	self->security = RESOLVER_INDETERMINATE;
	self->reason = reason;
	lookup_end(self, state, NULL);
}

static const char *place_reason(enum lookup_state state)
{
	switch (state) {
	case LOOKUP_CYCLE:
		return "the name servers' addresses depend on each other";
	case LOOKUP_LIMIT:
		return "a limit was reached on the way to the zone";
	default:
		return "no server of the zone can be reached";
	}
}

static void drop_keys(struct lookup_task *self)
{
	if (self->keys != NULL)
		entry_release(&self->keys->entry);
	self->keys = NULL;
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
		lookup_fail(self, state, place_reason(state));
		return;
	}
	error = task_need(task, ENTRY_KEYS, zone->entry.name, &entry);
	if (error == ERR_BUSY)
		return;
	state = error == OK ? (enum lookup_state)entry->state : LOOKUP_LIMIT;
	if (state != LOOKUP_FOUND) {
		lookup_fail(self, state, place_reason(state));
		return;
	}
	drop_keys(self);
	self->keys = (struct keys *)entry;
	entry_hold(entry);
	self->is_asked = true;
	const struct ask question = {
		.zone = zone, .name = self->name, .type = self->type, .dnssec_ok = true};
	ask_start(task, 0, &question);
}

/* ---- judging the answer ---- */

/* RFC 6672 s5.3.1: the CNAME that a DNAME implies needs no signature of its own. */
static bool is_from_dname(struct validation *validation, const struct message *message,
			  const uint8_t *name, const uint8_t *target)
{
	const unsigned int answer = 1u << SECTION_ANSWER;
	const struct record *dname = message_find(message, answer, NULL, TYPE_DNAME);
	if (dname == NULL || !name_is_under(name, dname->owner) || name_equal(name, dname->owner))
		return false;
	const uint8_t *to = rdata_target(dname);
	const size_t kept = name_size(name) - name_size(dname->owner);
	if (to == NULL || !name_is_under(target, to) || name_size(target) != kept + name_size(to) ||
	    memcmp(target, name, kept) != 0)
		return false;
	struct rrset rrset;
	return message_rrset(validation->arena, message,
			     &(struct rrset_key){answer, dname->owner, TYPE_DNAME}, &rrset) == OK &&
	       validate_rrset(validation, &rrset, NULL);
}

static bool is_positive_proven(struct validation *validation, const struct lookup_task *self,
			       const struct message *message, uint16_t type)
{
	struct rrset rrset;
	if (message_rrset(validation->arena, message,
			  &(struct rrset_key){1u << SECTION_ANSWER, self->name, type},
			  &rrset) != OK) {
		validation->reason = "out of memory";
		return false;
	}
	uint8_t labels = 0;
	if (!validate_rrset(validation, &rrset, &labels))
		return false;
	const size_t owner_labels =
		name_labels(self->name) - (name_is_wildcard(self->name) ? 1 : 0);
	if (labels >= owner_labels)
		return true;
	if (denial_wildcard_answer(validation->arena, message, validation->zone, self->name,
				   labels))
		return true;
	validation->reason =
		"a wildcard's answer lacks the proof that the name itself is not there";
	return false;
}

static enum resolver_security judge(struct validation *validation, const struct lookup_task *self,
				    const struct reply *reply)
{
	switch (reply->kind) {
	case REPLY_ANSWER:
		return is_positive_proven(validation, self, reply->message, self->type)
			       ? RESOLVER_SECURE
			       : RESOLVER_BOGUS;
	case REPLY_ALIAS:
		if (is_from_dname(validation, reply->message, self->name, reply->target) ||
		    is_positive_proven(validation, self, reply->message, TYPE_CNAME))
			return RESOLVER_SECURE;
		return RESOLVER_BOGUS;
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
			  const char *reason)
{
	if (weakness(security) <= weakness(self->security))
		return;
	self->security = security;
	self->reason = reason;
}

static void lookup_judge(struct lookup_task *self, const struct reply *reply)
{
	assert(self->keys != NULL && self->is_asked);
	const struct cut *cut = &self->keys->cut;
	if (cut->security != RESOLVER_SECURE) {
		lookup_weaken(self, cut->security, cut->reason);
		return;
	}
	struct validation validation = resolver_validation(self->task.resolver, cut);
	enum resolver_security security = judge(&validation, self, reply);
	lookup_weaken(self, security,
		      security == RESOLVER_INSECURE
			      ? "the proof leaves room for the unsigned (opt-out)"
			      : validation.reason);
}

static void lookup_follow(struct lookup_task *self, const struct reply *reply)
{
	if (++self->aliases > RESOLVER_ALIAS_MAX) {
		lookup_weaken(self, RESOLVER_INDETERMINATE, "the chain of aliases is too long");
		lookup_end(self, LOOKUP_LIMIT, reply->message);
		return;
	}
	name_copy_lower(self->name, reply->target);
	self->is_asked = false;
	task_ready(&self->task);
}

static void lookup_replied(struct task *task, struct ask *ask, const struct reply *reply)
{
	struct lookup_task *self = lookup_task_of(task);
	if (reply == NULL) {
		enum lookup_state state = (enum lookup_state)ask->failure;
		lookup_fail(self, state, place_reason(state));
		return;
	}
	if (reply->kind == REPLY_REFERRAL) {
		lookup_fail(self, LOOKUP_UNREACHABLE,
			    "the zone's servers point to a zone below it");
		return;
	}
	lookup_judge(self, reply);
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

int resolver_lookup(struct resolver *resolver, const uint8_t *name, uint16_t type,
		    resolver_lookup_done *done, void *context)
{
	assert(!resolver->is_closing);
	struct task *task = task_new(resolver, lookup_task_kind(), NULL);
	if (task == NULL)
		return ERR_MEMORY;
	struct lookup_task *self = lookup_task_of(task);
	self->done = done;
	self->context = context;
	self->type = type;
	self->security = RESOLVER_SECURE;
	name_copy_lower(self->name, name);
	return OK;
}
