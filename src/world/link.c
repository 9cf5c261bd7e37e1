/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a list of zones to a tree: who delegates to whom, which zone holds which server's addresses,
 * and what of the file makes no sense.
 */
#include "base/memory.h"
#include "world/bootstrap_private.h"
#include "world/model_private.h"
#include "world/service_private.h"

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

/* Two zones that can only be reached through each other, below `parent`. */
static int add_phantoms(struct world *world, uint32_t parent)
{
	assert(parent < world->zone_count);
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

int world_link(struct world *world)
{
	assert(world->zones_by_name.slots == NULL);
	int error = link_servers(world);
	if (!error)
		error = link_names(world);
	if (error || world->mistake_count > 0)
		return error ? complain(world->complaint, error, "%s", error_text(error)) : 0;
	error = link_parents(world);
	if (!error)
		error = bootstraps_link(world);
	if (!error)
		error = link_children(world);
	if (!error)
		error = link_hosts(world);
	if (!error)
		error = index_canned(world);
	if (error)
		return complain(world->complaint, error, "%s", error_text(error));
	world_check(world);
	error = services_link(world);
	return error ? complain(world->complaint, error, "%s", error_text(error)) : 0;
}
