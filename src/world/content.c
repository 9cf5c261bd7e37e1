/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "base/random.h"
#include "dns/wire/type.h"
#include "world/content_private.h"
#include "world/hostile_private.h"
#include "world/keys_large_private.h"
#include "world/offer_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_NSEC3 0x6e736563u
#define NS_TTL_S 86400u
#define HOST_TTL_S 3600u

void content_add(struct content *content, const struct record *record)
{
	assert(record->owner != NULL && (record->rdata != NULL || record->rdata_size == 0));
	if (content->error)
		return;
	if (content->count == content->room) {
		uint32_t room = content->room ? content->room * 2 : 64;
		struct record *grown = arena_take_array(content->arena, room, sizeof(*grown));
		if (!grown) {
			content->error = ERR_MEMORY;
			return;
		}
		if (content->count)
			memcpy(grown, content->records, content->count * sizeof(*grown));
		content->records = grown;
		content->room = room;
	}
	content->records[content->count] = *record;
	content->records[content->count++].class = CLASS_IN;
}

/* RFC 9276 s3.1: no salt, no iterations; of zones that are not looked at a quarter still has a
 * salt. */
struct nsec3_parameters zone_nsec3(const struct world *world, const struct zone *zone)
{
	uint64_t number = zone_number(world, zone, PURPOSE_NSEC3);
	struct nsec3_parameters parameters = {.iterations = 0};
	if (zone_has(zone, FAULT_NSEC3_ITERATIONS))
		parameters.iterations = (uint16_t)(50 + number % 101);
	const struct hostile *hostile = zone_hostile(world, zone);
	if (hostile && (hostile->iterations || hostile->salt)) {
		struct random random;
		random_seeded(&random, number);
		parameters.iterations = hostile->iterations;
		parameters.salt_size = hostile->salt;
		random_octets(&random, parameters.salt, parameters.salt_size);
		return parameters;
	}
	if (zone->flags & ZONE_IS_TARGET ? !zone_has(zone, FAULT_NSEC3_SALT) : number >> 32 & 3)
		return parameters;
	parameters.salt_size = 4;
	memcpy(parameters.salt, &number, 4);
	return parameters;
}

void content_add_addresses(struct content *content, const uint8_t *owner, const struct ns *ns,
			   uint32_t ttl)
{
	assert(owner != NULL);
	if (ns->kind == NS_SPECIAL) {
		content_add_special_address(content, owner, ttl);
		return;
	}
	assert(ns->server < content->world->server_count);
	const struct world_server *server = &content->world->servers[ns->server];
	for (uint32_t i = 0; i < server->address_count; i++) {
		bool is_ipv4 = server->addresses[i].family == ADDRESS_IPV4;
		if (!ns_has_address(content->world, ns, i))
			continue;
		content_add(content, &(struct record){.owner = owner,
						      .type = is_ipv4 ? TYPE_A : TYPE_AAAA,
						      .ttl = ttl,
						      .rdata = server->addresses[i].octets,
						      .rdata_size = is_ipv4 ? 4 : 16});
	}
}

static void add_ns(struct content *content, const struct ns_list *servers)
{
	for (uint32_t i = 0; i < servers->count; i++) {
		const struct ns *ns = &servers->items[i];
		content_add(content, &(struct record){.owner = content->zone->name,
						      .type = TYPE_NS,
						      .ttl = NS_TTL_S,
						      .rdata = ns->name,
						      .rdata_size = (uint16_t)name_size(ns->name)});
	}
}

/* Addresses of name servers below the zone, whichever side names them. */
static void add_in_domain(struct content *content, const struct ns_list *servers)
{
	for (uint32_t i = 0; i < servers->count; i++) {
		if (servers->items[i].kind == NS_IN_DOMAIN || servers->items[i].kind == NS_SPECIAL)
			content_add_addresses(content, servers->items[i].name, &servers->items[i],
					      HOST_TTL_S);
	}
}

static void add_odd_host(struct content *content, const struct world_server *server, uint16_t type)
{
	assert(type == TYPE_CNAME || type == TYPE_TXT);
	static const uint8_t no_address[] = "\17no address here";
	struct name name;
	const char *suffix = type == TYPE_CNAME ? ODD_ALIAS : ODD_EMPTY;
	if (server_odd_name(server, suffix, &name))
		return;
	struct record record = {.type = type, .ttl = HOST_TTL_S};
	record.owner = arena_copy(content->arena, name.octets, name_size(name.octets));
	if (!record.owner) {
		content->error = ERR_MEMORY;
		return;
	}
	if (type == TYPE_CNAME) {
		record.rdata = server->name;
		record.rdata_size = (uint16_t)name_size(server->name);
	} else {
		record.rdata = no_address;
		record.rdata_size = sizeof(no_address) - 1;
	}
	content_add(content, &record);
}

/* RFC 9461: what the server offers beside UDP and TCP. */
static void add_announcement(struct content *content, const struct world_server *server)
{
	struct name owner;
	uint8_t rdata[SVCB_OCTETS_MAX];
	struct record record = {.type = TYPE_SVCB, .ttl = HOST_TTL_S};
	if (!server_svcb(server, &owner, rdata, &record.rdata_size))
		return;
	record.owner = arena_copy(content->arena, owner.octets, name_size(owner.octets));
	record.rdata = arena_copy(content->arena, rdata, record.rdata_size);
	if (record.owner && record.rdata)
		content_add(content, &record);
	else
		content->error = ERR_MEMORY;
}

static void add_hosts(struct content *content)
{
	const struct zone_more *more = zone_more(content->world, content->zone);
	if (!more)
		return;
	for (uint32_t i = 0; i < more->host_count; i++) {
		const struct world_server *server = &content->world->servers[more->hosts[i]];
		const struct ns ns = {.server = more->hosts[i]};
		content_add_addresses(content, server->name, &ns, HOST_TTL_S);
		add_announcement(content, server);
		if (more->has_alias)
			add_odd_host(content, server, TYPE_CNAME);
		if (more->has_empty)
			add_odd_host(content, server, TYPE_TXT);
	}
	for (uint32_t i = 0; i < more->record_count; i++)
		content_add(content, &more->records[i]);
}

static void add_reserve(struct content *content)
{
	struct record records[RESERVE_KEYS_MAX];
	uint32_t count = 0;
	if (content->error || !zone_has(content->zone, FAULT_KEYS_LARGE))
		return;
	content->error =
		reserve_keys(content->world, content->zone, content->arena, records, &count);
	for (uint32_t i = 0; i < count && !content->error; i++)
		content_add(content, &records[i]);
}

static void add_keys(struct content *content, const struct zone_keys *keys)
{
	const struct zone *zone = content->zone;
	for (uint32_t i = 0; i < keys->count; i++) {
		size_t size;
		const uint8_t *rdata = signing_key_rdata(keys->keys[i], &size);
		content_add(content, &(struct record){.owner = zone->name,
						      .type = TYPE_DNSKEY,
						      .ttl = KEY_TTL_S,
						      .rdata = rdata,
						      .rdata_size = (uint16_t)size});
	}
	const struct hostile *hostile = zone_hostile(content->world, zone);
	struct record *more;
	if (!content->error && hostile)
		content->error = hostile_keys(content->world, zone, keys, content->arena, &more);
	for (uint16_t i = 0; !content->error && hostile && i < hostile->keys; i++)
		content_add(content, &more[i]);
	add_reserve(content);
	if (!content->error)
		content_add_key_faults(content, keys);
}

static void add_nsec3param(struct content *content)
{
	if (content->zone->denial == DENIAL_BY_NSEC)
		return;
	struct nsec3_parameters parameters = zone_nsec3(content->world, content->zone);
	uint8_t octets[5 + sizeof(parameters.salt)] = {1, 0};
	octets[2] = (uint8_t)(parameters.iterations >> 8);
	octets[3] = (uint8_t)parameters.iterations;
	octets[4] = parameters.salt_size;
	memcpy(octets + 5, parameters.salt, parameters.salt_size);
	uint16_t size = (uint16_t)(5 + parameters.salt_size);
	struct record record = {.owner = content->zone->name, .type = TYPE_NSEC3PARAM};
	record.rdata = arena_copy(content->arena, octets, size);
	record.rdata_size = size;
	if (record.rdata)
		content_add(content, &record);
	else
		content->error = ERR_MEMORY;
}

/* Markers for the names between `owner` and the zone's apex. */
static void add_empty_names(struct content *content, const uint8_t *owner)
{
	size_t apex = name_labels(content->zone->name);
	size_t labels = name_labels(owner);
	for (size_t i = apex + 1; i < labels; i++)
		content_add(content,
			    &(struct record){.owner = name_suffix(owner, i), .type = TYPE_EMPTY});
}

void content_add_empty_names(struct content *content)
{
	uint32_t count = content->count;
	for (uint32_t i = 0; i < count && !content->error; i++)
		add_empty_names(content, content->records[i].owner);
	const struct zone_more *more = zone_more(content->world, content->zone);
	for (uint32_t i = 0; more && i < more->child_count && !content->error; i++)
		add_empty_names(content, content->world->zones[more->children[i]].name);
}

int content_make(struct content *content, uint32_t variant, const struct zone_keys *keys)
{
	assert(content->world != NULL && content->zone != NULL && content->count == 0);
	struct ns_list parent;
	struct ns_list child;
	int error = zone_ns(content->world, content->zone, SIDE_CHILD, content->arena, &child);
	if (!error)
		error = zone_ns(content->world, content->zone, SIDE_PARENT, content->arena,
				&parent);
	if (error)
		return error;
	content_add_soa(content, &child, variant);
	add_ns(content, &child);
	add_in_domain(content, &child);
	if (zone_has(content->zone, FAULT_NS_ONLY_AT_PARENT))
		add_in_domain(content, &parent);
	add_hosts(content);
	if (keys->count > 0) {
		add_keys(content, keys);
		add_nsec3param(content);
	}
	content_add_signals(content, variant, keys);
	content_add_dsync(content);
	return content->error;
}
