/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A test of what was before a change: as it was, so it is to be again. */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/case/predicate_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BOTH (PREDICATE_AT_PARENT | PREDICATE_AT_CHILD)
/* Caches keep nothing longer (RFC 8767 s4). */
#define CACHED_S_MAX 604800u

struct making {
	struct predicate_maker maker;
	const struct state *before, *after;
	/* What came later is to be as it was before, too; NULL: nothing. */
	const struct state *newest;
	const char *domain;
	struct predicate_term *terms;
	size_t count;
	uint32_t ttl; /* the longest of sets that were said */
	struct predicate_texts mx;
};

/* ---- terms ---- */

static void add_term(struct making *making, enum predicate_kind kind, const char *name,
		     const struct predicate_texts *texts)
{
	struct predicate_term term = {.kind = kind, .name = name};
	if (making->count == PREDICATE_TERMS_MAX)
		return;
	if (predicate_word_of(kind)->type == TYPE_NS)
		term.at = BOTH;
	if (texts != NULL && texts->count > 0) {
		term.items = arena_copy(making->maker.arena, texts->items,
					texts->count * sizeof(texts->items[0]));
		term.item_count = texts->count;
		if (term.items == NULL)
			making->maker.error = ERR_MEMORY;
	}
	assert(name != NULL && (texts == NULL || texts->count <= PREDICATE_ITEMS_MAX));
	making->terms[making->count++] = term;
}

/* At a place where nothing is known of before: none of those that came is to be left. */
static void add_none_of(struct making *making, unsigned at)
{
	const struct predicate_texts before =
		predicate_hosts_of(&making->maker, making->before, HOST_AT_PARENT | HOST_AT_CHILD);
	const struct state *later[] = {making->after, making->newest};
	struct predicate_texts came = {0};
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		const struct predicate_texts now = predicate_hosts_of(
			&making->maker, later[i], HOST_AT_PARENT | HOST_AT_CHILD);
		for (size_t j = 0; j < now.count; j++) {
			if (!predicate_has_text(&before, now.items[j]) &&
			    !predicate_has_text(&came, now.items[j]))
				predicate_add_text(&making->maker, &came, now.items[j]);
		}
	}
	came.count = predicate_sort(came.items, came.count);
	if (came.count == 0)
		return;
	assert(at != 0 && at <= BOTH);
	add_term(making, PREDICATE_NS_NONE_OF, making->domain, &came);
	making->terms[making->count - 1].at = at;
}

static void make_ns(struct making *making)
{
	const struct predicate_texts parent =
		predicate_hosts_of(&making->maker, making->before, HOST_AT_PARENT);
	const struct predicate_texts child =
		predicate_hosts_of(&making->maker, making->before, HOST_AT_CHILD);
	assert(parent.is_known);
	add_term(making, PREDICATE_NS, making->domain, &parent);
	making->terms[making->count - 1].at = PREDICATE_AT_PARENT;
	if (!child.is_known) {
		add_none_of(making, PREDICATE_AT_CHILD);
		return;
	}
	add_term(making, PREDICATE_NS, making->domain, &child);
	making->terms[making->count - 1].at = PREDICATE_AT_CHILD;
}

static void make_ds(struct making *making)
{
	const struct predicate_texts ds = predicate_ds_of(&making->maker, making->before);
	if (!ds.is_known)
		return;
	if (ds.count == 0) {
		add_term(making, PREDICATE_DS_NONE, making->domain, NULL);
		return;
	}
	add_term(making, PREDICATE_DS, making->domain, &ds);
	add_term(making, PREDICATE_DS_MATCHES, making->domain, NULL);
}

/* Is what was known in the later state another set? */
static bool is_other(const struct predicate_texts *before, const struct predicate_texts *later)
{
	return before->is_known && later->is_known && !predicate_same_texts(before, later);
}

static void make_mx(struct making *making)
{
	struct predicate_maker *maker = &making->maker;
	making->mx = predicate_apex_of(maker, making->before, TYPE_MX);
	const struct predicate_texts after = predicate_apex_of(maker, making->after, TYPE_MX);
	const struct predicate_texts newest = predicate_apex_of(maker, making->newest, TYPE_MX);
	if (making->mx.is_known &&
	    (!after.is_known || is_other(&making->mx, &after) || is_other(&making->mx, &newest)))
		add_term(making, PREDICATE_MX, making->domain, &making->mx);
}

/* ---- addresses that moved while names stayed ---- */

static void add_addresses(struct making *making, const uint8_t *name, uint16_t type,
			  const struct predicate_texts *before)
{
	const enum predicate_kind kind = type == TYPE_A ? PREDICATE_A : PREDICATE_AAAA;
	const char *text = predicate_name(making->maker.arena, name);
	if (text == NULL)
		making->maker.error = ERR_MEMORY;
	assert(before->is_known && (type == TYPE_A || type == TYPE_AAAA));
	for (size_t i = 0; text != NULL && i < making->count; i++) {
		/* A name server may be a mail host. */
		if (making->terms[i].kind == kind && strcmp(making->terms[i].name, text) == 0)
			return;
	}
	if (text != NULL)
		add_term(making, kind, text, before);
}

/* Does the parent give an address that was neither glue nor the name's own before? Glue of siblings
 * is what one of its servers adds and another does not. */
static bool has_new_glue(struct making *making, const struct state_host *host,
			 const struct state_host *later, uint8_t family)
{
	struct predicate_maker *maker = &making->maker;
	const struct predicate_texts own = predicate_addresses_of(maker, host, family);
	const struct predicate_texts old = predicate_glue_of(maker, host, family);
	const struct predicate_texts new = predicate_glue_of(maker, later, family);
	for (size_t i = 0; i < new.count; i++) {
		if (!predicate_has_text(&old, new.items[i]) &&
		    !predicate_has_text(&own, new.items[i]))
			return true;
	}
	return false;
}

/* Of one family; is there new glue? Then the addresses of a name that nobody could look up later
 * are asked for as well. */
static bool make_host(struct making *making, const struct state_host *host,
		      const struct state_host *later, uint8_t family)
{
	const struct predicate_texts old = predicate_addresses_of(&making->maker, host, family);
	const struct predicate_texts new = predicate_addresses_of(&making->maker, later, family);
	const bool has_glue = has_new_glue(making, host, later, family);
	if (is_other(&old, &new) || (has_glue && old.is_known))
		add_addresses(making, host->name, family == 4 ? TYPE_A : TYPE_AAAA, &old);
	return has_glue;
}

/* Glue may lead astray whoever believes it while all names keep their addresses: where some came,
 * it has to be what the names themselves say, even if it was not before. */
static void make_hosts(struct making *making)
{
	const struct state *later[] = {making->after, making->newest};
	bool has_glue = false;
	for (size_t i = 0; i < making->before->host_count; i++) {
		const struct state_host *host = &making->before->hosts[i];
		for (size_t j = 0; j < sizeof(later) / sizeof(later[0]); j++) {
			const struct state_host *now = predicate_find_host(later[j], host->name);
			if (now == NULL || (host->flags & HOST_AT_PARENT) == 0)
				continue;
			has_glue |= make_host(making, host, now, 4);
			has_glue |= make_host(making, host, now, 6);
		}
	}
	if (has_glue)
		add_term(making, PREDICATE_NOT_FOUND, making->domain,
			 &(struct predicate_texts){.count = 1, .items = {PREDICATE_GLUE_CODE}});
}

/* Has the look-up of before given something else later? */
static bool has_moved(struct making *making, const struct state_lookup *lookup,
		      const struct predicate_texts *before)
{
	const struct state *later[] = {making->after, making->newest};
	bool is_moved = false;
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		struct state_lookup now;
		if (!predicate_find_lookup(later[i], lookup->name, lookup->type, &now))
			continue;
		const struct predicate_texts new = predicate_found(&making->maker, &now);
		is_moved |= is_other(before, &new);
	}
	return is_moved;
}

/* Of mail hosts; addresses of web servers change by themselves. */
static void make_mail_hosts(struct making *making)
{
	for (size_t i = 0; i < making->before->item_count; i++) {
		struct state_lookup lookup;
		if (making->before->items[i].kind != STATE_ITEM_LOOKUP ||
		    !state_read_lookup(&making->before->items[i], &lookup) ||
		    (lookup.type != TYPE_A && lookup.type != TYPE_AAAA) ||
		    lookup.result != LOOKUP_RESULT_FOUND)
			continue;
		const char *name = predicate_name(making->maker.arena, lookup.name);
		if (name == NULL) {
			making->maker.error = ERR_MEMORY;
			return;
		}
		if (!predicate_has_text(&making->mx, name))
			continue;
		const struct predicate_texts old = predicate_found(&making->maker, &lookup);
		if (has_moved(making, &lookup, &old))
			add_addresses(making, lookup.name, lookup.type, &old);
	}
}

/* ---- is it about what changed? ---- */

/* All of it is so after the change, too. */
static bool says_nothing(struct making *making)
{
	const struct predicate predicate = {making->terms, making->count};
	return making->after != NULL && predicate_holds(&making->maker, &predicate, making->after);
}

/* The domain's own, where all its servers said the same: they are what changed. */
static void make_apex(struct making *making)
{
	static const uint16_t types[] = {TYPE_A, TYPE_AAAA};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const struct predicate_texts old =
			predicate_apex_of(&making->maker, making->before, types[i]);
		const struct predicate_texts new =
			predicate_apex_of(&making->maker, making->after, types[i]);
		if (!old.differs && is_other(&old, &new))
			add_addresses(making, making->before->domain, types[i], &old);
	}
}

/* ---- how long ---- */

static void take_ttl(struct making *making, uint32_t ttl)
{
	if (ttl > making->ttl)
		making->ttl = ttl;
}

static void take_ttls(struct making *making, const struct state *state)
{
	if (state == NULL)
		return;
	take_ttl(making, state->ns_ttl);
	take_ttl(making, state->ds_ttl);
	for (size_t i = 0; i < state->body_count; i++) {
		const struct state_body *body = &state->bodies[i];
		for (size_t j = 0; j < body->set_count; j++) {
			const uint16_t type = body->sets[j].type;
			if (type == TYPE_NS || type == TYPE_MX || type == TYPE_A ||
			    type == TYPE_AAAA || type == TYPE_DNSKEY)
				take_ttl(making, body->sets[j].ttl);
		}
	}
}

static void make_stands(struct making *making)
{
	assert(making->count > 0);
	take_ttls(making, making->before);
	take_ttls(making, making->after);
	take_ttls(making, making->newest);
	if (making->ttl == 0 || making->count == PREDICATE_TERMS_MAX)
		return;
	making->terms[making->count++] = (struct predicate_term){
		.kind = PREDICATE_STANDS,
		.number = making->ttl < CACHED_S_MAX ? making->ttl : CACHED_S_MAX};
}

static void make_terms(struct making *making)
{
	make_ns(making);
	make_ds(making);
	make_mx(making);
	make_hosts(making);
	make_mail_hosts(making);
	if (says_nothing(making))
		make_apex(making);
}

int predicate_of_states(struct arena *arena, const struct predicate_states *states,
			struct predicate *ret_predicate, struct complaint *complaint)
{
	struct making *making = arena_take_zeroed(arena, sizeof(*making));
	if (making == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	*making = (struct making){.maker.arena = arena,
				  .before = states->before,
				  .after = states->after,
				  .newest = states->newest};
	making->terms = arena_take_array(arena, PREDICATE_TERMS_MAX, sizeof(*making->terms));
	making->domain = predicate_name(arena, states->before->domain);
	if (making->terms == NULL || making->domain == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	if (states->before->not_measured ||
	    !predicate_hosts_of(&making->maker, states->before, HOST_AT_PARENT).is_known)
		return complain(complaint, ERR_NOT_FOUND,
				"which name servers '%s' had before is not known: write the test, "
				"or look again at a time when it was right",
				making->domain);
	make_terms(making);
	if (making->maker.error == OK && says_nothing(making) && making->maker.error == OK)
		return complain(
			complaint, ERR_NOT_FOUND,
			"nothing that a test could ask for has changed: the name servers of "
			"'%s', DS, mail hosts and addresses are what they were",
			making->domain);
	make_stands(making);
	int error = making->maker.error;
	if (error == OK)
		error = predicate_order(making->terms, &making->count, complaint);
	if (error == ERR_MEMORY)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	if (error == OK)
		*ret_predicate = (struct predicate){making->terms, making->count};
	return error;
}
