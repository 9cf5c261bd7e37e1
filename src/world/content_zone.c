/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zone's SOA record, and what faults make of it; the address that nobody can reach. */
#include "base/bytes.h"
#include "dns/wire/type.h"
#include "world/content_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_SERIAL 0x73657269u
#define PURPOSE_TTL 0x74746c00u
#define PURPOSE_EXPIRE 0x65787069u
#define SOA_TTL_S 3600u
#define MINUTE_S 60u
#define HOUR_S 3600u
#define DAY_S 86400u

struct soa {
	struct name mname, rname;
	uint32_t serial, refresh, retry, expire, minimum;
};

uint32_t zone_serial(const struct world *world, const struct zone *zone, uint32_t variant)
{
	uint32_t serial =
		2026000002u + (uint32_t)(zone_number(world, zone, PURPOSE_SERIAL) % 100000);
	if (zone_has(zone, FAULT_SOA_SERIAL_ZERO))
		serial = 0;
	return variant == VARIANT_STALE ? serial - 1 : serial;
}

uint32_t zone_minimum_s(const struct world *world, const struct zone *zone)
{
	if (zone_has(zone, FAULT_SOA_MINIMUM_LONG))
		return 7 * DAY_S;
	return 300u << zone_number(world, zone, PURPOSE_TTL) % 4;
}

/* A name below the zone; the zone's own where that would be too long. */
static void name_below(const struct zone *zone, const char *label, struct name *ret_name)
{
	if (name_prepend((const uint8_t *)label, strlen(label), zone->name, ret_name))
		name_copy(ret_name->octets, zone->name);
}

static void spoil_times(const struct content *content, struct soa *soa)
{
	const struct zone *zone = content->zone;
	if (zone_has(zone, FAULT_SOA_REFRESH_SHORT)) {
		soa->refresh = 5 * MINUTE_S;
		soa->retry = MINUTE_S;
	}
	if (zone_has(zone, FAULT_SOA_RETRY_LONG))
		soa->retry = 2 * soa->refresh;
	if (zone_has(zone, FAULT_SOA_EXPIRE_SHORT))
		soa->expire = zone_number(content->world, zone, PURPOSE_EXPIRE) % 2 ? 2 * DAY_S
										    : 4 * HOUR_S;
}

static void spoil_names(const struct content *content, struct soa *soa)
{
	const struct zone *zone = content->zone;
	if (zone_has(zone, FAULT_SOA_MNAME_SYNTAX))
		name_below(zone, "ns_1", &soa->mname);
	if (zone_has(zone, FAULT_MNAME_ALIAS) || zone_has(zone, FAULT_MNAME_UNKNOWN))
		name_below(zone, "primary", &soa->mname);
	if (zone_has(zone, FAULT_SOA_RNAME_SYNTAX))
		name_below(zone, "hostmaster@mail", &soa->rname);
}

static void add_record(struct content *content, const struct soa *soa)
{
	uint8_t *rdata = arena_take_octets(content->arena, 2 * NAME_MAX_OCTETS + 20);
	if (!rdata) {
		content->error = ERR_MEMORY;
		return;
	}
	struct writer writer;
	writer_init(&writer, rdata, 2 * NAME_MAX_OCTETS + 20);
	writer_octets(&writer, soa->mname.octets, name_size(soa->mname.octets));
	writer_octets(&writer, soa->rname.octets, name_size(soa->rname.octets));
	writer_u32(&writer, soa->serial);
	writer_u32(&writer, soa->refresh);
	writer_u32(&writer, soa->retry);
	writer_u32(&writer, soa->expire);
	writer_u32(&writer, soa->minimum);
	assert(!writer.error);
	content_add(content, &(struct record){.owner = content->zone->name,
					      .type = TYPE_SOA,
					      .ttl = SOA_TTL_S,
					      .rdata = rdata,
					      .rdata_size = (uint16_t)writer_used(&writer)});
}

static void add_alias(struct content *content, const struct name *name, const uint8_t *target)
{
	const uint8_t *owner = arena_copy(content->arena, name->octets, name_size(name->octets));
	if (!owner) {
		content->error = ERR_MEMORY;
		return;
	}
	content_add(content, &(struct record){.owner = owner,
					      .type = TYPE_CNAME,
					      .ttl = SOA_TTL_S,
					      .rdata = target,
					      .rdata_size = (uint16_t)name_size(target)});
}

void content_add_soa(struct content *content, const struct ns_list *servers, uint32_t variant)
{
	const struct zone *zone = content->zone;
	assert(servers->count > 0);
	struct soa soa = {
		.serial = zone_serial(content->world, zone, variant),
		.refresh = 4 * HOUR_S,
		.retry = HOUR_S,
		.expire = 14 * DAY_S,
		.minimum = zone_minimum_s(content->world, zone),
	};
	name_copy(soa.mname.octets, servers->items[0].name);
	name_below(zone, "hostmaster", &soa.rname);
	spoil_times(content, &soa);
	spoil_names(content, &soa);
	add_record(content, &soa);
	if (zone_has(zone, FAULT_MNAME_ALIAS))
		add_alias(content, &soa.mname, servers->items[0].name);
	if (zone_has(zone, FAULT_SOA_SEVERAL)) {
		soa.serial += 10;
		add_record(content, &soa);
	}
}

void content_add_special_address(struct content *content, const uint8_t *owner, uint32_t ttl)
{
	uint8_t octets[4];
	ns_special_address(owner, octets);
	const uint8_t *rdata = arena_copy(content->arena, octets, sizeof(octets));
	if (!rdata) {
		content->error = ERR_MEMORY;
		return;
	}
	content_add(content, &(struct record){.owner = owner,
					      .type = TYPE_A,
					      .ttl = ttl,
					      .rdata = rdata,
					      .rdata_size = sizeof(octets)});
}
