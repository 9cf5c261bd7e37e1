/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/trait.h"

#include "dns/wire/type.h"
#include "world/trait_private.h"

#include <assert.h>
#include <string.h>

/* A name and the top-level domain it is registered in: worlds have no registries below these. */
#define REGISTERED_LABELS 2u

static const struct trait_row traits[] = {
	[TRAIT_NO_IPV4] = {"DELEGATION-NO-IPV4", "no name server has an IPv4 address"},
	[TRAIT_NO_IPV6] = {"DELEGATION-NO-IPV6", "no name server has an IPv6 address"},
	[TRAIT_ONE_ADDRESS_OF_FAMILY] = {"DELEGATION-SINGLE-POINT-SERVER",
					 "one address of IPv4 or IPv6, and several of the other"},
	[TRAIT_ONE_OPERATOR] = {"DELEGATION-SINGLE-POINT-OPERATOR",
				"two or more name servers, all below one registered name that is "
				"not the domain's own"},
	[TRAIT_ONE_TOP_LEVEL] = {"DELEGATION-SINGLE-POINT-TLD",
				 "two or more name servers, all in one top-level domain that is "
				 "not the domain's own"},
	[TRAIT_NO_REVERSE] = {"SERVER-REVERSE-MISSING",
			      "no PTR record in the file for the address of a name server"},
	[TRAIT_OTHER_REVERSE] = {"SERVER-REVERSE-MISMATCH",
				 "a PTR record in the file for the address of a name server, and "
				 "none with its name"},
};
static_assert(sizeof(traits) / sizeof(traits[0]) == TRAIT_COUNT, "one row a trait");

const struct trait_row *trait_row(enum trait trait)
{
	assert(trait < TRAIT_COUNT);
	return &traits[trait];
}

bool trait_has_code(const char *code)
{
	for (enum trait i = 0; i < TRAIT_COUNT; i++)
		if (strcmp(traits[i].code, code) == 0)
			return true;
	return false;
}

/* Addresses of a family; a server that several names lead to counts once. */
static uint32_t count_addresses(const struct trait_ground *ground, enum address_family family)
{
	const struct ns_list *list = ground->servers;
	const struct address *seen[NS_MAX * SERVER_ADDRESSES_MAX];
	uint32_t count = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct ns *ns = &list->items[i];
		if (!ground->is_found[i])
			continue;
		if (ns->kind == NS_SPECIAL) {
			static const struct address special = {.family = ADDRESS_IPV4};
			if (family == ADDRESS_IPV4)
				seen[count++] = &special;
			continue;
		}
		const struct world_server *server = &ground->world->servers[ns->server];
		for (uint32_t j = 0; j < server->address_count; j++) {
			const struct address *address = &server->addresses[j];
			uint32_t at = 0;
			if (address->family != family || !ns_has_address(ground->world, ns, j))
				continue;
			while (at < count && seen[at] != address)
				at++;
			if (at == count)
				seen[count++] = address;
		}
	}
	return count;
}

/* The PTR records of an address that the file holds: how many, and whether one is of a name server
 * that has the address. */
static uint32_t count_reverse(const struct trait_ground *ground, const struct address *address,
			      bool *ret_fits)
{
	const struct world *world = ground->world;
	struct name name;
	name_reverse(address->family == ADDRESS_IPV4 ? 4 : 6, address->octets, &name);
	const uint32_t holder = world_zone_around(world, name.octets, false);
	const struct zone_more *more =
		holder == NONE ? NULL : zone_more(world, &world->zones[holder]);
	uint32_t count = 0;
	*ret_fits = false;
	for (uint32_t i = 0; more && i < more->record_count; i++) {
		const struct record *record = &more->records[i];
		if (record->type != TYPE_PTR || !name_equal(record->owner, name.octets))
			continue;
		count++;
		for (uint32_t j = 0; j < ground->servers->count; j++) {
			const struct ns *ns = &ground->servers->items[j];
			*ret_fits |= ground->is_found[j] && ns->kind != NS_SPECIAL &&
				     name_equal(record->rdata, ns->name) &&
				     world_server_at(world, address) == ns->server;
		}
	}
	return count;
}

/* Is there an address with no PTR record, or with none that fits? */
static bool has_reverse_trait(const struct trait_ground *ground, enum trait trait)
{
	for (uint32_t i = 0; i < ground->servers->count; i++) {
		const struct ns *ns = &ground->servers->items[i];
		if (!ground->is_found[i] || ns->kind == NS_SPECIAL)
			continue;
		const struct world_server *server = &ground->world->servers[ns->server];
		for (uint32_t j = 0; j < server->address_count; j++) {
			bool fits;
			if (!ns_has_address(ground->world, ns, j))
				continue;
			const uint32_t count = count_reverse(ground, &server->addresses[j], &fits);
			if (trait == TRAIT_NO_REVERSE ? count == 0 : count > 0 && !fits)
				return true;
		}
	}
	return false;
}

static bool is_all_known(const struct trait_ground *ground)
{
	for (uint32_t i = 0; i < ground->servers->count; i++)
		if (ground->is_unknown[i])
			return false;
	return true;
}

/* All names have these last labels, and there are as many; the domain has others. */
static bool is_one_suffix(const struct trait_ground *ground, size_t labels)
{
	const struct ns_list *list = ground->servers;
	if (list->count < 2)
		return false;
	for (uint32_t i = 0; i < list->count; i++)
		if (name_labels(list->items[i].name) <= labels)
			return false;
	const uint8_t *suffix = name_suffix(list->items[0].name, labels);
	for (uint32_t i = 1; i < list->count; i++)
		if (!name_is_under(list->items[i].name, suffix))
			return false;
	return !name_is_under(ground->zone->name, suffix);
}

bool zone_has_trait(const struct trait_ground *ground, enum trait trait)
{
	const uint32_t count4 = count_addresses(ground, ADDRESS_IPV4);
	const uint32_t count6 = count_addresses(ground, ADDRESS_IPV6);
	assert(ground->servers->count <= NS_MAX);
	switch (trait) {
	case TRAIT_NO_IPV4:
		return count4 == 0 && count6 > 0 && is_all_known(ground);
	case TRAIT_NO_IPV6:
		return count6 == 0 && count4 > 0 && is_all_known(ground);
	case TRAIT_ONE_ADDRESS_OF_FAMILY:
		return ((count4 == 1 && count6 > 1) || (count6 == 1 && count4 > 1)) &&
		       is_all_known(ground);
	case TRAIT_ONE_OPERATOR:
		return is_one_suffix(ground, REGISTERED_LABELS);
	case TRAIT_ONE_TOP_LEVEL:
		return is_one_suffix(ground, 1);
	case TRAIT_NO_REVERSE:
	case TRAIT_OTHER_REVERSE:
		return has_reverse_trait(ground, trait);
	case TRAIT_COUNT:
		break;
	}
	return false;
}
