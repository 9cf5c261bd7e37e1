/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ZONEMD: the digest of a whole zone (RFC 8976), and what faults make of it. */
#include "base/bytes.h"
#include "dns/dnssec/zonemd.h"
#include "dns/wire/type.h"
#include "world/content_private.h"
#include "world/whole_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_DIGEST 0x7a6f6e65u
#define DIGEST_TTL_S 3600u
/* Serial, scheme, hash (RFC 8976 s2.2). */
#define DIGEST_FIXED_OCTETS 6u
#define SHA384_OCTETS 48u
/* For private use (RFC 8976 s5.3). */
#define HASH_NOBODY_KNOWS 240u
/* Zones of so much are made ready for one transfer or digest at a time. */
#define WHOLE_OCTETS_MAX ((size_t)64 * 1024 * 1024)

bool zone_has_digest(const struct zone *zone)
{
	return (zone->flags & ZONE_HAS_DIGEST) || zone_has(zone, FAULT_ZONEMD_WRONG) ||
	       zone_has(zone, FAULT_ZONEMD_UNSUPPORTED);
}

/* One of the two ways in which a fault shows. */
static bool is_second_way(const struct world *world, const struct zone *zone)
{
	return zone_number(world, zone, PURPOSE_DIGEST) % 2 != 0;
}

static void add_record(struct content *content, uint32_t serial, uint8_t hash, uint8_t fill)
{
	uint8_t octets[DIGEST_FIXED_OCTETS + SHA384_OCTETS];
	struct writer writer;
	writer_init(&writer, octets, sizeof(octets));
	writer_u32(&writer, serial);
	writer_u8(&writer, ZONEMD_SCHEME_SIMPLE);
	writer_u8(&writer, hash);
	assert(!writer.error);
	memset(octets + DIGEST_FIXED_OCTETS, fill, SHA384_OCTETS);
	const uint8_t *rdata = arena_copy(content->arena, octets, sizeof(octets));
	if (!rdata) {
		content->error = ERR_MEMORY;
		return;
	}
	content_add(content, &(struct record){.owner = content->zone->name,
					      .type = TYPE_ZONEMD,
					      .ttl = DIGEST_TTL_S,
					      .rdata = rdata,
					      .rdata_size = sizeof(octets)});
}

void content_add_digest(struct content *content, uint32_t variant)
{
	const struct zone *zone = content->zone;
	uint32_t serial = zone_serial(content->world, zone, variant);
	const bool is_second = is_second_way(content->world, zone);
	if (zone_has(zone, FAULT_ZONEMD_UNSUPPORTED)) {
		add_record(content, serial, is_second ? ZONEMD_SHA384 : HASH_NOBODY_KNOWS, 1);
		if (is_second) /* two of a kind: neither counts (RFC 8976 s4 step 4) */
			add_record(content, serial, ZONEMD_SHA384, 2);
		return;
	}
	if (zone_has(zone, FAULT_ZONEMD_WRONG) && is_second)
		serial--;
	add_record(content, serial, ZONEMD_SHA384, 0);
}

static struct record *find_record(const struct view *view)
{
	for (uint32_t i = 0; i < view->record_count; i++)
		if (view->records[i].type == TYPE_ZONEMD &&
		    name_equal(view->records[i].owner, view->zone->name))
			return &view->records[i];
	return NULL;
}

static int make_digest(const struct view_source *source, struct view *view, struct record *record)
{
	uint8_t digest[ZONEMD_DIGEST_MAX_OCTETS];
	struct arena scratch;
	struct whole whole = {.count = 0};
	arena_init(&scratch, WHOLE_OCTETS_MAX, 65536);
	int error = whole_gather(source, view, &scratch, &whole);
	uint8_t *rdata = arena_copy(&view->arena, record->rdata, record->rdata_size);
	if (!error && !rdata)
		error = ERR_MEMORY;
	if (!error) {
		const size_t size = zonemd_digest(view->zone->name, whole.records, whole.count,
						  ZONEMD_SHA384, digest);
		assert(size == SHA384_OCTETS &&
		       record->rdata_size == DIGEST_FIXED_OCTETS + SHA384_OCTETS);
		memcpy(rdata + DIGEST_FIXED_OCTETS, digest, size);
		if (zone_has(view->zone, FAULT_ZONEMD_WRONG) &&
		    !is_second_way(source->world, view->zone))
			rdata[DIGEST_FIXED_OCTETS + size / 2] ^= 0x10;
		record->rdata = rdata;
	}
	arena_release(&scratch);
	return error;
}

int view_settle_digest(const struct view_source *source, struct view *view)
{
	struct record *record = find_record(view);
	assert(record != NULL);
	if (zone_has(view->zone, FAULT_ZONEMD_UNSUPPORTED))
		return 0;
	int error = make_digest(source, view, record);
	if (error)
		return error;
	/* It was signed as it was before. */
	struct view_set *set = view_node_set(view_node(view, view->zone->name), TYPE_ZONEMD);
	assert(set != NULL && set->rrset.records[0] == record);
	set->signatures = NULL;
	set->signature_count = 0;
	return 0;
}
