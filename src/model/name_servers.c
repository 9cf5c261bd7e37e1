/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/name_servers.h"

#include "base/bytes.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- of an observation ---- */

/* What an address's only origin is. */
static uint32_t origin_of(const struct observation *observation, const struct ip *ip)
{
	uint32_t as = 0;
	for (uint16_t i = 0; i < observation->route_count; i++) {
		const struct route *route = &observation->routes[i];
		if (route->ip.family != ip->family ||
		    memcmp(route->ip.octets, ip->octets, sizeof(ip->octets)) != 0)
			continue;
		if (as != 0 && route->as != as)
			return 0;
		as = route->as;
	}
	return as;
}

static int compare_ips(const struct ip *left, const struct ip *right)
{
	if (left->family != right->family)
		return left->family < right->family ? -1 : 1;
	return memcmp(left->octets, right->octets, sizeof(left->octets));
}

static int compare_addresses(const void *left, const void *right)
{
	const struct name_server_address *one = left;
	const struct name_server_address *other = right;
	return compare_ips(&one->ip, &other->ip);
}

static int compare_servers(const void *left, const void *right)
{
	const struct name_server *one = left;
	const struct name_server *other = right;
	return name_compare(one->name, other->name);
}

/* Those that looking up gave; of names of which nothing else could be had, the glue. */
static int take_addresses(struct arena *arena, const struct observation *observation,
			  const struct host *host, struct name_server *server)
{
	const uint8_t *indices = host->address_count > 0 ? host->addresses : host->glue;
	const uint8_t count = host->address_count > 0 ? host->address_count : host->glue_count;
	struct name_server_address *addresses =
		arena_take_array(arena, count + 1u, sizeof(*addresses));
	uint8_t kept = 0;
	if (addresses == NULL)
		return ERR_MEMORY;
	for (uint8_t i = 0; i < count; i++) {
		assert(indices[i] < observation->server_count);
		addresses[i] =
			(struct name_server_address){.ip = observation->servers[indices[i]].ip};
		addresses[i].as = origin_of(observation, &addresses[i].ip);
	}
	qsort(addresses, count, sizeof(*addresses), compare_addresses);
	/* The same address on two ports is one. */
	for (uint8_t i = 0; i < count; i++) {
		if (kept == 0 || compare_ips(&addresses[kept - 1].ip, &addresses[i].ip) != 0)
			addresses[kept++] = addresses[i];
	}
	server->addresses = addresses;
	server->address_count = kept;
	return OK;
}

int name_servers_find(struct arena *arena, const struct observation *observation,
		      struct name_servers *ret_servers)
{
	uint8_t count = 0;
	struct name_server *servers =
		arena_take_array(arena, observation->host_count + 1u, sizeof(*servers));
	if (servers == NULL)
		return ERR_MEMORY;
	for (uint8_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		if ((host->flags & HOST_AT_PARENT) == 0)
			continue;
		servers[count] = (struct name_server){.name = host->name};
		int error = take_addresses(arena, observation, host, &servers[count]);
		if (error != OK)
			return error;
		count++;
	}
	qsort(servers, count, sizeof(*servers), compare_servers);
	*ret_servers = (struct name_servers){.count = count, .items = servers};
	return OK;
}

/* ---- the binary form ---- */

static size_t ip_size(const struct ip *ip)
{
	assert(ip->family == 4 || ip->family == 6);
	return ip->family == 4 ? 4 : 16;
}

static size_t encoded_size(const struct name_servers *servers)
{
	size_t size = 2;
	for (uint8_t i = 0; i < servers->count; i++) {
		const struct name_server *server = &servers->items[i];
		size += 2 + name_size(server->name);
		for (uint8_t j = 0; j < server->address_count; j++)
			size += 1 + ip_size(&server->addresses[j].ip) + sizeof(uint32_t);
	}
	assert(size <= NAME_SERVERS_OCTETS_MAX);
	return size;
}

static void write_server(struct writer *writer, const struct name_server *server)
{
	const size_t size = name_size(server->name);
	writer_u8(writer, (uint8_t)size);
	writer_octets(writer, server->name, size);
	writer_u8(writer, server->address_count);
	for (uint8_t i = 0; i < server->address_count; i++) {
		const struct name_server_address *address = &server->addresses[i];
		writer_u8(writer, address->ip.family);
		writer_octets(writer, address->ip.octets, ip_size(&address->ip));
		writer_u32(writer, address->as);
	}
}

int name_servers_encode(struct arena *arena, const struct name_servers *servers,
			const uint8_t **ret_octets, size_t *ret_size)
{
	struct writer writer;
	const size_t size = encoded_size(servers);
	uint8_t *octets = arena_take_octets(arena, size);
	if (octets == NULL)
		return ERR_MEMORY;
	writer_init(&writer, octets, size);
	writer_u8(&writer, NAME_SERVERS_VERSION);
	writer_u8(&writer, servers->count);
	for (uint8_t i = 0; i < servers->count; i++)
		write_server(&writer, &servers->items[i]);
	assert(writer.error == OK && writer_used(&writer) == size);
	*ret_octets = octets;
	*ret_size = size;
	return OK;
}

/* A whole name of that size, lower case. */
static bool is_name(const uint8_t *name, size_t size)
{
	size_t at = 0;
	while (at < size && name[at] != 0) {
		const size_t end = at + 1 + name[at];
		if (name[at] > LABEL_MAX_OCTETS || end >= size)
			return false;
		for (at++; at < end; at++) {
			if (name[at] >= 'A' && name[at] <= 'Z')
				return false;
		}
	}
	return at + 1 == size;
}

static void read_address(struct reader *reader, struct name_server_address *ret_address)
{
	struct name_server_address address = {.ip.family = reader_u8(reader)};
	if (reader->error == OK && address.ip.family != 4 && address.ip.family != 6)
		reader_fail(reader, ERR_FORMAT);
	if (reader->error != OK)
		return;
	const size_t size = ip_size(&address.ip);
	const uint8_t *octets = reader_octets(reader, size);
	if (octets != NULL)
		memcpy(address.ip.octets, octets, size);
	address.as = reader_u32(reader);
	*ret_address = address;
}

static void read_server(struct arena *arena, struct reader *reader, struct name_server *ret_server)
{
	const size_t size = reader_u8(reader);
	const uint8_t *name = reader_octets(reader, size);
	const uint8_t count = reader_u8(reader);
	if (reader->error == OK && !is_name(name, size))
		reader_fail(reader, ERR_FORMAT);
	if (reader->error != OK)
		return;
	struct name_server_address *addresses =
		arena_take_array(arena, count + 1u, sizeof(*addresses));
	if (addresses == NULL) {
		reader_fail(reader, ERR_MEMORY);
		return;
	}
	for (uint8_t i = 0; i < count && reader->error == OK; i++) {
		read_address(reader, &addresses[i]);
		if (i > 0 && compare_addresses(&addresses[i - 1], &addresses[i]) >= 0)
			reader_fail(reader, ERR_FORMAT);
	}
	*ret_server =
		(struct name_server){.name = name, .address_count = count, .addresses = addresses};
}

int name_servers_decode(struct arena *arena, const uint8_t *octets, size_t size,
			struct name_servers *ret_servers)
{
	struct reader reader;
	reader_init(&reader, octets, size);
	const uint8_t version = reader_u8(&reader);
	const uint8_t count = reader_u8(&reader);
	if (reader.error != OK || version == 0 || count > OBSERVATION_HOSTS_MAX)
		return ERR_FORMAT;
	if (version > NAME_SERVERS_VERSION)
		return ERR_UNSUPPORTED;
	struct name_server *servers = arena_take_array(arena, count + 1u, sizeof(*servers));
	if (servers == NULL)
		return ERR_MEMORY;
	for (uint8_t i = 0; i < count && reader.error == OK; i++) {
		read_server(arena, &reader, &servers[i]);
		if (reader.error == OK && i > 0 &&
		    compare_servers(&servers[i - 1], &servers[i]) >= 0)
			return ERR_FORMAT;
	}
	if (reader.error != OK)
		return reader.error == ERR_MEMORY ? ERR_MEMORY : ERR_FORMAT;
	if (reader_left(&reader) > 0)
		return ERR_FORMAT;
	*ret_servers = (struct name_servers){.count = count, .items = servers};
	return OK;
}

int name_servers_observe(struct arena *arena, const struct name_servers *servers,
			 const uint8_t *domain, struct observation *ret_observation)
{
	struct observation seen = {.domain = domain};
	assert(servers->count <= OBSERVATION_HOSTS_MAX);
	seen.hosts = arena_take_array(arena, servers->count, sizeof(*seen.hosts));
	seen.servers = arena_take_array(arena, OBSERVATION_SERVERS_MAX, sizeof(*seen.servers));
	if (seen.hosts == NULL || seen.servers == NULL)
		return ERR_MEMORY;
	for (uint8_t i = 0; i < servers->count; i++) {
		const struct name_server *server = &servers->items[i];
		uint8_t *indices = arena_take_octets(arena, server->address_count);
		uint8_t count = 0;
		if (indices == NULL)
			return ERR_MEMORY;
		for (uint8_t j = 0; j < server->address_count; j++) {
			if (seen.server_count == OBSERVATION_SERVERS_MAX)
				break;
			seen.servers[seen.server_count] =
				(struct server){.ip = server->addresses[j].ip, .asked = true};
			indices[count++] = seen.server_count++;
		}
		seen.hosts[seen.host_count++] = (struct host){.name = server->name,
							      .flags = HOST_AT_PARENT,
							      .address_count = count,
							      .addresses = indices};
	}
	*ret_observation = seen;
	return OK;
}
