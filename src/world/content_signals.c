/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CDS, CDNSKEY and CSYNC: what a zone asks its parent to do. */
#include "base/bytes.h"
#include "dns/wire/type.h"
#include "world/content_private.h"
#include "world/hostile_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_CSYNC 0x6373796eu
#define SIGNAL_TTL_S 3600u
/* RFC 7477 s2.1.1.2. */
#define CSYNC_IMMEDIATE 1u
#define CSYNC_SOAMINIMUM 2u
#define CSYNC_NOBODY_KNOWS 4u
/* How far the serial that a CSYNC record names is from the zone's: longer ago than any server of a
 * world lags behind, or later than any of them is. */
#define SERIAL_PAST 10u
#define SERIAL_AHEAD 1000u

/* RFC 8078 s4. */
static const uint8_t cds_delete[] = {0, 0, 0, 0, 0};
static const uint8_t cdnskey_delete[] = {0, 0, 3, 0, 0};

bool zone_signals_differ(const struct zone *zone)
{
	return zone_has(zone, FAULT_CDS_DIFFER) || zone_has(zone, FAULT_CSYNC_DIFFER);
}

bool zone_has_csync(const struct world *world, const struct zone *zone)
{
	if (!(zone->flags & ZONE_IS_TARGET) || (zone->flags & ZONE_IS_SHOWN) ||
	    zone_hostile(world, zone))
		return false;
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
		if (zone_has(zone, fault) && fault_row(fault)->group == GROUP_CSYNC)
			return true;
	/* What is wrong with NSEC3 shows only where something does not exist, and this may be it.
	 */
	return zone->algorithm && zone->denial == DENIAL_BY_NSEC &&
	       !zone_has(zone, FAULT_NSEC3_ITERATIONS) && !zone_has(zone, FAULT_DENIAL_MISSING) &&
	       zone_number(world, zone, PURPOSE_CSYNC) % 2 == 0;
}

static void add(struct content *content, uint16_t type, const uint8_t *rdata, size_t size)
{
	content_add(content, &(struct record){.owner = content->zone->name,
					      .type = type,
					      .ttl = SIGNAL_TTL_S,
					      .rdata = rdata,
					      .rdata_size = (uint16_t)size});
}

static void add_cds(struct content *content, const struct zone_keys *keys)
{
	const struct zone *zone = content->zone;
	assert(zone_has_cds(content->world, zone));
	struct record cds[2];
	if (zone_has(zone, FAULT_CDS_DELETE) || zone_has(zone, FAULT_CDS_DELETE_MIXED)) {
		add(content, TYPE_CDS, cds_delete, sizeof(cds_delete));
		add(content, TYPE_CDNSKEY, cdnskey_delete, sizeof(cdnskey_delete));
	}
	if (zone_has(zone, FAULT_CDS_DELETE) || content->error)
		return;
	content->error = zone_cds(content->world, zone, keys, content->arena, cds);
	for (uint32_t i = 0; i < 2 && !content->error; i++)
		content_add(content, &cds[i]);
}

struct csync {
	uint32_t serial;
	uint16_t flags;
	bool has_ns, has_mx;
};

static void add_csync_record(struct content *content, const struct csync *csync)
{
	/* One window: NS is 2, A 1, MX 15, AAAA 28 (RFC 4034 s4.1.2). */
	const uint8_t bitmap[] = {0, 4, csync->has_ns ? 0x60 : 0x40, csync->has_mx ? 1 : 0, 0, 8};
	uint8_t octets[6 + sizeof(bitmap)];
	struct writer writer;
	writer_init(&writer, octets, sizeof(octets));
	writer_u32(&writer, csync->serial);
	writer_u16(&writer, csync->flags);
	writer_octets(&writer, bitmap, sizeof(bitmap));
	assert(!writer.error);
	const uint8_t *rdata = arena_copy(content->arena, octets, sizeof(octets));
	if (rdata)
		add(content, TYPE_CSYNC, rdata, sizeof(octets));
	else
		content->error = ERR_MEMORY;
}

static void add_csync(struct content *content, uint32_t variant)
{
	const struct zone *zone = content->zone;
	assert(zone_has_csync(content->world, zone));
	const uint64_t number = zone_number(content->world, zone, PURPOSE_CSYNC) / 4;
	struct csync csync = {
		.serial = zone_serial(content->world, zone, 0) - SERIAL_PAST,
		.flags = CSYNC_IMMEDIATE | (number % 2 ? CSYNC_SOAMINIMUM : 0),
		.has_ns = !(variant == VARIANT_SIGNALS && zone_has(zone, FAULT_CSYNC_DIFFER)),
	};
	if (zone_has(zone, FAULT_CSYNC_SERIAL)) {
		csync.serial += SERIAL_PAST + SERIAL_AHEAD;
		csync.flags |= CSYNC_SOAMINIMUM;
	}
	if (zone_has(zone, FAULT_CSYNC_INVALID)) {
		csync.flags |= number % 3 == 0 ? CSYNC_NOBODY_KNOWS : 0;
		csync.has_mx = number % 3 == 1;
	}
	add_csync_record(content, &csync);
	if (zone_has(zone, FAULT_CSYNC_INVALID) && number % 3 == 2) {
		csync.serial--;
		add_csync_record(content, &csync);
	}
}

void content_add_signals(struct content *content, uint32_t variant, const struct zone_keys *keys)
{
	const struct zone *zone = content->zone;
	/* A server that serves a signed zone unsigned has none, either. */
	const bool is_left_out = (variant == VARIANT_SIGNALS && zone_has(zone, FAULT_CDS_DIFFER)) ||
				 (zone->algorithm && keys->count == 0);
	if (zone_has_cds(content->world, zone) && !is_left_out)
		add_cds(content, keys);
	if (zone_has_csync(content->world, zone))
		add_csync(content, variant);
}
