/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/change/stood_private.h"

#include <assert.h>
#include <string.h>

/* The look that the test is made of: the last before that was measured. */
static size_t last_measured(const struct change_past *past, size_t index)
{
	const size_t at = past_before(past, index, SIGHT_NS);
	assert(at != NO_SIGHT);
	return at;
}

/* ---- sets ---- */

static bool is_known(const struct change_past *past, size_t index, enum dimension dimension)
{
	assert(index < past->count);
	return past->views[index].sets[dimension].is_known;
}

static bool is_asked(const struct change_past *past, size_t other, enum dimension dimension)
{
	const bool was_known = is_known(past, last_measured(past, other), dimension);
	switch (dimension) {
	case SIGHT_NS:
	case SIGHT_DS:
		return true;
	case SIGHT_APEX_NS:
		return was_known;
	case SIGHT_MX:
		return past_changed(past, other, dimension) ||
		       (was_known && !is_known(past, other, dimension));
	default:
		return past_changed(past, other, dimension);
	}
}

static bool has_set_stood(const struct change_past *past, size_t one, size_t other,
			  enum dimension dimension)
{
	if (!past_changed(past, one, dimension) || !is_asked(past, other, dimension))
		return false;
	const size_t before = past_before(past, one, dimension);
	const size_t then = past_before(past, other, dimension);
	assert(before != NO_SIGHT && then != NO_SIGHT);
	return sight_set_differs(&past->views[before].sets[dimension],
				 &past->views[then].sets[dimension]);
}

/* ---- addresses of one name ---- */

/* Sets of addresses are not known as soon as one name could not be looked up, and a test takes the
 * others still. */
struct asked_name {
	const uint8_t *name;
	uint16_t type; /* of a mail host; 0: it is a name server */
};
struct held {
	bool is_known;
	size_t count;
	const struct ip *ips;          /* of a name server */
	const struct state_data *data; /* of a mail host */
};

static struct held held_by_server(const struct state *state, const uint8_t *name)
{
	for (size_t i = 0; i < state->host_count; i++) {
		const struct state_host *host = &state->hosts[i];
		if (!name_equal(host->name, name))
			continue;
		return (struct held){.is_known = host->state == HOST_RESOLVED ||
						 host->state == HOST_NXDOMAIN ||
						 host->state == HOST_NO_ADDRESS,
				     .count = host->address_count,
				     .ips = host->addresses};
	}
	return (struct held){0};
}

static bool read_address_lookup(const struct state *state, size_t item, struct state_lookup *lookup)
{
	return state->items[item].kind == STATE_ITEM_LOOKUP &&
	       state_read_lookup(&state->items[item], lookup) &&
	       (lookup->type == TYPE_A || lookup->type == TYPE_AAAA);
}

static struct held held_at(const struct change_past *past, size_t index,
			   const struct asked_name *asked)
{
	const struct state *state = past->views[index].state;
	struct state_lookup lookup;
	if (asked->type == 0)
		return held_by_server(state, asked->name);
	for (size_t i = 0; i < state->item_count; i++) {
		if (!read_address_lookup(state, i, &lookup) || lookup.type != asked->type ||
		    !name_equal(lookup.name, asked->name))
			continue;
		return (struct held){.is_known = lookup.result == LOOKUP_RESULT_FOUND ||
						 lookup.result == LOOKUP_RESULT_NODATA ||
						 lookup.result == LOOKUP_RESULT_NXDOMAIN,
				     .count = lookup.data_count,
				     .data = lookup.data};
	}
	return (struct held){0};
}

static bool is_same_ip(const struct ip *left, const struct ip *right)
{
	return left->family == right->family &&
	       memcmp(left->octets, right->octets, sizeof(left->octets)) == 0;
}

static bool is_same_data(const struct state_data *left, const struct state_data *right)
{
	return left->size == right->size && memcmp(left->octets, right->octets, left->size) == 0;
}

static bool is_held(const struct held *held, const struct held *other, size_t at)
{
	for (size_t i = 0; i < held->count; i++) {
		if (held->ips != NULL ? is_same_ip(&held->ips[i], &other->ips[at])
				      : is_same_data(&held->data[i], &other->data[at]))
			return true;
	}
	return false;
}

/* Both known and different; the order is nobody's. */
static bool held_differs(const struct held *left, const struct held *right)
{
	if (!left->is_known || !right->is_known)
		return false;
	if (left->count != right->count)
		return true;
	for (size_t i = 0; i < right->count; i++) {
		if (!is_held(left, right, i))
			return true;
	}
	return false;
}

static bool have_addresses_stood(const struct change_past *past, size_t one, size_t other,
				 const struct asked_name *asked)
{
	const struct held then = held_at(past, last_measured(past, other), asked);
	const struct held after = held_at(past, other, asked);
	const struct held came = held_at(past, one, asked);
	if (!held_differs(&then, &after) || !came.is_known)
		return false;
	for (size_t i = one; i > 0; i--) {
		const struct held before = held_at(past, i - 1, asked);
		if (before.is_known)
			return held_differs(&before, &came) && held_differs(&before, &then);
	}
	return false;
}

static bool have_servers_stood(const struct change_past *past, size_t one, size_t other)
{
	const struct state *then = past->views[last_measured(past, other)].state;
	for (size_t i = 0; i < then->host_count; i++) {
		const struct asked_name asked = {.name = then->hosts[i].name};
		if ((then->hosts[i].flags & HOST_AT_PARENT) != 0 &&
		    have_addresses_stood(past, one, other, &asked))
			return true;
	}
	return false;
}

static bool is_mail_host(const struct sight *view, const uint8_t *name)
{
	const struct sight_set *mx = &view->sets[SIGHT_MX];
	for (size_t i = 0; i < mx->count; i++) {
		/* Behind the preference. */
		if (mx->data[i].size > 2 &&
		    name_is_valid(mx->data[i].octets + 2, mx->data[i].size - 2u) &&
		    name_equal(mx->data[i].octets + 2, name))
			return true;
	}
	return false;
}

static bool have_mail_hosts_stood(const struct change_past *past, size_t one, size_t other)
{
	const struct sight *then = &past->views[last_measured(past, other)];
	for (size_t i = 0; i < then->state->item_count; i++) {
		struct state_lookup lookup;
		if (!read_address_lookup(then->state, i, &lookup) ||
		    !is_mail_host(then, lookup.name))
			continue;
		const struct asked_name asked = {lookup.name, lookup.type};
		if (have_addresses_stood(past, one, other, &asked))
			return true;
	}
	return false;
}

uint32_t past_stood(const struct change_past *past, size_t one, size_t other)
{
	static const enum dimension tested[] = {SIGHT_NS,      SIGHT_DS, SIGHT_APEX_NS, SIGHT_GLUE,
						SIGHT_SERVERS, SIGHT_MX, SIGHT_MAIL};
	uint32_t stood = 0;
	assert(one < other && other < past->count);
	for (size_t i = 0; i < sizeof(tested) / sizeof(tested[0]); i++) {
		if (has_set_stood(past, one, other, tested[i]))
			stood |= 1u << tested[i];
	}
	if (have_servers_stood(past, one, other))
		stood |= 1u << SIGHT_SERVERS;
	if (have_mail_hosts_stood(past, one, other))
		stood |= 1u << SIGHT_MAIL;
	return stood;
}
