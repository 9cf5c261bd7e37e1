/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/delegation_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define PURPOSE_DANGLING 0x64616e67u
/* Names of referral-large: with an address each they do not fit into 1,232 octets. */
#define LARGE_COUNT 16u
#define LARGE_LABEL "name-server-number-%02u-of-a-domain-that-has-far-too-many"

int server_odd_name(const struct world_server *server, const char *suffix, struct name *ret_name)
{
	assert(server->name[0] > 0 && strlen(suffix) < LABEL_MAX_OCTETS);
	char label[LABEL_MAX_OCTETS + 1];
	size_t size = server->name[0];
	size_t added = strlen(suffix) + 1;
	if (size + added > LABEL_MAX_OCTETS)
		size = LABEL_MAX_OCTETS - added;
	memcpy(label, server->name + 1, size);
	label[size] = '-';
	memcpy(label + size + 1, suffix, added - 1);
	return name_prepend((const uint8_t *)label, size + added, name_parent(server->name),
			    ret_name);
}

bool ns_has_address(const struct world *world, const struct ns *ns, uint32_t index)
{
	assert(ns->server != NONE);
	const struct world_server *server = &world->servers[ns->server];
	assert(index < server->address_count);
	for (uint32_t i = 0; ns->has_one_address && i < index; i++) {
		if (server->addresses[i].family == server->addresses[index].family)
			return false;
	}
	return true;
}

static const struct address *first_ipv4(const struct world_server *server)
{
	for (uint32_t i = 0; i < server->address_count; i++) {
		if (server->addresses[i].family == ADDRESS_IPV4)
			return &server->addresses[i];
	}
	return NULL;
}

/* A sound operator of other domains, the next in the file: it refuses, which costs nobody a
 * time-out. */
struct address zone_wrong_glue(const struct world *world, const struct zone *zone)
{
	assert(zone->dns_operator < world->operator_count);
	for (uint32_t i = 1; i < world->operator_count; i++) {
		uint32_t at = (zone->dns_operator + i) % world->operator_count;
		const struct world_operator *dns_operator = &world->operators[at];
		const struct world_server *server = &world->servers[dns_operator->servers[0]];
		const struct address *address = first_ipv4(server);
		if (dns_operator->has_domain && server->behaviours == 0 && address &&
		    server->place == PLACE_BUILTIN &&
		    !world_serves(world, dns_operator->servers[0], zone_index(world, zone)))
			return *address;
	}
	static const uint8_t nobody[4] = {198, 19, 255, 254};
	return address_from_ipv4(nobody, 53);
}

void ns_special_address(const uint8_t *name, uint8_t ret_octets[4])
{
	const uint64_t number = name_hash(name);
	ret_octets[0] = 10;
	ret_octets[1] = 53;
	ret_octets[2] = (uint8_t)(number >> 8);
	ret_octets[3] = (uint8_t)(1 + number % 254);
}

static int add_named(struct arena *arena, struct ns_list *list, const struct ns *ns,
		     const struct name *name)
{
	assert(list->count < NS_MAX);
	struct ns *item = &list->items[list->count];
	*item = *ns;
	item->name = arena_copy(arena, name->octets, name_size(name->octets));
	if (!item->name)
		return ERR_MEMORY;
	list->count++;
	return 0;
}

static int add_in_domain(const struct zone *zone, struct arena *arena, const char *label,
			 const struct ns *ns, struct ns_list *list)
{
	struct name name;
	int error = name_prepend((const uint8_t *)label, strlen(label), zone->name, &name);
	return error ? error : add_named(arena, list, ns, &name);
}

/* ns1, ns2, ... below the zone. */
static int add_vanity(const struct world *world, const struct zone *zone, struct arena *arena,
		      struct ns_list *list)
{
	const struct world_operator *dns_operator = &world->operators[zone->dns_operator];
	bool is_pair = zone_has(zone, FAULT_GLUE_MISSING) || zone_has(zone, FAULT_GLUE_WRONG) ||
		       zone_has(zone, FAULT_ONE_ADDRESS);
	const bool is_large = zone_has(zone, FAULT_REFERRAL_LARGE);
	uint32_t count = is_pair ? 2 : is_large ? LARGE_COUNT : dns_operator->server_count;
	int error = 0;
	for (uint32_t i = 0; i < count && !error; i++) {
		char label[LABEL_MAX_OCTETS + 1];
		snprintf(label, sizeof(label), is_large ? LARGE_LABEL : "ns%u", i + 1);
		bool is_one_address = zone_has(zone, FAULT_ONE_ADDRESS);
		struct ns ns = {.kind = NS_IN_DOMAIN, .glue = GLUE_RIGHT};
		ns.server =
			dns_operator->servers[is_one_address ? 0 : i % dns_operator->server_count];
		ns.has_one_address = is_one_address;
		if (i == 1 && zone_has(zone, FAULT_GLUE_MISSING))
			ns.glue = GLUE_NONE;
		if (i == 1 && zone_has(zone, FAULT_GLUE_WRONG))
			ns.glue = GLUE_WRONG;
		error = add_in_domain(zone, arena, label, &ns, list);
	}
	return error;
}

static void add_hosts(const struct world *world, const struct zone *zone, struct ns_list *list)
{
	assert(list->count == 0);
	const struct world_operator *dns_operator = &world->operators[zone->dns_operator];
	const uint8_t *parent = zone->parent == NONE ? NULL : world->zones[zone->parent].name;
	for (uint32_t i = 0; i < dns_operator->server_count; i++) {
		const uint8_t *name = world->servers[dns_operator->servers[i]].name;
		bool is_below = parent && name_is_under(name, parent);
		list->items[list->count++] = (struct ns){
			.name = name,
			.server = dns_operator->servers[i],
			.kind = NS_HOST,
			.glue = is_below ? GLUE_RIGHT : GLUE_NONE,
		};
	}
}

/* The one more name server of the faults that add one. */
static int add_odd(const struct world *world, const struct zone *zone, struct arena *arena,
		   struct ns_list *list)
{
	uint32_t first = world->operators[zone->dns_operator].servers[0];
	struct ns ns = {.server = NONE};
	struct name name;
	int error;
	if (zone_has(zone, FAULT_NS_ALIAS)) {
		ns.kind = NS_ALIAS;
		ns.server = first;
		error = server_odd_name(&world->servers[first], ODD_ALIAS, &name);
	} else if (zone_has(zone, FAULT_NS_NO_ADDRESS)) {
		ns.kind = NS_EMPTY;
		error = server_odd_name(&world->servers[first], ODD_EMPTY, &name);
	} else if (zone_has(zone, FAULT_NS_CYCLE)) {
		static const uint8_t labels[] = "\2ns\7cycle-a";
		const uint8_t *parent = world->zones[zone->parent].name;
		ns.kind = NS_CYCLE;
		error = name_prepend(labels + 4, 7, parent, &name);
		struct name whole;
		if (!error)
			error = name_prepend(labels + 1, 2, name.octets, &whole);
		if (!error)
			name = whole;
	} else if (zone_has(zone, FAULT_NS_DANGLING)) {
		char label[32];
		snprintf(label, sizeof(label), "gone-%012jx",
			 (uintmax_t)(zone_number(world, zone, PURPOSE_DANGLING) >> 16));
		ns.kind = NS_DANGLING;
		error = name_prepend((const uint8_t *)label, strlen(label),
				     world->zones[zone->parent].name, &name);
	} else {
		return 0;
	}
	return error ? error : add_named(arena, list, &ns, &name);
}

/* The two phantom zones of ns-cycle name a server below each other. */
static int add_phantom(const struct world *world, const struct zone *zone, struct arena *arena,
		       struct ns_list *list)
{
	assert(zone->flags & ZONE_IS_PHANTOM && zone->parent != NONE);
	const char *other = zone->name[zone->name[0]] == 'a' ? "cycle-b" : "cycle-a";
	const struct ns ns = {.server = NONE, .kind = NS_CYCLE};
	struct name middle;
	struct name name;
	int error = name_prepend((const uint8_t *)other, strlen(other),
				 world->zones[zone->parent].name, &middle);
	if (!error)
		error = name_prepend((const uint8_t *)"ns", 2, middle.octets, &name);
	return error ? error : add_named(arena, list, &ns, &name);
}

static bool is_vanity(const struct zone *zone)
{
	return (zone->flags & ZONE_IS_VANITY) || zone_has(zone, FAULT_GLUE_MISSING) ||
	       zone_has(zone, FAULT_GLUE_WRONG) || zone_has(zone, FAULT_ONE_ADDRESS) ||
	       zone_has(zone, FAULT_REFERRAL_LARGE);
}

int zone_ns(const struct world *world, const struct zone *zone, enum side side, struct arena *arena,
	    struct ns_list *ret_list)
{
	assert(zone->dns_operator < world->operator_count && ret_list != NULL);
	ret_list->count = 0;
	if (zone->flags & ZONE_IS_PHANTOM)
		return add_phantom(world, zone, arena, ret_list);
	int error = 0;
	if (is_vanity(zone))
		error = add_vanity(world, zone, arena, ret_list);
	else
		add_hosts(world, zone, ret_list);
	if (zone_has(zone, FAULT_ONE_SERVER))
		ret_list->count = 1;
	bool is_extra = zone_has(zone, side == SIDE_PARENT ? FAULT_NS_ONLY_AT_PARENT
							   : FAULT_NS_ONLY_AT_CHILD);
	const struct ns extra = {
		.server = world->operators[zone->dns_operator].servers[0],
		.kind = NS_IN_DOMAIN,
		.glue = GLUE_RIGHT,
	};
	if (!error && is_extra)
		error = add_in_domain(zone, arena, "ns-extra", &extra, ret_list);
	if (!error && zone_has(zone, FAULT_NS_SYNTAX))
		error = add_in_domain(zone, arena, "ns_extra", &extra, ret_list);
	const struct ns special = {.server = NONE, .kind = NS_SPECIAL, .glue = GLUE_RIGHT};
	if (!error && zone_has(zone, FAULT_ADDRESS_SPECIAL))
		error = add_in_domain(zone, arena, "ns-special", &special, ret_list);
	return error ? error : add_odd(world, zone, arena, ret_list);
}
