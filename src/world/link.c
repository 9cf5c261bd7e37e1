/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a list of zones to a tree: who delegates to whom, which zone holds which server's addresses,
 * and what of the file makes no sense.
 */
#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "world/model_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *zone_text(const struct zone *zone, char text[NAME_TEXT_MAX])
{
	return name_to_text(zone->name, text);
}

static int link_servers(struct world *world)
{
	for (uint32_t i = 0; i < world->server_count; i++) {
		uint32_t other;
		int error = index_server(world, i, &other);
		if (error)
			return error;
		char left[NAME_TEXT_MAX];
		char right[NAME_TEXT_MAX];
		if (other != NONE)
			world_mistake(world, world->servers[i].line,
				      "servers '%s' and '%s' share an address",
				      name_to_text(world->servers[other].name, left),
				      name_to_text(world->servers[i].name, right));
	}
	return 0;
}

static int link_names(struct world *world)
{
	for (uint32_t i = 0; i < world->zone_count; i++) {
		const struct zone *zone = &world->zones[i];
		uint32_t other = world_zone(world, zone->name);
		char text[NAME_TEXT_MAX];
		if (other != NONE) {
			world_mistake(world, zone->line, "'%s' is here twice, first on line %u",
				      zone_text(zone, text), world->zones[other].line);
			continue;
		}
		int error = index_zone(world, i);
		if (error)
			return error;
		if (name_is_root(zone->name))
			world->root = i;
	}
	if (world->root == NONE)
		world_mistake(world, 1, "the root zone '.' is missing from 'zones'");
	return 0;
}

/* What a fault demands of the zone is set, what the zone's keys amount to is noted as a fault. */
static void settle_signing(struct zone *zone)
{
	if (zone_has(zone, FAULT_ALGORITHM_UNSUPPORTED))
		zone->algorithm = 200;
	if (zone_has(zone, FAULT_ALGORITHM_DEPRECATED)) {
		bool is_nsec = zone->denial == DENIAL_BY_NSEC;
		zone->algorithm = is_nsec ? ALGORITHM_RSASHA1 : ALGORITHM_RSASHA1_NSEC3;
		zone->bits = zone->bits < 2048 ? 2048 : zone->bits;
	}
	if (zone_has(zone, FAULT_KEY_SHORT)) {
		zone->algorithm = ALGORITHM_RSASHA256;
		zone->bits = 1024;
	}
	if (zone_has(zone, FAULT_NSEC3_ITERATIONS) && zone->denial == DENIAL_BY_NSEC)
		zone->denial = DENIAL_BY_NSEC3;
	if (!(zone->flags & ZONE_IS_TARGET))
		return;
	if (zone->algorithm == 200)
		zone->faults |= FAULT_BIT(FAULT_ALGORITHM_UNSUPPORTED);
	if (zone->algorithm == ALGORITHM_RSASHA1 || zone->algorithm == ALGORITHM_RSASHA1_NSEC3)
		zone->faults |= FAULT_BIT(FAULT_ALGORITHM_DEPRECATED);
	if (zone->bits > 0 && zone->bits < 2048)
		zone->faults |= FAULT_BIT(FAULT_KEY_SHORT);
}

static void check_faults(struct world *world, struct zone *zone)
{
	bool is_signed = zone->algorithm != 0;
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++) {
		const struct fault_row *row = fault_row(fault);
		if (!zone_has(zone, fault))
			continue;
		if (row->need == NEED_SIGNED && !is_signed)
			world_mistake(world, zone->line,
				      "'%s' needs a signed zone: add 'signed: 13 nsec'", row->name);
		if (row->need == NEED_UNSIGNED && is_signed)
			world_mistake(world, zone->line, "'%s' needs a zone that is not signed",
				      row->name);
	}
	if (!is_signed)
		return;
	if (zone->bits > 0 && zone_has(zone, FAULT_CDS_CDNSKEY_DIFFER))
		world_mistake(world, zone->line,
			      "'%s' needs two keys, and there is one RSA key an operator",
			      fault_row(FAULT_CDS_CDNSKEY_DIFFER)->name);
	uint32_t before = zone->faults;
	settle_signing(zone);
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++) {
		const char *other = fault_conflict(zone->faults, fault);
		if (zone_has(zone, fault) && !(before & FAULT_BIT(fault)) && other)
			world_mistake(world, zone->line,
				      "such a key amounts to '%s', which cannot be beside '%s'",
				      fault_row(fault)->name, other);
	}
}

/* A domain whose parent the same servers serve shows no referral to anybody. */
static void check_operator(struct world *world, const struct zone *zone)
{
	struct world_operator *dns_operator = &world->operators[zone->dns_operator];
	const struct zone *parent = &world->zones[zone->parent];
	dns_operator->has_domain = true;
	if (dns_operator->server_count < 2)
		world_mistake(
			world, zone->line,
			"operator '%.80s' of a domain needs two servers (there is the fault 'one-server')",
			dns_operator->name);
	for (uint32_t i = 0; i < dns_operator->server_count; i++) {
		char text[NAME_TEXT_MAX];
		if (world_serves(world, dns_operator->servers[i], zone->parent)) {
			world_mistake(
				world, zone->line,
				"operator '%.80s' also serves '%s', so that its delegation cannot be seen",
				dns_operator->name, zone_text(parent, text));
			return;
		}
	}
}

/* Two zones that can only be reached through each other, below `parent`. */
static int add_phantoms(struct world *world, uint32_t parent)
{
	static const char *const labels[] = {"cycle-a", "cycle-b"};
	for (size_t i = 0; i < 2; i++) {
		struct name name;
		if (name_prepend((const uint8_t *)labels[i], strlen(labels[i]),
				 world->zones[parent].name, &name))
			return ERR_LIMIT;
		uint32_t there = world_zone(world, name.octets);
		if (there != NONE && !(world->zones[there].flags & ZONE_IS_PHANTOM))
			world_mistake(
				world, world->zones[there].line,
				"'cycle-a' and 'cycle-b' are needed for the fault 'ns-cycle'");
		if (there != NONE)
			continue;
		const struct zone phantom = {
			.name = arena_copy(&world->arena, name.octets, name_size(name.octets)),
			.dns_operator = world->zones[parent].dns_operator,
			.parent = parent,
			.more = NONE,
			.flags = ZONE_IS_PHANTOM,
		};
		int error = phantom.name ? world_add_zone(world, &phantom) : ERR_MEMORY;
		if (!error)
			error = index_zone(world, world->zone_count - 1);
		if (error)
			return error;
	}
	return 0;
}

static int link_parents(struct world *world)
{
	uint32_t count = world->zone_count;
	for (uint32_t i = 0; i < count; i++) {
		struct zone *zone = &world->zones[i];
		if (i == world->root)
			continue;
		zone->parent = world_zone_around(world, zone->name, true);
		assert(zone->parent != NONE);
		if (zone_has(zone, FAULT_NS_CYCLE)) {
			int error = add_phantoms(world, zone->parent);
			if (error)
				return error;
		}
	}
	return 0;
}

/* Appends to one of a side record's lists, which `count` has been found for before. */
static int list_make(struct world *world, uint32_t **list, uint32_t count)
{
	*list = arena_take_array(&world->arena, count, sizeof(**list));
	return *list ? 0 : ERR_MEMORY;
}

static bool is_delegated(const struct zone *zone)
{
	return zone->parent != NONE && !zone_has(zone, FAULT_UNDELEGATED);
}

static int compare_children(const void *left, const void *right, void *context)
{
	const struct world *world = context;
	return name_compare(world->zones[*(const uint32_t *)left].name,
			    world->zones[*(const uint32_t *)right].name);
}

static int link_children(struct world *world)
{
	struct zone_more *more;
	int error = 0;
	for (uint32_t i = 0; i < world->zone_count && !error; i++) {
		if (!is_delegated(&world->zones[i]))
			continue;
		error = zone_more_make(world, world->zones[i].parent, &more);
		if (!error)
			more->child_count++;
	}
	for (uint32_t i = 0; i < world->more_count && !error; i++) {
		error = list_make(world, &world->mores[i].children, world->mores[i].child_count);
		world->mores[i].child_count = 0;
	}
	for (uint32_t i = 0; i < world->zone_count && !error; i++) {
		if (!is_delegated(&world->zones[i]))
			continue;
		error = zone_more_make(world, world->zones[i].parent, &more);
		if (!error)
			more->children[more->child_count++] = i;
	}
	for (uint32_t i = 0; i < world->more_count && !error; i++) {
		more = &world->mores[i];
		qsort_r(more->children, more->child_count, sizeof(*more->children),
			compare_children, world);
	}
	return error;
}

static int link_hosts(struct world *world)
{
	struct zone_more *more;
	for (uint32_t i = 0; i < world->server_count; i++) {
		struct world_server *server = &world->servers[i];
		server->host_zone = world_zone_around(world, server->name, false);
		const struct zone *zone = &world->zones[server->host_zone];
		if ((zone->flags & ZONE_IS_TARGET) && name_equal(zone->name, server->name))
			world_mistake(world, server->line,
				      "a server cannot have a domain's own name");
		int error = zone_more_make(world, server->host_zone, &more);
		if (error)
			return error;
		more->host_count++;
	}
	for (uint32_t i = 0; i < world->more_count; i++) {
		more = &world->mores[i];
		int error = list_make(world, &more->hosts, more->host_count);
		if (error)
			return error;
		more->host_count = 0;
	}
	for (uint32_t i = 0; i < world->server_count; i++) {
		more = &world->mores[world->zones[world->servers[i].host_zone].more];
		more->hosts[more->host_count++] = i;
	}
	return 0;
}

/* ns-alias and ns-no-address need names beside that of the operator's first server. */
static void link_odd_names(struct world *world, const struct zone *zone)
{
	uint32_t first = world->operators[zone->dns_operator].servers[0];
	struct zone_more *more = &world->mores[world->zones[world->servers[first].host_zone].more];
	if (zone_has(zone, FAULT_NS_ALIAS))
		more->has_alias = true;
	if (zone_has(zone, FAULT_NS_NO_ADDRESS))
		more->has_empty = true;
}

static void check_zones(struct world *world)
{
	for (uint32_t i = 0; i < world->zone_count; i++) {
		struct zone *zone = &world->zones[i];
		check_faults(world, zone);
		if (!(zone->flags & ZONE_IS_TARGET))
			continue;
		if (i == world->root) {
			world_mistake(world, zone->line, "the root belongs into 'zones'");
			continue;
		}
		check_operator(world, zone);
		link_odd_names(world, zone);
	}
}

static void check_records(struct world *world)
{
	for (uint32_t i = 0; i < world->more_count; i++) {
		const struct zone_more *more = &world->mores[i];
		for (uint32_t j = 0; j < more->record_count; j++) {
			const uint8_t *owner = more->records[j].owner;
			char text[NAME_TEXT_MAX];
			if (name_is_under(owner, world->zones[more->zone].name) &&
			    world_zone_around(world, owner, false) != more->zone)
				world_mistake(world, world->zones[more->zone].line,
					      "record '%s' belongs to another zone of the file",
					      name_to_text(owner, text));
		}
	}
}

int world_link(struct world *world)
{
	int error = link_servers(world);
	if (!error)
		error = link_names(world);
	if (error || world->mistake_count > 0)
		return error ? complain(world->complaint, error, "%s", error_text(error)) : 0;
	error = link_parents(world);
	if (!error)
		error = link_children(world);
	if (!error)
		error = link_hosts(world);
	if (error)
		return complain(world->complaint, error, "%s", error_text(error));
	check_zones(world);
	check_records(world);
	return 0;
}
