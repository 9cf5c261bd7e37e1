/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who announces the addresses that an observation has: those of the domain's name servers, and
 * those of every name that was looked up. Read from tables (gather/routing); nobody is asked.
 */
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>
#include <string.h>

static uint8_t validity_of(const struct scan *scan, enum roa_state state)
{
	if (scan->vrps == NULL)
		return ROUTE_NOT_CHECKED;
	if (roa_state_is_invalid(state))
		return ROUTE_INVALID;
	return state == ROA_VALID ? ROUTE_VALID : ROUTE_NOT_FOUND;
}

/* False: no room, and the rest need not be tried. */
static bool add_route(struct domain *domain, const struct route *route)
{
	return observation_route(&domain->builder, route) >= 0;
}

/* One row an origin. An AS_SET is one origin that nobody knows, whatever its members. */
static bool add_origins(struct domain *domain, const struct routing_answer *answer,
			const struct route *common, const struct address *address)
{
	const struct scan *scan = domain->scan;
	for (size_t i = 0; i < answer->origin_count; i++) {
		const struct route_origin *origin = &answer->origins[i];
		struct route route = *common;
		route.as = origin->is_in_set ? 0 : origin->as;
		route.validity = validity_of(scan, (enum roa_state)origin->state);
		if (scan->vrps != NULL)
			route.allowed = (uint8_t)vrps_longest(scan->vrps, address, route.as);
		if (!add_route(domain, &route))
			return false;
	}
	return true;
}

static bool add_address(struct domain *domain, const struct ip *ip)
{
	const struct scan *scan = domain->scan;
	struct routing_answer answer;
	struct route_prefix remains;
	struct route route = {.ip = *ip};
	const struct address address = ip->family == 4 ? address_from_ipv4(ip->octets, 0)
						       : address_from_ipv6(ip->octets, 0);
	routing_look_up(scan->routes, &address, &answer);
	if (!answer.is_announced)
		return add_route(domain, &route);
	route.bits = answer.prefix.bits;
	if (routes_without_invalid(scan->routes, &address, &remains))
		route.remains = remains.bits;
	return add_origins(domain, &answer, &route, &address);
}

/* The addresses in the message that a look-up ended with. */
static bool add_looked_up(struct domain *domain, const struct lookup *lookup)
{
	struct scan *scan = domain->scan;
	const struct observation *observation = &domain->builder.observation;
	const size_t size = lookup->type == TYPE_A ? 4 : 16;
	struct message message;
	struct rrset rrset;
	const struct kept_message *kept = &observation->messages[lookup->message];
	const struct rrset_key key = {1u << SECTION_ANSWER, lookup->target, lookup->type};
	arena_reset(&scan->scratch);
	if (message_walk(&scan->scratch, kept->wire, kept->size, &message) != OK ||
	    message_rrset(&scan->scratch, &message, &key, &rrset) != OK)
		return true;
	for (uint16_t i = 0; i < rrset.count; i++) {
		struct ip ip = {.family = lookup->type == TYPE_A ? 4 : 6};
		if (rrset.records[i]->rdata_size != size)
			continue;
		memcpy(ip.octets, rrset.records[i]->rdata, size);
		if (!add_address(domain, &ip))
			return false;
	}
	return true;
}

void domain_add_routes(struct domain *domain)
{
	struct observation *observation = &domain->builder.observation;
	assert(domain->scan->routes != NULL);
	observation->routing = domain->scan->routing;
	for (uint8_t i = 0; i < observation->server_count; i++) {
		if (!add_address(domain, &observation->servers[i].ip))
			return;
	}
	for (uint16_t i = 0; i < observation->lookup_count; i++) {
		const struct lookup *lookup = &observation->lookups[i];
		if ((lookup->type == TYPE_A || lookup->type == TYPE_AAAA) &&
		    lookup->result == LOOKUP_RESULT_FOUND && lookup->message != MESSAGE_NONE &&
		    !add_looked_up(domain, lookup))
			return;
	}
}
