/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a state says of what a test asks for: sets as texts, and whether all of a test is known to
 * be so in it. */
#include "dns/dnssec/signature.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/case/predicate_private.h"
#include "judge/change/named_key.h"

#include <assert.h>
#include <string.h>

/* ---- sets ---- */

void predicate_add_text(struct predicate_maker *maker, struct predicate_texts *texts,
			const char *text)
{
	if (text == NULL)
		maker->error = ERR_MEMORY;
	else if (texts->count == PREDICATE_ITEMS_MAX)
		texts->is_full = true;
	else
		texts->items[texts->count++] = text;
}

static void sort(struct predicate_texts *texts)
{
	texts->count = predicate_sort(texts->items, texts->count);
}

bool predicate_same_texts(const struct predicate_texts *left, const struct predicate_texts *right)
{
	if (left->count != right->count)
		return false;
	for (size_t i = 0; i < left->count; i++) {
		if (strcmp(left->items[i], right->items[i]) != 0)
			return false;
	}
	return true;
}

bool predicate_has_text(const struct predicate_texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++) {
		if (strcmp(texts->items[i], text) == 0)
			return true;
	}
	return false;
}

struct predicate_texts predicate_hosts_of(struct predicate_maker *maker, const struct state *state,
					  uint8_t flags)
{
	struct predicate_texts texts = {0};
	for (size_t i = 0; state != NULL && i < state->host_count; i++) {
		if ((state->hosts[i].flags & flags) != 0)
			predicate_add_text(maker, &texts,
					   predicate_name(maker->arena, state->hosts[i].name));
	}
	sort(&texts);
	texts.is_known = texts.count > 0 && !texts.is_full;
	return texts;
}

struct predicate_texts predicate_ds_of(struct predicate_maker *maker, const struct state *state)
{
	struct predicate_texts texts = {.is_known = state->ds_count > 0 ||
						    state->ds_security == SECURITY_INSECURE};
	for (size_t i = 0; i < state->ds_count; i++) {
		const char *text =
			predicate_ds(maker->arena, state->ds[i].octets, state->ds[i].size);
		/* One that no parser takes is none to wish back. */
		if (text != NULL)
			predicate_add_text(maker, &texts, text);
	}
	sort(&texts);
	texts.is_known &= !texts.is_full && (texts.count > 0) == (state->ds_count > 0);
	return texts;
}

/* An address's octets as text; NULL: of another size, which the set is without. */
static void add_address(struct predicate_maker *maker, struct predicate_texts *texts,
			const struct state_data *data, uint16_t type)
{
	struct ip ip = {.family = type == TYPE_A ? 4 : 6};
	char text[IP_TEXT_MAX];
	assert(type == TYPE_A || type == TYPE_AAAA);
	if (data->size != (type == TYPE_A ? 4 : 16))
		return;
	memcpy(ip.octets, data->octets, data->size);
	predicate_add_text(maker, texts, arena_text(maker->arena, ip_to_text(&ip, text)));
}

static void add_data(struct predicate_maker *maker, struct predicate_texts *texts,
		     const struct state_data *data, uint16_t type)
{
	/* Before the name of an MX record's host: its preference. */
	const size_t at = type == TYPE_MX ? 2 : 0;
	if (type == TYPE_A || type == TYPE_AAAA)
		add_address(maker, texts, data, type);
	else if (data->size > at && name_is_valid(data->octets + at, data->size - at))
		predicate_add_text(maker, texts, predicate_name(maker->arena, data->octets + at));
}

/* The answer's body, where it is one to go by. */
static const struct state_body *body_of(const struct state *state,
					const struct state_answer *answer, uint16_t type)
{
	if (answer->type != type || answer->body == STATE_NO_BODY ||
	    (answer->flags & EXCHANGE_SHARED) != 0 || !name_equal(answer->name, state->domain))
		return NULL;
	const struct state_body *body = &state->bodies[answer->body];
	return body->rcode == RCODE_NOERROR && (body->flags & FLAG_AA) != 0 &&
			       body->fault == MESSAGE_SOUND
		       ? body
		       : NULL;
}

/* What one server says at the apex. */
static struct predicate_texts server_set(struct predicate_maker *maker, const struct state *state,
					 const struct state_server *server, uint16_t type)
{
	struct predicate_texts texts = {0};
	for (size_t i = 0; i < server->answer_count; i++) {
		const struct state_body *body = body_of(state, &server->answers[i], type);
		texts.is_known |= body != NULL;
		for (size_t j = 0; body != NULL && j < body->set_count; j++) {
			const struct state_set *set = &body->sets[j];
			if (set->type != type || set->section != SECTION_ANSWER ||
			    !name_equal(set->owner, state->domain))
				continue;
			for (size_t k = 0; k < set->count; k++)
				add_data(maker, &texts, &set->data[k], type);
		}
	}
	sort(&texts);
	texts.is_known &= !texts.is_full;
	return texts;
}

/* Servers that say the same share their answers. */
static bool is_like_the_last(const struct state *state, size_t index)
{
	return index > 0 && state->servers[index].answers == state->servers[index - 1].answers;
}

struct predicate_texts predicate_apex_of(struct predicate_maker *maker, const struct state *state,
					 uint16_t type)
{
	struct predicate_texts all = {0};
	for (size_t i = 0; state != NULL && i < state->server_count; i++) {
		if (is_like_the_last(state, i))
			continue;
		const struct predicate_texts one =
			server_set(maker, state, &state->servers[i], type);
		if (!one.is_known) {
			all.is_full |= one.is_full;
			continue;
		}
		all.differs |= all.is_known && !predicate_same_texts(&all, &one);
		all.is_known = true;
		for (size_t j = 0; j < one.count; j++)
			predicate_add_text(maker, &all, one.items[j]);
		sort(&all);
	}
	all.is_known &= !all.is_full;
	return all;
}

/* ---- addresses ---- */

static struct predicate_texts ips_of(struct predicate_maker *maker, const struct ip *ips,
				     size_t count, uint8_t family)
{
	struct predicate_texts texts = {0};
	assert(family == 4 || family == 6);
	for (size_t i = 0; i < count; i++) {
		char text[IP_TEXT_MAX];
		if (ips[i].family == family)
			predicate_add_text(maker, &texts,
					   arena_text(maker->arena, ip_to_text(&ips[i], text)));
	}
	sort(&texts);
	return texts;
}

struct predicate_texts predicate_addresses_of(struct predicate_maker *maker,
					      const struct state_host *host, uint8_t family)
{
	struct predicate_texts texts = ips_of(maker, host->addresses, host->address_count, family);
	texts.is_known =
		(host->state == HOST_RESOLVED || host->state == HOST_NO_ADDRESS) && !texts.is_full;
	return texts;
}

struct predicate_texts predicate_glue_of(struct predicate_maker *maker,
					 const struct state_host *host, uint8_t family)
{
	struct predicate_texts texts = ips_of(maker, host->glue, host->glue_count, family);
	texts.is_known = !texts.is_full;
	return texts;
}

const struct state_host *predicate_find_host(const struct state *state, const uint8_t *name)
{
	for (size_t i = 0; state != NULL && i < state->host_count; i++) {
		if (name_equal(state->hosts[i].name, name))
			return &state->hosts[i];
	}
	return NULL;
}

struct predicate_texts predicate_found(struct predicate_maker *maker,
				       const struct state_lookup *lookup)
{
	struct predicate_texts texts = {.is_known = lookup->result == LOOKUP_RESULT_FOUND ||
						    lookup->result == LOOKUP_RESULT_NODATA ||
						    lookup->result == LOOKUP_RESULT_NXDOMAIN};
	for (size_t i = 0; i < lookup->data_count; i++)
		add_address(maker, &texts, &lookup->data[i], lookup->type);
	sort(&texts);
	texts.is_known &= !texts.is_full;
	return texts;
}

bool predicate_find_lookup(const struct state *state, const uint8_t *name, uint16_t type,
			   struct state_lookup *ret_lookup)
{
	for (size_t i = 0; state != NULL && i < state->item_count; i++) {
		if (state->items[i].kind == STATE_ITEM_LOOKUP &&
		    state_read_lookup(&state->items[i], ret_lookup) && ret_lookup->type == type &&
		    name_equal(ret_lookup->name, name))
			return true;
	}
	return false;
}

/* ---- is it so? ---- */

static bool is_so(const struct predicate_term *term, const struct predicate_texts *texts)
{
	const bool is_none_of = predicate_word_of(term->kind)->sense == SENSE_NONE_OF;
	if (!texts->is_known || (!is_none_of && texts->count != term->item_count))
		return false;
	for (size_t i = 0; i < term->item_count; i++) {
		if (predicate_has_text(texts, term->items[i]) == is_none_of)
			return false;
	}
	return true;
}

static bool is_same_address(const struct ip *one, const struct ip *other)
{
	return one->family == other->family &&
	       memcmp(one->octets, other->octets, one->family == 4 ? 4 : 16) == 0;
}

/* Is its word wanted? Glue that the zone's own word does not confirm is nobody's, and to an address
 * without a route nobody here can say anything. */
static bool is_wanted(const struct state *state, const struct state_server *server)
{
	bool is_address = server->asked;
	for (size_t i = 0; i < state->host_count && !is_address; i++) {
		const struct state_host *host = &state->hosts[i];
		for (size_t j = 0; j < host->address_count; j++)
			is_address |= is_same_address(&host->addresses[j], &server->ip);
	}
	return is_address && server->silence != 1u << OUTCOME_UNREACHABLE;
}

/* By the one key that can have made it, and that a DS names. */
static bool is_by_named(const struct state *state, const struct state_set *keys,
			const struct state_signature *signature)
{
	if (!signature->is_own || signature->result != SIGNATURE_GOOD ||
	    signature->validity != VALIDITY_NOW)
		return false;
	const struct state_data *key = change_signing_key(keys, signature);
	for (size_t i = 0; key != NULL && i < state->ds_count; i++) {
		if (change_names_key(state->domain, &state->ds[i], key))
			return true;
	}
	return false;
}

static bool server_matches(const struct state *state, const struct state_server *server)
{
	for (size_t i = 0; i < server->answer_count; i++) {
		const struct state_body *body = body_of(state, &server->answers[i], TYPE_DNSKEY);
		for (size_t j = 0; body != NULL && j < body->set_count; j++) {
			const struct state_set *set = &body->sets[j];
			if (set->type != TYPE_DNSKEY || set->section != SECTION_ANSWER ||
			    !name_equal(set->owner, state->domain))
				continue;
			for (size_t k = 0; k < set->signature_count; k++) {
				if (is_by_named(state, set, &set->signatures[k]))
					return true;
			}
		}
	}
	return false;
}

/* At every one of the servers; NS, or that DS matches. */
static bool servers_agree(struct predicate_maker *maker, const struct predicate_term *term,
			  const struct state *state)
{
	size_t count = 0;
	for (size_t i = 0; i < state->server_count; i++) {
		const struct state_server *server = &state->servers[i];
		if (!is_wanted(state, server))
			continue;
		count++;
		if (count > 1 && is_like_the_last(state, i))
			continue;
		if (term->kind == PREDICATE_DS_MATCHES) {
			if (!server_matches(state, server))
				return false;
			continue;
		}
		const struct predicate_texts texts = server_set(maker, state, server, TYPE_NS);
		if (!is_so(term, &texts))
			return false;
	}
	return count > 0;
}

static bool addresses_agree(struct predicate_maker *maker, const struct predicate_term *term,
			    const struct state *state)
{
	const uint16_t type = predicate_word_of(term->kind)->type;
	struct state_lookup lookup;
	struct name name;
	struct predicate_texts texts;
	if (name_from_text(term->name, &name, NULL) != OK)
		return false;
	const struct state_host *host = predicate_find_host(state, name.octets);
	const bool has_lookup = predicate_find_lookup(state, name.octets, type, &lookup);
	if (host != NULL) {
		texts = predicate_addresses_of(maker, host, type == TYPE_A ? 4 : 6);
		if (!is_so(term, &texts))
			return false;
	}
	if (has_lookup)
		texts = predicate_found(maker, &lookup);
	else if (host == NULL && name_equal(name.octets, state->domain))
		texts = predicate_apex_of(maker, state, type);
	else
		return host != NULL;
	return !texts.differs && is_so(term, &texts);
}

/* As the check says it (judge/check): glue that its own name does not give. */
static bool glue_agrees(struct predicate_maker *maker, const struct state *state)
{
	for (size_t i = 0; i < state->host_count; i++) {
		const struct state_host *host = &state->hosts[i];
		if (host->glue_count > 0 &&
		    (host->state != HOST_RESOLVED || host->address_count == 0))
			return false;
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct predicate_texts own =
				predicate_addresses_of(maker, host, family);
			const struct predicate_texts glue = predicate_glue_of(maker, host, family);
			for (size_t j = 0; j < glue.count; j++) {
				if (!predicate_has_text(&own, glue.items[j]))
					return false;
			}
		}
	}
	return true;
}

static bool term_holds(struct predicate_maker *maker, const struct predicate_term *term,
		       const struct state *state)
{
	struct predicate_texts texts;
	switch (term->kind) {
	case PREDICATE_NS:
	case PREDICATE_NS_NONE_OF:
		texts = predicate_hosts_of(maker, state, HOST_AT_PARENT);
		return ((term->at & PREDICATE_AT_PARENT) == 0 || is_so(term, &texts)) &&
		       ((term->at & PREDICATE_AT_CHILD) == 0 || servers_agree(maker, term, state));
	case PREDICATE_DS:
	case PREDICATE_DS_NONE:
		texts = predicate_ds_of(maker, state);
		return is_so(term, &texts);
	case PREDICATE_DS_MATCHES:
		return servers_agree(maker, term, state);
	case PREDICATE_MX:
		texts = predicate_apex_of(maker, state, TYPE_MX);
		return is_so(term, &texts);
	case PREDICATE_A:
	case PREDICATE_AAAA:
		return addresses_agree(maker, term, state);
	case PREDICATE_NOT_FOUND:
		return strcmp(term->items[0], PREDICATE_GLUE_CODE) == 0 &&
		       glue_agrees(maker, state);
	default:
		return predicate_word_of(term->kind)->sense == SENSE_STANDS;
	}
}

bool predicate_holds(struct predicate_maker *maker, const struct predicate *predicate,
		     const struct state *state)
{
	assert(predicate->count > 0 && state != NULL);
	if (state->not_measured)
		return false;
	for (size_t i = 0; i < predicate->count; i++) {
		if (!term_holds(maker, &predicate->terms[i], state))
			return false;
	}
	return true;
}
