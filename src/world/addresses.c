/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "os/netns.h"
#include "world/addresses_private.h"

#include <assert.h>
#include <string.h>

/* The whole of the space for benchmarks (RFC 2544) and documentation (RFC 3849). */
static const struct netns_prefix free_ipv4 = {.octets = {198, 18}, .family = 4, .bits = 15};
static const struct netns_prefix free_ipv6 = {
	.octets = {0x20, 0x01, 0x0d, 0xb8}, .family = 6, .bits = 32};

struct list {
	struct netns_prefix *prefixes;
	uint32_t count;
	uint32_t room;
	bool has_ipv6;
};

bool address_is_free(const struct address *address)
{
	if (address->family == ADDRESS_IPV4)
		return address->octets[0] == 198 && (address->octets[1] & 0xfe) == 18;
	return memcmp(address->octets, free_ipv6.octets, 4) == 0;
}

static int add(struct list *list, const struct address *address)
{
	assert(address->family == ADDRESS_IPV4 || address->family == ADDRESS_IPV6);
	if (address_is_free(address) || (address->family == ADDRESS_IPV6 && !list->has_ipv6))
		return 0;
	int error = array_grow((void **)&list->prefixes, &list->room, list->count,
			       sizeof(*list->prefixes),
			       WORLD_SERVERS_MAX * SERVER_ADDRESSES_MAX + WORLD_CANNED_MAX);
	if (error)
		return error;
	struct netns_prefix *prefix = &list->prefixes[list->count++];
	*prefix = (struct netns_prefix){.family = address->family};
	memcpy(prefix->octets, address->octets, 16);
	prefix->bits = address->family == ADDRESS_IPV4 ? 32 : 128;
	return 0;
}

static int collect(const struct world *world, struct list *list)
{
	int error = 0;
	for (uint32_t i = 0; i < world->server_count && !error; i++) {
		const struct world_server *server = &world->servers[i];
		for (uint32_t j = 0; j < server->address_count && !error; j++)
			error = add(list, &server->addresses[j]);
	}
	for (uint32_t i = 0; i < world->canned_count && !error; i++)
		error = add(list, &world->canned[i].at);
	return error;
}

int addresses_add(const struct world *world, bool has_ipv6, struct complaint *complaint)
{
	const struct netns_prefix free_both[] = {free_ipv4, free_ipv6};
	int error = netns_add_local(free_both, has_ipv6 ? 2 : 1, complaint);
	if (error)
		return error;
	struct list list = {.has_ipv6 = has_ipv6};
	error = collect(world, &list);
	if (error)
		(void)complain(complaint, error, "%s", error_text(error));
	else if (list.count > 0)
		error = netns_add_local(list.prefixes, list.count, complaint);
	memory_give(list.prefixes);
	return error;
}
