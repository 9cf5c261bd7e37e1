/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/automation.h"
#include "dns/dnssec/key.h"
#include "world/bootstrap_private.h"
#include "world/keys_private.h"

#include <assert.h>

/* One domain's name servers. */
#define SCRATCH_OCTETS_MAX ((size_t)64 * 1024)

static bool has_fault_of(const struct zone *zone, enum fault_group group)
{
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
		if (zone_has(zone, fault) && fault_row(fault)->group == group)
			return true;
	return false;
}

bool bootstrap_counts(const struct zone *domain, const struct ns *ns)
{
	assert(ns->name != NULL && domain->parent != NONE);
	return ns->kind == NS_HOST && !name_is_under(ns->name, domain->name);
}

/* "example.tld._signal.ns1.host.tld"; ERR_LIMIT when too long. */
static int name_of(const struct zone *domain, const uint8_t *host, struct name *ret_name)
{
	struct name signalling, whole;
	/* The signalling name, which must fit, too, less its first label. */
	const int error = automation_signalling_name(domain->name, host, &whole);
	if (error)
		return error;
	name_copy(signalling.octets, name_parent(whole.octets));
	*ret_name = signalling;
	return 0;
}

uint32_t bootstrap_zone(const struct world *world, const struct zone *domain, const struct ns *ns)
{
	struct name name;
	if (!bootstrap_counts(domain, ns) || name_of(domain, ns->name, &name))
		return NONE;
	return world_zone(world, name.octets);
}

/* Is everything signed from the root down to the zone, and none of it a domain to be audited, which
 * may have faults of its own? */
static bool is_signed_through(const struct world *world, uint32_t zone)
{
	for (; zone != NONE; zone = world->zones[zone].parent)
		if (!world->zones[zone].algorithm || (world->zones[zone].flags & ZONE_IS_TARGET))
			return false;
	return true;
}

/* Domains whose operators say what is right: those without DS that ask for one in the right way. */
static bool is_sound(const struct world *world, const struct zone *domain,
		     const struct ns_list *servers)
{
	if (!zone_has(domain, FAULT_NO_DS) || has_fault_of(domain, GROUP_CDS) ||
	    has_fault_of(domain, GROUP_DELEGATION) || has_fault_of(domain, GROUP_APEX))
		return false;
	for (uint32_t i = 0; i < servers->count; i++)
		if (!bootstrap_counts(domain, &servers->items[i]) ||
		    !is_signed_through(world,
				       world_zone_around(world, servers->items[i].name, false)))
			return false;
	return servers->count > 0;
}

static int add_zone(struct world *world, uint32_t domain, const uint8_t *host)
{
	const struct zone *row = &world->zones[domain];
	struct name name;
	/* Nothing can be said in a name that is too long (RFC 9615 s4.4). */
	if (name_of(row, host, &name))
		return 0;
	const uint32_t parent = world_zone_around(world, name.octets, true);
	assert(parent != NONE);
	const bool is_signed =
		world->zones[parent].algorithm && !zone_has(row, FAULT_SIGNAL_INSECURE);
	if (world_zone(world, name.octets) != NONE) {
		world_mistake(world, row->line, "a signalling zone of this domain is in the file");
		return 0;
	}
	const struct zone made = {
		.name = arena_copy(&world->arena, name.octets, name_size(name.octets)),
		.dns_operator = world->zones[parent].dns_operator,
		.parent = parent,
		.line = row->line,
		.more = NONE,
		.algorithm = is_signed ? ALGORITHM_ECDSAP256 : 0,
		.flags = ZONE_IS_SIGNAL,
	};
	int error = made.name ? world_add_zone(world, &made) : ERR_MEMORY;
	if (!error)
		error = index_zone(world, world->zone_count - 1);
	struct zone_more *more;
	if (!error)
		error = zone_more_make(world, world->zone_count - 1, &more);
	if (!error)
		more->signals = domain + 1;
	return error;
}

static int link_one(struct world *world, uint32_t domain, struct arena *scratch)
{
	assert(domain < world->zone_count && world->zones[domain].flags & ZONE_IS_TARGET);
	struct zone *row = &world->zones[domain];
	const bool has_fault = has_fault_of(row, GROUP_SIGNAL);
	struct ns_list servers;
	if (has_fault)
		row->faults |= FAULT_BIT(FAULT_NO_DS);
	if (!zone_has(row, FAULT_NO_DS) || !zone_has_cds(world, row))
		return 0;
	int error = zone_ns(world, row, SIDE_PARENT, scratch, &servers);
	if (error || (!has_fault && !is_sound(world, row, &servers)))
		return error;
	uint32_t count = 0;
	for (uint32_t i = 0; i < servers.count && !error; i++) {
		if (!bootstrap_counts(&world->zones[domain], &servers.items[i]))
			continue;
		if (count++ == 0 || !zone_has(&world->zones[domain], FAULT_SIGNAL_PARTIAL))
			error = add_zone(world, domain, servers.items[i].name);
	}
	if (count < 2 && has_fault)
		world_mistake(world, world->zones[domain].line,
			      "what is said below name servers' names needs two that are not below "
			      "the domain");
	return error;
}

int bootstraps_link(struct world *world)
{
	struct arena scratch;
	const uint32_t count = world->zone_count;
	int error = 0;
	arena_init(&scratch, SCRATCH_OCTETS_MAX, 0);
	for (uint32_t i = 0; i < count && !error; i++) {
		if (!(world->zones[i].flags & ZONE_IS_TARGET))
			continue;
		error = link_one(world, i, &scratch);
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	return error;
}
