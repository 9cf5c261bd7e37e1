/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole zones by their digest: a zone file below the apex "example.". Property: a zone in which the
 * digest is put that was computed of it is whole, and with any bit of that digest changed it is
 * not.
 */
#include "base/arena.h"
#include "dns/dnssec/zonemd.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define RECORDS_MAX 200
#define APEX ((const uint8_t *)"\7example")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct zone {
	struct arena arena;
	struct record records[RECORDS_MAX + 1];
	size_t count;
};

static int take(void *context, const struct record *record)
{
	struct zone *zone = context;
	struct record *own = &zone->records[zone->count];

	if (zone->count == RECORDS_MAX)
		return ERR_LIMIT;
	*own = *record;
	own->owner = arena_copy(&zone->arena, record->owner, name_size(record->owner));
	own->rdata = arena_copy(&zone->arena, record->rdata, record->rdata_size);
	assert(own->owner && own->rdata);
	zone->count++;
	return OK;
}

/* The serial of the first SOA at the apex; where there are several, verification says so. */
static bool find_serial(const struct zone *zone, uint8_t ret_serial[4])
{
	for (size_t i = 0; i < zone->count; i++) {
		struct soa_rdata soa;

		if (zone->records[i].type != TYPE_SOA ||
		    !name_equal(zone->records[i].owner, APEX) ||
		    rdata_soa(&zone->records[i], &soa) < 0)
			continue;
		for (int octet = 0; octet < 4; octet++)
			ret_serial[octet] = (uint8_t)(soa.serial >> (24 - 8 * octet));
		return true;
	}
	return false;
}

static bool has_zonemd(const struct zone *zone)
{
	for (size_t i = 0; i < zone->count; i++)
		if (zone->records[i].type == TYPE_ZONEMD &&
		    name_equal(zone->records[i].owner, APEX))
			return true;
	return false;
}

static void check_made(struct zone *zone, enum zonemd_hash hash, size_t flipped)
{
	uint8_t rdata[6 + ZONEMD_DIGEST_MAX_OCTETS] = {
		0, 0, 0, 0, ZONEMD_SCHEME_SIMPLE, (uint8_t)hash};
	const bool has_soa = find_serial(zone, rdata);
	const size_t size = zonemd_digest(APEX, zone->records, zone->count, hash, rdata + 6);

	zone->records[zone->count] = (struct record){.owner = APEX,
						     .type = TYPE_ZONEMD,
						     .class = CLASS_IN,
						     .rdata = rdata,
						     .rdata_size = (uint16_t)(6 + size)};
	enum zonemd_result result = zonemd_verify(APEX, zone->records, zone->count + 1);

	assert(result == ZONEMD_GOOD || result == ZONEMD_NO_SOA);
	assert(has_soa || result == ZONEMD_NO_SOA);
	rdata[6 + flipped / 8 % size] ^= (uint8_t)(1u << flipped % 8);
	if (result == ZONEMD_GOOD)
		assert(zonemd_verify(APEX, zone->records, zone->count + 1) == ZONEMD_WRONG);
	/* Sorting moved it from the end. */
	for (size_t i = 0; i <= zone->count; i++)
		if (zone->records[i].rdata == rdata)
			zone->records[i] = zone->records[zone->count];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct zone zone;
	const struct zonefile zonefile = {
		.origin = APEX, .default_ttl = 60, .take = take, .context = &zone};
	struct complaint complaint;

	arena_init(&zone.arena, 64u << 20, 0);
	zone.count = 0;
	if (zonefile_read(&zonefile, (const char *)data, size, &complaint) == OK) {
		(void)zonemd_result_text(zonemd_verify(APEX, zone.records, zone.count));
		if (!has_zonemd(&zone)) {
			check_made(&zone, ZONEMD_SHA384, size);
			check_made(&zone, ZONEMD_SHA512, size);
		}
	}
	arena_release(&zone.arena);
	return 0;
}
