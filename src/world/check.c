/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a linked world makes no sense, and what its zones' faults and keys amount to. */
#include "dns/dnssec/key.h"
#include "world/content_private.h"
#include "world/model_private.h"
#include "world/place_private.h"
#include "world/shown_private.h"

#include <assert.h>

static void settle_denial(struct zone *zone)
{
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
		if (zone_has(zone, fault) && fault_needs_nsec3(fault) &&
		    zone->denial == DENIAL_BY_NSEC)
			zone->denial = DENIAL_BY_NSEC3;
	if (zone_has(zone, FAULT_NSEC3_OPT_OUT))
		zone->denial = DENIAL_BY_NSEC3_OPT_OUT;
	else if (zone->denial == DENIAL_BY_NSEC3_OPT_OUT && zone->flags & ZONE_IS_TARGET)
		zone->faults |= FAULT_BIT(FAULT_NSEC3_OPT_OUT);
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
	/* Many keys of RSA would take long to make. */
	if (zone_has(zone, FAULT_KEYS_LARGE) && zone->bits > 0) {
		zone->algorithm = ALGORITHM_ECDSAP256;
		zone->bits = 0;
	}
	if (zone_has(zone, FAULT_KEY_EXPONENT)) {
		zone->algorithm = ALGORITHM_RSASHA256;
		zone->bits = 2048;
	}
	if (zone_has(zone, FAULT_ALGORITHM_DISCOURAGED)) {
		zone->algorithm = ALGORITHM_RSASHA512;
		zone->bits = zone->bits < 2048 ? 2048 : zone->bits;
	}
	settle_denial(zone);
	if (!(zone->flags & ZONE_IS_TARGET))
		return;
	if (zone->algorithm == 200)
		zone->faults |= FAULT_BIT(FAULT_ALGORITHM_UNSUPPORTED);
	if (zone->algorithm == ALGORITHM_RSASHA1 || zone->algorithm == ALGORITHM_RSASHA1_NSEC3)
		zone->faults |= FAULT_BIT(FAULT_ALGORITHM_DEPRECATED);
	if (zone->algorithm == ALGORITHM_RSASHA512)
		zone->faults |= FAULT_BIT(FAULT_ALGORITHM_DISCOURAGED);
	if (zone->bits > 0 && zone->bits < 2048)
		zone->faults |= FAULT_BIT(FAULT_KEY_SHORT);
}

/* RFC 5891 s4.2.3.1 */
static bool is_name_odd(const uint8_t *name)
{
	for (; *name != 0; name += *name + 1)
		if (*name >= 4 && name[3] == '-' && name[4] == '-' &&
		    !(name[1] == 'x' && name[2] == 'n'))
			return true;
	return false;
}

/* What the domain is called is no choice of the file's other than by its name. */
static void check_name(struct world *world, struct zone *zone)
{
	const bool is_odd = is_name_odd(zone->name);
	if (zone_has(zone, FAULT_NAME_SYNTAX) && !is_odd)
		world_mistake(world, zone->line,
			      "'%s' needs a domain with hyphens in third and fourth place",
			      fault_row(FAULT_NAME_SYNTAX)->name);
	if (is_odd && !zone_has(zone, FAULT_UNDELEGATED))
		zone->faults |= FAULT_BIT(FAULT_NAME_SYNTAX);
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
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
		if (zone->bits > 0 && zone_has(zone, fault) && fault_needs_two_keys(fault))
			world_mistake(world, zone->line,
				      "'%s' needs two keys, and there is one RSA key an operator",
				      fault_row(fault)->name);
	fault_mask before = zone->faults;
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
	assert(zone->dns_operator < world->operator_count && zone->parent != NONE);
	struct world_operator *dns_operator = &world->operators[zone->dns_operator];
	const struct zone *parent = &world->zones[zone->parent];
	dns_operator->has_domain = true;
	if (dns_operator->server_count < 2)
		world_mistake(world, zone->line,
			      "operator '%.80s' of a domain needs two servers (there is the fault "
			      "'one-server')",
			      dns_operator->name);
	for (uint32_t i = 0; i < dns_operator->server_count; i++) {
		char text[NAME_TEXT_MAX];
		if (world_serves(world, dns_operator->servers[i], zone->parent)) {
			world_mistake(world, zone->line,
				      "operator '%.80s' also serves '%s', so that its delegation "
				      "cannot be seen",
				      dns_operator->name, name_to_text(parent->name, text));
			return;
		}
	}
}

/* ns-alias and ns-no-address need names beside that of the operator's first server. */
static void link_odd_names(struct world *world, const struct zone *zone)
{
	assert(world->operators[zone->dns_operator].server_count > 0);
	uint32_t first = world->operators[zone->dns_operator].servers[0];
	struct zone_more *more = &world->mores[world->zones[world->servers[first].host_zone].more];
	if (zone_has(zone, FAULT_NS_ALIAS))
		more->has_alias = true;
	if (zone_has(zone, FAULT_NS_NO_ADDRESS))
		more->has_empty = true;
}

/* What PowerDNS gives of a zone with NSEC3 is not what its file has. */
static bool spoils_digest(const struct world_server *server, const struct zone *zone)
{
	return server->place == PLACE_PDNS && (zone->flags & ZONE_HAS_DIGEST) && zone->algorithm &&
	       zone->denial != DENIAL_BY_NSEC;
}

/* Real servers show only what real servers can. */
static void check_places(struct world *world, const struct zone *zone)
{
	const struct world_operator *dns_operator = &world->operators[zone->dns_operator];
	for (uint32_t i = 0; i < dns_operator->server_count; i++) {
		const struct world_server *server = &world->servers[dns_operator->servers[i]];
		if (spoils_digest(server, zone)) {
			world_mistake(
				world, zone->line,
				"pdns cannot serve 'zonemd' with NSEC3: it makes NSEC3 records "
				"itself, so that the digest does not fit");
			return;
		}
		for (enum fault fault = 0; fault < FAULT_COUNT; fault++) {
			const char *reason =
				zone_has(zone, fault)
					? place_refuses_fault(server->place, zone, fault)
					: NULL;
			if (!reason)
				continue;
			world_mistake(world, zone->line, "%s cannot serve '%s': %s",
				      place_name(server->place), fault_row(fault)->name, reason);
			return;
		}
	}
}

static void check_parent(struct world *world, const struct zone *zone)
{
	assert(zone->parent != NONE);
	if (zone_has(zone, FAULT_DSYNC_INVALID) &&
	    !zone_can_have_dsync(world, &world->zones[zone->parent]))
		world_mistake(world, zone->line,
			      "'%s' is of the parent, which real servers serve that know no DSYNC",
			      fault_row(FAULT_DSYNC_INVALID)->name);
}

static void check_server_places(struct world *world)
{
	for (uint32_t i = 0; i < world->server_count; i++) {
		const struct world_server *server = &world->servers[i];
		if (server->place != PLACE_BUILTIN && server->transports != 0)
			world_mistake(world, server->line,
				      "%s offers no transports here; leave 'transports' out",
				      place_name(server->place));
		for (enum behaviour j = 0; j < BEHAVIOUR_COUNT; j++) {
			const char *reason = server->behaviours & BEHAVIOUR_BIT(j)
						     ? place_refuses_behaviour(server->place, j)
						     : NULL;
			if (reason)
				world_mistake(world, server->line, "%s cannot be '%s': %s",
					      place_name(server->place), behaviour_row(j)->name,
					      reason);
		}
	}
}

static bool is_one_prefix(const struct world_server *server)
{
	return (server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_ONE_PREFIX)) != 0;
}

/* The same /24 or /48: one that is not by itself is announced with all that is there. */
static bool is_beside(const struct world_server *left, const struct world_server *right)
{
	for (uint32_t i = 0; i < left->address_count; i++) {
		for (uint32_t j = 0; j < right->address_count; j++) {
			const struct address *address = &left->addresses[i];
			if (address->family == right->addresses[j].family &&
			    address_in_prefix(address, &right->addresses[j],
					      address->family == ADDRESS_IPV4 ? 24 : 48))
				return true;
		}
	}
	return false;
}

/* Few servers are `one-prefix`; each is held against all. */
static void check_routing(struct world *world)
{
	for (uint32_t i = 0; i < world->server_count; i++) {
		const struct world_server *server = &world->servers[i];
		if (!world->has_routing && (server->behaviours & BEHAVIOURS_ROUTING))
			world_mistake(world, server->line,
				      "this behaviour is about routes: add 'routing: true'");
		for (uint32_t j = 0; is_one_prefix(server) && j < world->server_count; j++) {
			if (is_one_prefix(&world->servers[j]) ||
			    !is_beside(server, &world->servers[j]))
				continue;
			world_mistake(world, server->line,
				      "'one-prefix' and a server that is not share a prefix");
			break;
		}
	}
	for (uint32_t i = 0; i < world->zone_count && !world->has_routing; i++) {
		for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
			if (zone_has(&world->zones[i], fault) &&
			    fault_row(fault)->seen == SEEN_IN_ROUTES)
				world_mistake(world, world->zones[i].line,
					      "'%s' is about routes: add 'routing: true'",
					      fault_row(fault)->name);
	}
}

static void check_tsig(struct world *world)
{
	const uint64_t bit = BEHAVIOUR_BIT(BEHAVIOUR_TSIG_WEAK);
	for (uint32_t i = 0; i < world->server_count; i++) {
		const struct world_server *server = &world->servers[i];
		const bool has_key = world->tsig.secret_size > 0;
		if (!has_key && (server->behaviours & bit))
			world_mistake(world, server->line,
				      "'%s' is about a key: add 'tsig: hmac-sha256:name:secret'",
				      behaviour_row(BEHAVIOUR_TSIG_WEAK)->name);
	}
}

static void check_zones(struct world *world)
{
	for (uint32_t i = 0; i < world->zone_count; i++) {
		struct zone *zone = &world->zones[i];
		shown_check(world, zone);
		check_faults(world, zone);
		if (!(zone->flags & ZONE_IS_TARGET))
			continue;
		if (i == world->root) {
			world_mistake(world, zone->line, "the root belongs into 'zones'");
			continue;
		}
		check_name(world, zone);
		check_operator(world, zone);
		check_places(world, zone);
		check_parent(world, zone);
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

void world_check(struct world *world)
{
	check_zones(world);
	check_server_places(world);
	check_records(world);
	check_routing(world);
	check_tsig(world);
}
