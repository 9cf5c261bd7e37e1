/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was looked up beside the domain's own servers, and who announces the addresses. */
#include "dns/policy/dmarc.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/change/sight_private.h"
#include "model/login_names.h"

#include <assert.h>
#include <string.h>

/* Of a record MX: its preference comes first. */
#define MX_NAME_AT 2

static bool is_child(const struct sight_maker *maker, const uint8_t *name, const char *label)
{
	return name[0] == strlen(label) && memcmp(name + 1, label, name[0]) == 0 &&
	       name_equal(name_parent(name), maker->state->domain);
}

static bool is_exchange(const struct sight_maker *maker, const uint8_t *name)
{
	const struct sight_set *mx = &maker->view->sets[SIGHT_MX];
	for (size_t i = 0; i < mx->count; i++) {
		const struct state_data *data = &mx->data[i];
		if (data->size > MX_NAME_AT &&
		    name_is_valid(data->octets + MX_NAME_AT, data->size - MX_NAME_AT) &&
		    name_equal(data->octets + MX_NAME_AT, name))
			return true;
	}
	return false;
}

static bool is_mail(const struct sight_maker *maker, const struct state_lookup *lookup)
{
	return is_exchange(maker, lookup->name);
}

static bool is_own_mail(const struct sight_maker *maker, const struct state_lookup *lookup)
{
	return is_exchange(maker, lookup->name) &&
	       name_is_under(lookup->name, maker->state->domain);
}

static bool is_www(const struct sight_maker *maker, const struct state_lookup *lookup)
{
	return is_child(maker, lookup->name, "www");
}

static bool is_answered(const struct state_lookup *lookup)
{
	return lookup->result == LOOKUP_RESULT_FOUND || lookup->result == LOOKUP_RESULT_NODATA ||
	       lookup->result == LOOKUP_RESULT_NXDOMAIN;
}

typedef bool want_lookup(const struct sight_maker *maker, const struct state_lookup *lookup);

static void add_lookup_addresses(struct sight_maker *maker, const struct state_lookup *lookup)
{
	const size_t size = lookup->type == TYPE_A ? 4 : 16;
	struct ip ip = {.family = lookup->type == TYPE_A ? 4 : 6};
	for (size_t i = 0; i < lookup->data_count; i++) {
		if (lookup->data[i].size != size)
			continue;
		memcpy(ip.octets, lookup->data[i].octets, size);
		sight_add_address(maker, lookup->name, &ip);
	}
}

/* Addresses of the names that are wanted. One that could not be looked up makes all unknown. */
static void sight_addresses(struct sight_maker *maker, enum dimension dimension, want_lookup *want)
{
	const struct state *state = maker->state;
	bool all_answered = true;
	size_t asked = 0;
	for (size_t i = 0; i < state->item_count; i++) {
		struct state_lookup lookup;
		if (state->items[i].kind != STATE_ITEM_LOOKUP ||
		    !state_read_lookup(&state->items[i], &lookup) ||
		    (lookup.type != TYPE_A && lookup.type != TYPE_AAAA) || !want(maker, &lookup))
			continue;
		asked++;
		all_answered &= is_answered(&lookup);
		add_lookup_addresses(maker, &lookup);
	}
	if (asked > 0 && all_answered)
		sight_keep(maker, dimension, 0);
	maker->count = 0;
}

/* Names of which others were looked up on another day could not be compared: all of them, or none.
 */
static void sight_logins(struct sight_maker *maker)
{
	const struct state *state = maker->state;
	uint32_t answered = 0;
	static_assert(2 * LOGIN_NAMES_COUNT < 32, "a bit for each name and type");
	for (size_t i = 0; i < state->item_count; i++) {
		struct state_lookup lookup;
		if (state->items[i].kind != STATE_ITEM_LOOKUP ||
		    !state_read_lookup(&state->items[i], &lookup) ||
		    (lookup.type != TYPE_A && lookup.type != TYPE_AAAA) || !is_answered(&lookup))
			continue;
		const unsigned index = login_name_find(lookup.name, state->domain);
		if (index == LOGIN_NAMES_COUNT)
			continue;
		answered |= 1u << (2 * index + (lookup.type == TYPE_AAAA));
		add_lookup_addresses(maker, &lookup);
	}
	if (answered == (1u << 2 * LOGIN_NAMES_COUNT) - 1)
		sight_keep(maker, SIGHT_NAMES, 0);
	maker->count = 0;
}

/* The texts at a name below the domain. */
static void sight_text(struct sight_maker *maker, enum dimension dimension, const char *label)
{
	const struct state *state = maker->state;
	for (size_t i = 0; i < state->item_count; i++) {
		struct state_lookup lookup;
		if (state->items[i].kind != STATE_ITEM_LOOKUP ||
		    !state_read_lookup(&state->items[i], &lookup) || lookup.type != TYPE_TXT ||
		    !is_child(maker, lookup.name, label) || !is_answered(&lookup))
			continue;
		for (size_t j = 0; j < lookup.data_count; j++) {
			size_t size = 0;
			const char *text = sight_txt(maker, &lookup.data[j], &size);
			if (text != NULL &&
			    (dimension != SIGHT_DMARC || dmarc_is_record(text, size)))
				sight_add(maker, (const uint8_t *)text, size);
		}
		sight_keep(maker, dimension, 0);
		return;
	}
}

static void sight_networks(struct sight_maker *maker)
{
	const struct state *state = maker->state;
	size_t routes = 0;
	for (size_t i = 0; i < state->item_count; i++) {
		struct state_route route;
		if (state->items[i].kind != STATE_ITEM_ROUTE ||
		    !state_read_route(&state->items[i], &route))
			continue;
		routes++;
		uint8_t *octets = arena_take_octets(maker->arena, 4);
		if (octets == NULL) {
			maker->error = ERR_MEMORY;
			return;
		}
		for (int k = 0; k < 4; k++)
			octets[k] = (uint8_t)(route.as >> (24 - 8 * k));
		if (route.as != 0)
			sight_add(maker, octets, 4);
	}
	if (routes > 0)
		sight_keep(maker, SIGHT_AS, 0);
}

/* Names of others that the domain leads to. */
static void sight_existence(struct sight_maker *maker, enum dimension dimension)
{
	const struct state *state = maker->state;
	const bool is_absent = dimension == SIGHT_ABSENT;
	for (size_t i = 0; i < state->host_count; i++) {
		const struct state_host *host = &state->hosts[i];
		if (host->state == (is_absent ? HOST_NXDOMAIN : HOST_RESOLVED) &&
		    (host->flags & HOST_AT_PARENT) != 0 &&
		    !name_is_under(host->name, state->domain))
			sight_add(maker, host->name, name_size(host->name));
	}
	for (size_t i = 0; i < state->item_count; i++) {
		struct state_lookup lookup;
		if (state->items[i].kind == STATE_ITEM_LOOKUP &&
		    state_read_lookup(&state->items[i], &lookup) && lookup.target != NULL &&
		    lookup.result == (is_absent ? LOOKUP_RESULT_NXDOMAIN : LOOKUP_RESULT_FOUND) &&
		    !name_is_under(lookup.target, state->domain))
			sight_add(maker, lookup.target, name_size(lookup.target));
	}
	sight_keep(maker, dimension, 0);
}

void sight_items(struct sight_maker *maker)
{
	sight_addresses(maker, SIGHT_MAIL, is_mail);
	sight_addresses(maker, SIGHT_OWN_MAIL, is_own_mail);
	sight_logins(maker);
	sight_addresses(maker, SIGHT_WWW, is_www);
	sight_text(maker, SIGHT_DMARC, "_dmarc");
	sight_text(maker, SIGHT_STS, "_mta-sts");
	sight_networks(maker);
	sight_existence(maker, SIGHT_ABSENT);
	sight_existence(maker, SIGHT_PRESENT);
}
