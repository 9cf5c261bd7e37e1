/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/signature.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/change/named_key.h"
#include "judge/change/proven_private.h"

#include <assert.h>
#include <string.h>

/* Pairs of DS and key that are compared in one look; an honest zone has some four a server. */
#define PAIRS_MAX 1024u

struct proving {
	const struct sight *view;
	const struct sight_set *ds;
	unsigned int pairs;
};

/* --- keys --------------------------------------------------------------------------------------
 */

static bool is_named(struct proving *proving, const struct state_data *key)
{
	for (size_t i = 0; i < proving->ds->count; i++) {
		if (++proving->pairs > PAIRS_MAX)
			return false;
		if (change_names_key(proving->view->state->domain, &proving->ds->data[i], key))
			return true;
	}
	return false;
}

/* By any of the keys; by one that a DS names where that is asked. */
static bool is_signed(struct proving *proving, const struct state_set *set,
		      const struct state_set *keys, bool is_named_key)
{
	assert(keys->type == TYPE_DNSKEY && proving->ds != NULL);
	for (size_t i = 0; i < set->signature_count; i++) {
		const struct state_signature *signature = &set->signatures[i];
		if (!signature->is_own || signature->result != SIGNATURE_GOOD ||
		    signature->validity != VALIDITY_NOW)
			continue;
		const struct state_data *key = change_signing_key(keys, signature);
		if (key != NULL && (!is_named_key || is_named(proving, key)))
			return true;
	}
	return false;
}

/* --- what a server says ------------------------------------------------------------------------
 */

/* Its answer of that type to go by; false: it gave none. NULL in `ret_set`: it says that there is
 * no such set. */
static bool set_of(const struct sight *view, const struct state_server *server, uint16_t type,
		   const struct state_set **ret_set)
{
	const struct state *state = view->state;
	for (size_t i = 0; i < server->answer_count; i++) {
		const struct state_answer *answer = &server->answers[i];
		const struct state_body *body = sight_sound_body(state, answer);
		if (answer->type != type || answer->transport != TRANSPORT_UDP || body == NULL)
			continue;
		*ret_set = NULL;
		for (size_t j = 0; j < body->set_count; j++) {
			const struct state_set *set = &body->sets[j];
			if (set->section == SECTION_ANSWER && set->type == type && set->count > 0 &&
			    name_equal(set->owner, state->domain))
				*ret_set = set;
		}
		return true;
	}
	return false;
}

/* Servers that say the same share their answers. */
static bool is_like_the_last(const struct state *state, size_t index)
{
	return index > 0 && state->servers[index].answers == state->servers[index - 1].answers;
}

static bool same_data(const struct state_set *left, const struct state_set *right)
{
	assert(left->type == right->type);
	if (left->count != right->count)
		return false;
	for (size_t i = 0; i < left->count; i++) {
		if (left->data[i].size != right->data[i].size ||
		    memcmp(left->data[i].octets, right->data[i].octets, left->data[i].size) != 0)
			return false;
	}
	return true;
}

const struct state_set *proven_set(const struct sight *view, uint16_t type)
{
	const struct state *state = view->state;
	struct proving proving = {view, &view->sets[SIGHT_DS], 0};
	const struct state_set *first = NULL;
	if (state->ds_security != SECURITY_SECURE)
		return NULL;
	for (size_t i = 0; i < state->server_count; i++) {
		const struct state_set *set = NULL;
		const struct state_set *keys = NULL;
		if (is_like_the_last(state, i) || !set_of(view, &state->servers[i], type, &set))
			continue;
		if (set == NULL || (first != NULL && !same_data(first, set)) ||
		    !set_of(view, &state->servers[i], TYPE_DNSKEY, &keys) || keys == NULL ||
		    !is_signed(&proving, keys, keys, true) ||
		    !is_signed(&proving, set, keys, false))
			return NULL;
		first = set;
	}
	return first;
}

bool proven_same(const struct state_set *set, const struct sight_set *other)
{
	assert(set != NULL && other != NULL);
	if (!other->is_known || set->count != other->count)
		return false;
	for (size_t i = 0; i < set->count; i++) {
		struct state_data data = set->data[i];
		uint8_t lower[NAME_MAX_OCTETS];
		if (set->type == TYPE_NS) {
			if (!name_is_valid(data.octets, data.size))
				return false;
			(void)name_copy_lower(lower, data.octets);
			data.octets = lower;
		}
		if (!sight_set_has(other, &data))
			return false;
	}
	return true;
}

/* Signed, and nobody looked whether well. */
static bool was_not_looked_at(const struct state_set *set)
{
	for (size_t i = 0; i < set->signature_count; i++) {
		if (set->signatures[i].result != 0)
			return false;
	}
	return set->signature_count > 0;
}

enum proven_keys proven_keys(const struct sight *view, const struct sight_set *ds)
{
	const struct state *state = view->state;
	struct proving proving = {view, ds, 0};
	enum proven_keys result = PROVEN_KEYS_UNKNOWN;
	for (size_t i = 0; i < state->server_count; i++) {
		const struct state_set *keys = NULL;
		if (is_like_the_last(state, i) ||
		    !set_of(view, &state->servers[i], TYPE_DNSKEY, &keys))
			continue;
		if (keys == NULL)
			return PROVEN_KEYS_NOT;
		if (was_not_looked_at(keys))
			return PROVEN_KEYS_UNKNOWN;
		if (!is_signed(&proving, keys, keys, true))
			return PROVEN_KEYS_NOT;
		result = PROVEN_KEYS;
	}
	return result;
}
