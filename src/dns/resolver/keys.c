/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A zone's keys and the chain of trust down to them (RFC 4035 s5): the keys of the zone above, the
 * DS set or the proof that there is none from its servers, the DNSKEY set from the zone's own. A
 * trust anchor for the zone itself takes the place of all that is above.
 */
#include "dns/resolver/engine_private.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

/* What a zone's keys and their signatures take, at most: a DNSKEY set fits one message. */
#define KEYS_OCTETS_MAX ((size_t)256 * 1024)

struct keys_task {
	struct task task; /* first */
	bool is_ds_asked;
	bool is_ds_known;    /* `ds` is the proven set */
	struct place *zone;  /* held */
	struct reason doubt; /* why a reply did not validate, while others are asked; or none */
	struct rrset ds;
	struct arena arena; /* of `ds` */
};

static struct keys_task *keys_task_of(struct task *task)
{
	assert(task->kind == keys_task_kind());
	return (struct keys_task *)task;
}

static struct keys *keys_found(const struct keys_task *self)
{
	return (struct keys *)self->task.entry;
}

/* The zone's servers as they are known now. ERR_MEMORY. */
static int keys_copy_servers(struct keys *keys, const struct place *zone)
{
	assert(zone->server_count > 0 && zone->server_count <= CUT_SERVERS_MAX);
	struct address *servers =
		arena_take_array(&keys->arena, zone->server_count, sizeof(*servers));
	if (servers == NULL)
		return ERR_MEMORY;
	for (unsigned int i = 0; i < zone->server_count; i++)
		servers[i] = zone->servers[i].address;
	keys->cut.servers = servers;
	keys->cut.server_count = zone->server_count;
	return OK;
}

static void keys_fail(struct keys_task *self, enum lookup_state state)
{
	entry_set(self->task.resolver, self->task.entry, state, 0);
	task_finish(&self->task);
}

/* `reason` may be the one of a cut above. Without memory for the sentence there is none. */
static void keys_end(struct keys_task *self, enum resolver_security security,
		     const struct reason *reason)
{
	struct resolver *resolver = self->task.resolver;
	struct keys *keys = keys_found(self);
	assert(self->zone != NULL && reason_is_set(reason) == (security != RESOLVER_SECURE));
	keys->cut.security = security;
	keys->cut.ede = reason->ede;
	keys->cut.reason = NULL;
	if (security != RESOLVER_SECURE) {
		keys->cut.reason = arena_text(&keys->arena, reason->text);
		if (keys->cut.reason == NULL)
			keys->cut.reason = "out of memory";
	}
	uint32_t ttl_s = TTL_CAP_S;
	if (security == RESOLVER_SECURE) {
		assert(keys->dnskeys.count > 0);
		keys->cut.dnskeys = &keys->dnskeys;
		ttl_s = keys->dnskeys.ttl;
	}
	entry_set(resolver, &keys->entry, LOOKUP_FOUND, ttl_s);
	/* As long as the servers are, and what went wrong may be right soon. */
	const uint64_t failure_ns =
		loop_now_ns(resolver->loop) + FAILURE_TTL_S * UINT64_C(1000000000);
	if (security == RESOLVER_BOGUS || security == RESOLVER_INDETERMINATE)
		keys->entry.expires_ns = failure_ns;
	else if (keys->entry.expires_ns > self->zone->entry.expires_ns)
		keys->entry.expires_ns = self->zone->entry.expires_ns > failure_ns
						 ? self->zone->entry.expires_ns
						 : failure_ns;
	task_finish(&self->task);
}

static void keys_end_unknown(struct keys_task *self, const char *words)
{
	struct reason reason;
	char zone[REASON_NAME_MAX];
	reason_set(&reason, EDE_INDETERMINATE, "%s: %s", reason_name(self->task.entry->name, zone),
		   words);
	keys_end(self, RESOLVER_INDETERMINATE, &reason);
}

/* ---- copies that outlive the message ---- */

static struct record *record_copy(struct arena *arena, const struct record *record)
{
	struct record *copy = arena_copy(arena, record, sizeof(*record));
	uint8_t *owner = arena_take_octets(arena, name_size(record->owner));
	uint8_t *rdata = arena_take_octets(arena, record->rdata_size);
	if (copy == NULL || owner == NULL || rdata == NULL)
		return NULL;
	name_copy(owner, record->owner);
	memcpy(rdata, record->rdata, record->rdata_size);
	copy->owner = owner;
	copy->rdata = rdata;
	return copy;
}

/* Without the signatures, which have done their duty. */
static int rrset_copy(struct arena *arena, const struct rrset *rrset, struct rrset *ret_copy)
{
	assert(rrset->count > 0);
	struct rrset copy = *rrset;
	copy.signature_count = 0;
	copy.signatures = NULL;
	copy.records = arena_take_array(arena, rrset->count, sizeof(copy.records[0]));
	if (copy.records == NULL)
		return ERR_MEMORY;
	for (uint16_t i = 0; i < rrset->count; i++) {
		copy.records[i] = record_copy(arena, rrset->records[i]);
		if (copy.records[i] == NULL)
			return ERR_MEMORY;
	}
	copy.owner = copy.records[0]->owner;
	*ret_copy = copy;
	return OK;
}

/* ---- the questions ---- */

static void keys_ask(struct keys_task *self, struct place *zone, uint16_t type)
{
	const struct ask question = {
		.zone = zone, .name = self->task.entry->name, .type = type, .dnssec_ok = true};
	reason_clear(&self->doubt);
	ask_start(&self->task, 0, &question);
}

/* Anchors of this zone stand in for its DS set. */
static int keys_take_anchors(struct keys_task *self)
{
	const struct resolver *resolver = self->task.resolver;
	const uint8_t *name = self->task.entry->name;
	struct rrset *ds = &self->ds;
	ds->records =
		arena_take_array(&self->arena, resolver->anchor_count + 1, sizeof(ds->records[0]));
	if (ds->records == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < resolver->anchor_count && ds->count < UINT16_MAX; i++) {
		if (name_equal(resolver->anchors[i].owner, name))
			ds->records[ds->count++] = &resolver->anchors[i];
	}
	self->is_ds_known = ds->count > 0;
	return OK;
}

/* The keys of the zone above. NULL while they are being found, or when the task has ended. */
static struct keys *keys_above(struct keys_task *self, struct place **ret_zone)
{
	struct entry *entry;
	int error =
		task_need(&self->task, ENTRY_PLACE, name_parent(self->task.entry->name), &entry);
	if (error == ERR_BUSY)
		return NULL;
	struct place *zone = error == OK ? place_zone(place_of(entry)) : NULL;
	if (zone == NULL) {
		keys_end_unknown(self, "the zone above cannot be found");
		return NULL;
	}
	error = task_need(&self->task, ENTRY_KEYS, zone->entry.name, &entry);
	if (error == ERR_BUSY)
		return NULL;
	if (error != OK || entry->state != LOOKUP_FOUND) {
		keys_end_unknown(self, "the zone above cannot be reached");
		return NULL;
	}
	*ret_zone = zone;
	return (struct keys *)entry;
}

/* RFC 7646: the zone's own, or the one of a zone above that has no trust anchor below it. */
static bool keys_are_exempt(const struct keys_task *self)
{
	const struct resolver *resolver = self->task.resolver;
	for (size_t i = 0; i < resolver->negative_anchor_count; i++)
		if (name_equal(self->task.entry->name, resolver->negative_anchors[i]))
			return true;
	return false;
}

static void keys_go_on(struct keys_task *self)
{
	if (keys_are_exempt(self)) {
		struct reason reason;
		char zone[REASON_NAME_MAX];
		reason_set(&reason, EDE_NONE, "a negative trust anchor stands at %s (RFC 7646)",
			   reason_name(self->task.entry->name, zone));
		keys_end(self, RESOLVER_INSECURE, &reason);
		return;
	}
	if (self->is_ds_known) {
		keys_ask(self, self->zone, TYPE_DNSKEY);
		return;
	}
	if (name_is_root(self->task.entry->name)) {
		struct reason reason;
		reason_set(&reason, EDE_INDETERMINATE, "no trust anchor stands on the way down");
		keys_end(self, RESOLVER_INDETERMINATE, &reason);
		return;
	}
	struct place *zone = NULL;
	const struct keys *above = keys_above(self, &zone);
	if (above == NULL)
		return;
	if (above->cut.security != RESOLVER_SECURE) {
		struct reason reason;
		reason_set(&reason, (enum extended_error)above->cut.ede, "%s", above->cut.reason);
		keys_end(self, above->cut.security, &reason);
		return;
	}
	self->is_ds_asked = true;
	keys_ask(self, zone, TYPE_DS);
}

/* The first step: which servers, which anchors. */
static void keys_begin(struct keys_task *self)
{
	struct keys *keys = keys_found(self);
	struct entry *entry;
	int error = task_need(&self->task, ENTRY_PLACE, keys->entry.name, &entry);
	if (error == ERR_BUSY)
		return;
	if (error != OK || entry->state != LOOKUP_FOUND) {
		keys_fail(self, error == OK && entry->state != LOOKUP_NODATA
					? (enum lookup_state)entry->state
					: LOOKUP_LIMIT);
		return;
	}
	arena_release(&keys->arena);
	arena_init(&keys->arena, KEYS_OCTETS_MAX, 1024);
	arena_init(&self->arena, KEYS_OCTETS_MAX, 512);
	keys->cut = (struct cut){.zone = keys->entry.name};
	keys->dnskeys = (struct rrset){0};
	self->zone = place_of(entry);
	entry_hold(entry);
	if (keys_copy_servers(keys, self->zone) != OK || keys_take_anchors(self) != OK)
		keys_fail(self, LOOKUP_LIMIT);
	else
		keys_go_on(self);
}

static void keys_step(struct task *task)
{
	struct keys_task *self = keys_task_of(task);
	if (self->zone == NULL)
		keys_begin(self);
	else if (!self->is_ds_asked)
		keys_go_on(self);
}

/* ---- the answers ---- */

/* True: another server is asked before the reply at hand is called bogus. */
static bool keys_doubt(struct keys_task *self, struct ask *ask, enum resolver_security security,
		       const struct reason *reason)
{
	if (security != RESOLVER_BOGUS)
		return false;
	self->doubt = *reason;
	return ask_elsewhere(ask);
}

static void keys_take_ds(struct keys_task *self, struct ask *ask, const struct reply *reply)
{
	struct resolver *resolver = self->task.resolver;
	/* Fresh a moment ago: the zone's keys are what the question waited for. */
	struct entry *above = entry_get(resolver, ENTRY_KEYS, ask->zone->entry.name);
	if (above == NULL || ((struct keys *)above)->cut.dnskeys == NULL) {
		keys_end_unknown(self, "the keys of the zone above are gone");
		return;
	}
	struct validation validation = task_validation(&self->task, &((struct keys *)above)->cut);
	struct rrset ds;
	enum resolver_security security =
		validate_ds(&validation, reply->message, self->task.entry->name, &ds);
	task_validated(&self->task, &validation);
	if (keys_doubt(self, ask, security, &validation.reason))
		return;
	if (security != RESOLVER_SECURE) {
		keys_end(self, security, &validation.reason);
		return;
	}
	if (rrset_copy(&self->arena, &ds, &self->ds) != OK) {
		keys_fail(self, LOOKUP_LIMIT);
		return;
	}
	self->is_ds_known = true;
	keys_ask(self, self->zone, TYPE_DNSKEY);
}

static void keys_take_dnskeys(struct keys_task *self, struct ask *ask, const struct reply *reply)
{
	struct keys *keys = keys_found(self);
	struct validation validation = task_validation(&self->task, &keys->cut);
	struct rrset dnskeys;
	enum resolver_security security =
		validate_dnskeys(&validation, reply->message, &self->ds, &dnskeys);
	task_validated(&self->task, &validation);
	if (keys_doubt(self, ask, security, &validation.reason))
		return;
	if (security == RESOLVER_SECURE && rrset_copy(&keys->arena, &dnskeys, &keys->dnskeys) != OK)
		keys_fail(self, LOOKUP_LIMIT);
	else
		keys_end(self, security, &validation.reason);
}

static void keys_replied(struct task *task, struct ask *ask, const struct reply *reply)
{
	struct keys_task *self = keys_task_of(task);
	if (reply == NULL && reason_is_set(&self->doubt))
		keys_end(self, RESOLVER_BOGUS, &self->doubt);
	else if (reply == NULL)
		keys_end_unknown(self, ask->type == TYPE_DS
					       ? "no server of the zone above tells the DS set"
					       : "no server of the zone tells its keys");
	else if (ask->type == TYPE_DS)
		keys_take_ds(self, ask, reply);
	else
		keys_take_dnskeys(self, ask, reply);
}

static void keys_release(struct task *task)
{
	struct keys_task *self = keys_task_of(task);
	if (self->zone == NULL)
		return;
	arena_release(&self->arena);
	entry_release(&self->zone->entry);
}

const struct task_kind *keys_task_kind(void)
{
	static const struct task_kind kind = {
		.size_bytes = sizeof(struct keys_task),
		.step = keys_step,
		.replied = keys_replied,
		.release = keys_release,
	};
	return &kind;
}
