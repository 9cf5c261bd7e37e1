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

/* Texts of one set; `is_known` false: nobody said. */
struct texts {
	bool is_known, is_full;
	size_t count;
	const char *items[PREDICATE_ITEMS_MAX];
};

struct making {
	struct arena *arena;
	const struct state *before, *after;
	const char *domain;
	struct predicate_term *terms;
	size_t count;
	uint32_t ttl; /* the longest of sets that were said */
	struct texts mx;
	int error;
};

/* ---- sets ---- */

static void add_text(struct making *making, struct texts *texts, const char *text)
{
	if (text == NULL)
		making->error = ERR_MEMORY;
	else if (texts->count == PREDICATE_ITEMS_MAX)
		texts->is_full = true;
	else
		texts->items[texts->count++] = text;
}

static void sort(struct texts *texts)
{
	texts->count = predicate_sort(texts->items, texts->count);
}

static bool is_same(const struct texts *left, const struct texts *right)
{
	if (left->count != right->count)
		return false;
	for (size_t i = 0; i < left->count; i++) {
		if (strcmp(left->items[i], right->items[i]) != 0)
			return false;
	}
	return true;
}

static bool has(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++) {
		if (strcmp(texts->items[i], text) == 0)
			return true;
	}
	return false;
}

static struct texts hosts_of(struct making *making, const struct state *state, uint8_t flags)
{
	struct texts texts = {0};
	for (size_t i = 0; state != NULL && i < state->host_count; i++) {
		if ((state->hosts[i].flags & flags) != 0)
			add_text(making, &texts,
				 predicate_name(making->arena, state->hosts[i].name));
	}
	sort(&texts);
	texts.is_known = texts.count > 0 && !texts.is_full;
	return texts;
}

static struct texts ds_of(struct making *making, const struct state *state)
{
	struct texts texts = {.is_known = state->ds_count > 0 ||
					  state->ds_security == SECURITY_INSECURE};
	for (size_t i = 0; i < state->ds_count; i++) {
		const char *text =
			predicate_ds(making->arena, state->ds[i].octets, state->ds[i].size);
		/* One that no parser takes is none to wish back. */
		if (text != NULL)
			add_text(making, &texts, text);
	}
	sort(&texts);
	texts.is_known &= !texts.is_full && (texts.count > 0) == (state->ds_count > 0);
	return texts;
}

static void take_mx(struct making *making, struct texts *texts, const struct state_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->data[i].size > 2 &&
		    name_is_valid(set->data[i].octets + 2, set->data[i].size - 2u))
			add_text(making, texts,
				 predicate_name(making->arena, set->data[i].octets + 2));
	}
}

/* The answer's body, where it is one to go by. */
static const struct state_body *body_of(const struct state *state,
					const struct state_answer *answer)
{
	if (answer->type != TYPE_MX || answer->body == STATE_NO_BODY ||
	    (answer->flags & EXCHANGE_SHARED) != 0 || !name_equal(answer->name, state->domain))
		return NULL;
	const struct state_body *body = &state->bodies[answer->body];
	return body->rcode == RCODE_NOERROR && (body->flags & FLAG_AA) != 0 &&
			       body->fault == MESSAGE_SOUND
		       ? body
		       : NULL;
}

/* Of all servers together. */
static struct texts mx_of(struct making *making, const struct state *state)
{
	struct texts texts = {0};
	for (size_t i = 0; state != NULL && i < state->server_count; i++) {
		const struct state_server *server = &state->servers[i];
		if (i > 0 && server->answers == state->servers[i - 1].answers)
			continue;
		for (size_t j = 0; j < server->answer_count; j++) {
			const struct state_body *body = body_of(state, &server->answers[j]);
			texts.is_known |= body != NULL;
			for (size_t k = 0; body != NULL && k < body->set_count; k++) {
				if (body->sets[k].type == TYPE_MX &&
				    body->sets[k].section == SECTION_ANSWER)
					take_mx(making, &texts, &body->sets[k]);
			}
			sort(&texts);
		}
	}
	texts.is_known &= !texts.is_full;
	return texts;
}

/* ---- terms ---- */

static void add_term(struct making *making, enum predicate_kind kind, const char *name,
		     const struct texts *texts)
{
	struct predicate_term term = {.kind = kind, .name = name};
	if (making->count == PREDICATE_TERMS_MAX)
		return;
	if (predicate_word_of(kind)->type == TYPE_NS)
		term.at = BOTH;
	if (texts != NULL && texts->count > 0) {
		term.items = arena_copy(making->arena, texts->items,
					texts->count * sizeof(texts->items[0]));
		term.item_count = texts->count;
		if (term.items == NULL)
			making->error = ERR_MEMORY;
	}
	assert(name != NULL && (texts == NULL || texts->count <= PREDICATE_ITEMS_MAX));
	making->terms[making->count++] = term;
}

/* At a place where nothing is known of before: none of those that came is to be left. */
static void add_none_of(struct making *making, unsigned at)
{
	const struct texts before =
		hosts_of(making, making->before, HOST_AT_PARENT | HOST_AT_CHILD);
	const struct texts after = hosts_of(making, making->after, HOST_AT_PARENT | HOST_AT_CHILD);
	struct texts came = {0};
	for (size_t i = 0; i < after.count; i++) {
		if (!has(&before, after.items[i]))
			add_text(making, &came, after.items[i]);
	}
	if (came.count == 0)
		return;
	assert(at != 0 && at <= BOTH);
	add_term(making, PREDICATE_NS_NONE_OF, making->domain, &came);
	making->terms[making->count - 1].at = at;
}

static void make_ns(struct making *making)
{
	const struct texts parent = hosts_of(making, making->before, HOST_AT_PARENT);
	const struct texts child = hosts_of(making, making->before, HOST_AT_CHILD);
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
	const struct texts ds = ds_of(making, making->before);
	if (!ds.is_known)
		return;
	if (ds.count == 0) {
		add_term(making, PREDICATE_DS_NONE, making->domain, NULL);
		return;
	}
	add_term(making, PREDICATE_DS, making->domain, &ds);
	add_term(making, PREDICATE_DS_MATCHES, making->domain, NULL);
}

static void make_mx(struct making *making)
{
	making->mx = mx_of(making, making->before);
	const struct texts after = mx_of(making, making->after);
	if (making->mx.is_known && (!after.is_known || !is_same(&making->mx, &after)))
		add_term(making, PREDICATE_MX, making->domain, &making->mx);
}

/* ---- addresses that moved while names stayed ---- */

static struct texts addresses_of(struct making *making, const struct state_host *host,
				 uint8_t family)
{
	struct texts texts = {.is_known = host->state == HOST_RESOLVED ||
					  host->state == HOST_NO_ADDRESS};
	for (size_t i = 0; i < host->address_count; i++) {
		char text[IP_TEXT_MAX];
		if (host->addresses[i].family == family)
			add_text(making, &texts,
				 arena_text(making->arena, ip_to_text(&host->addresses[i], text)));
	}
	sort(&texts);
	texts.is_known &= !texts.is_full;
	return texts;
}

static const struct state_host *find_host(const struct state *state, const uint8_t *name)
{
	for (size_t i = 0; state != NULL && i < state->host_count; i++) {
		if (name_equal(state->hosts[i].name, name))
			return &state->hosts[i];
	}
	return NULL;
}

static void add_moved(struct making *making, const uint8_t *name, uint8_t family,
		      const struct texts *before, const struct texts *after)
{
	if (!before->is_known || !after->is_known || is_same(before, after))
		return;
	const enum predicate_kind kind = family == 4 ? PREDICATE_A : PREDICATE_AAAA;
	const char *text = predicate_name(making->arena, name);
	if (text == NULL)
		making->error = ERR_MEMORY;
	for (size_t i = 0; text != NULL && i < making->count; i++) {
		/* A name server may be a mail host. */
		if (making->terms[i].kind == kind && strcmp(making->terms[i].name, text) == 0)
			return;
	}
	if (text != NULL)
		add_term(making, kind, text, before);
}

static void make_hosts(struct making *making)
{
	for (size_t i = 0; i < making->before->host_count; i++) {
		const struct state_host *host = &making->before->hosts[i];
		const struct state_host *now = find_host(making->after, host->name);
		if (now == NULL || (host->flags & HOST_AT_PARENT) == 0)
			continue;
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct texts old = addresses_of(making, host, family);
			const struct texts new = addresses_of(making, now, family);
			add_moved(making, host->name, family, &old, &new);
		}
	}
}

static bool is_address(const struct state_lookup *lookup)
{
	return lookup->type == TYPE_A || lookup->type == TYPE_AAAA;
}

static struct texts found(struct making *making, const struct state_lookup *lookup)
{
	struct texts texts = {.is_known = lookup->result == LOOKUP_RESULT_FOUND ||
					  lookup->result == LOOKUP_RESULT_NODATA ||
					  lookup->result == LOOKUP_RESULT_NXDOMAIN};
	const size_t size = lookup->type == TYPE_A ? 4 : 16;
	for (size_t i = 0; i < lookup->data_count; i++) {
		struct ip ip = {.family = lookup->type == TYPE_A ? 4 : 6};
		char text[IP_TEXT_MAX];
		if (lookup->data[i].size != size)
			continue;
		memcpy(ip.octets, lookup->data[i].octets, size);
		add_text(making, &texts, arena_text(making->arena, ip_to_text(&ip, text)));
	}
	sort(&texts);
	texts.is_known &= !texts.is_full;
	return texts;
}

/* The same question in the other state. */
static bool find_lookup(const struct state *state, const struct state_lookup *wanted,
			struct state_lookup *ret_lookup)
{
	for (size_t i = 0; state != NULL && i < state->item_count; i++) {
		if (state->items[i].kind == STATE_ITEM_LOOKUP &&
		    state_read_lookup(&state->items[i], ret_lookup) &&
		    ret_lookup->type == wanted->type && name_equal(ret_lookup->name, wanted->name))
			return true;
	}
	return false;
}

/* Of mail hosts; addresses of web servers change by themselves. */
static void make_mail_hosts(struct making *making)
{
	for (size_t i = 0; i < making->before->item_count; i++) {
		struct state_lookup lookup, now;
		if (making->before->items[i].kind != STATE_ITEM_LOOKUP ||
		    !state_read_lookup(&making->before->items[i], &lookup) ||
		    !is_address(&lookup) || lookup.result != LOOKUP_RESULT_FOUND)
			continue;
		const char *name = predicate_name(making->arena, lookup.name);
		if (name == NULL) {
			making->error = ERR_MEMORY;
			return;
		}
		if (!has(&making->mx, name) || !find_lookup(making->after, &lookup, &now))
			continue;
		const struct texts old = found(making, &lookup);
		const struct texts new = found(making, &now);
		add_moved(making, lookup.name, lookup.type == TYPE_A ? 4 : 6, &old, &new);
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
	if (making->ttl == 0 || making->count == PREDICATE_TERMS_MAX)
		return;
	making->terms[making->count++] = (struct predicate_term){
		.kind = PREDICATE_STANDS,
		.number = making->ttl < CACHED_S_MAX ? making->ttl : CACHED_S_MAX};
}

int predicate_of_states(struct arena *arena, const struct predicate_states *states,
			struct predicate *ret_predicate, struct complaint *complaint)
{
	struct making *making = arena_take_zeroed(arena, sizeof(*making));
	if (making == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	*making = (struct making){.arena = arena, .before = states->before, .after = states->after};
	making->terms = arena_take_array(arena, PREDICATE_TERMS_MAX, sizeof(*making->terms));
	making->domain = predicate_name(arena, states->before->domain);
	if (making->terms == NULL || making->domain == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	if (states->before->not_measured ||
	    !hosts_of(making, states->before, HOST_AT_PARENT).is_known)
		return complain(complaint, ERR_NOT_FOUND,
				"which name servers '%s' had before is not known: write the test, "
				"or look again at a time when it was right",
				making->domain);
	make_ns(making);
	make_ds(making);
	make_mx(making);
	make_hosts(making);
	make_mail_hosts(making);
	make_stands(making);
	if (making->error == OK)
		making->error = predicate_order(making->terms, &making->count, complaint);
	if (making->error == ERR_MEMORY)
		return complain(complaint, ERR_MEMORY, "no memory for the test");
	if (making->error == OK)
		*ret_predicate = (struct predicate){making->terms, making->count};
	return making->error;
}
