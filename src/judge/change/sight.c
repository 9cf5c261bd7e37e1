/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets, and what the parent says. */
#include "dns/wire/name.h"
#include "judge/change/sight_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- sets --------------------------------------------------------------------------------------
 */

static int compare_data(const void *left_pointer, const void *right_pointer)
{
	const struct state_data *left = left_pointer;
	const struct state_data *right = right_pointer;
	const size_t size = left->size < right->size ? left->size : right->size;
	const int order = size == 0 ? 0 : memcmp(left->octets, right->octets, size);
	return order != 0 ? order : (left->size > right->size) - (left->size < right->size);
}

bool sight_set_has(const struct sight_set *set, const struct state_data *data)
{
	assert(set->count == 0 || set->data != NULL);
	return set->count > 0 &&
	       bsearch(data, set->data, set->count, sizeof(*data), compare_data) != NULL;
}

bool sight_set_same(const struct sight_set *left, const struct sight_set *right)
{
	if (!left->is_known || !right->is_known || left->count != right->count)
		return false;
	for (size_t i = 0; i < left->count; i++) {
		if (compare_data(&left->data[i], &right->data[i]) != 0)
			return false;
	}
	return true;
}

bool sight_set_differs(const struct sight_set *left, const struct sight_set *right)
{
	return left->is_known && right->is_known && !sight_set_same(left, right);
}

size_t sight_set_common(const struct sight_set *left, const struct sight_set *right)
{
	size_t common = 0;
	for (size_t i = 0; i < left->count; i++)
		common += sight_set_has(right, &left->data[i]);
	assert(common <= left->count && common <= right->count);
	return common;
}

void sight_add(struct sight_maker *maker, const uint8_t *octets, size_t size)
{
	const struct state_data data = {.octets = octets, .size = (uint16_t)size};
	assert(size <= UINT16_MAX);
	/* Servers mostly say the same. */
	for (size_t i = 0; i < maker->count; i++) {
		if (compare_data(&maker->gathered[i], &data) == 0)
			return;
	}
	if (maker->count < SIGHT_SET_MAX)
		maker->gathered[maker->count++] = data;
}

static void add_name(struct sight_maker *maker, const uint8_t *name)
{
	const size_t size = name_size(name);
	uint8_t *lower = arena_copy(maker->arena, name, size);
	if (lower == NULL) {
		maker->error = ERR_MEMORY;
		return;
	}
	name_lower(lower);
	sight_add(maker, lower, size);
}

void sight_add_address(struct sight_maker *maker, const uint8_t *name, const struct ip *ip)
{
	const size_t address_size = ip->family == 4 ? 4 : 16;
	assert(ip->family == 4 || ip->family == 6);
	uint8_t *octets = arena_take_octets(maker->arena, NAME_MAX_OCTETS + 17);
	if (octets == NULL) {
		maker->error = ERR_MEMORY;
		return;
	}
	const size_t size = name_copy_lower(octets, name);
	octets[size] = ip->family;
	memcpy(octets + size + 1, ip->octets, address_size);
	sight_add(maker, octets, size + 1 + address_size);
}

struct sight_address sight_address(const struct state_data *data)
{
	const size_t size = name_size(data->octets);
	assert(data->size == size + 5 || data->size == size + 17);
	struct sight_address address = {.name = data->octets, .ip.family = data->octets[size]};
	memcpy(address.ip.octets, data->octets + size + 1, data->size - size - 1);
	return address;
}

void sight_keep(struct sight_maker *maker, enum dimension dimension, uint32_t ttl)
{
	struct sight_set *set = &maker->view->sets[dimension];
	assert(maker->count <= SIGHT_SET_MAX && !set->is_known);
	/* qsort's arguments may not be nothing. */
	if (maker->count > 1)
		qsort(maker->gathered, maker->count, sizeof(maker->gathered[0]), compare_data);
	set->data = arena_copy(maker->arena, maker->gathered,
			       maker->count * sizeof(maker->gathered[0]));
	if (set->data == NULL)
		maker->error = ERR_MEMORY;
	set->count = (uint16_t)maker->count;
	set->ttl = ttl;
	set->is_known = true;
	maker->count = 0;
}

/* --- the parent --------------------------------------------------------------------------------
 */

static void add_addresses(struct sight_maker *maker, const struct state_host *host, bool is_glue)
{
	const struct ip *ips = is_glue ? host->glue : host->addresses;
	const size_t count = is_glue ? host->glue_count : host->address_count;
	for (size_t i = 0; i < count; i++)
		sight_add_address(maker, host->name, &ips[i]);
}

static bool is_looked_up(const struct state_host *host)
{
	return host->state == HOST_RESOLVED || host->state == HOST_NXDOMAIN ||
	       host->state == HOST_NO_ADDRESS;
}

static void sight_hosts(struct sight_maker *maker)
{
	const struct state *state = maker->state;
	bool all_looked_up = true;
	for (size_t i = 0; i < state->host_count; i++) {
		if ((state->hosts[i].flags & HOST_AT_PARENT) != 0)
			add_name(maker, state->hosts[i].name);
	}
	sight_keep(maker, SIGHT_NS, state->ns_ttl);
	for (size_t i = 0; i < state->host_count; i++) {
		if (name_is_under(state->hosts[i].name, state->domain))
			add_addresses(maker, &state->hosts[i], true);
	}
	sight_keep(maker, SIGHT_GLUE, 0);
	for (size_t i = 0; i < state->host_count; i++) {
		const struct state_host *host = &state->hosts[i];
		if ((host->flags & HOST_AT_PARENT) == 0)
			continue;
		all_looked_up &= is_looked_up(host);
		add_addresses(maker, host, false);
	}
	if (all_looked_up)
		sight_keep(maker, SIGHT_SERVERS, 0);
	maker->count = 0;
	for (size_t i = 0; i < state->host_count; i++) {
		if ((state->hosts[i].flags & HOST_AT_CHILD) != 0)
			add_name(maker, state->hosts[i].name);
	}
	/* A zone without NS records is broken; no server that says any is a silence. */
	if (maker->count > 0)
		sight_keep(maker, SIGHT_APEX_NS, 0);
}

static void sight_parent(struct sight_maker *maker)
{
	const struct state *state = maker->state;
	sight_hosts(maker);
	for (size_t i = 0; i < state->ds_count; i++)
		sight_add(maker, state->ds[i].octets, state->ds[i].size);
	/* Without a proof that there is none, a missing set may have been lost on the way. */
	if (state->ds_count > 0 || state->ds_security == SECURITY_INSECURE ||
	    state->delegation == DELEGATION_NXDOMAIN || state->delegation == DELEGATION_NODATA)
		sight_keep(maker, SIGHT_DS, state->ds_ttl);
	maker->count = 0;
}

int sight_make(struct arena *arena, const struct state *state, struct sight *ret_view)
{
	struct sight view = {.state = state};
	struct sight_maker *maker = arena_take(arena, sizeof(*maker));
	if (maker == NULL)
		return ERR_MEMORY;
	*maker = (struct sight_maker){.arena = arena, .state = state, .view = &view};
	if (!state->not_measured && state->delegation != DELEGATION_UNKNOWN) {
		sight_parent(maker);
		sight_answers(maker);
		sight_items(maker);
	}
	if (maker->error == OK)
		*ret_view = view;
	return maker->error;
}

uint32_t sight_as_of(const struct sight *view, const struct ip *ip)
{
	for (size_t i = 0; i < view->state->item_count; i++) {
		struct state_route route;
		if (view->state->items[i].kind != STATE_ITEM_ROUTE ||
		    !state_read_route(&view->state->items[i], &route))
			continue;
		if (route.as != 0 && route.ip.family == ip->family &&
		    memcmp(route.ip.octets, ip->octets, sizeof(ip->octets)) == 0)
			return route.as;
	}
	return 0;
}
