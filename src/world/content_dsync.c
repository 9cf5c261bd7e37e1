/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a parent takes notifications: for all children alike, and for some of them (RFC 9859 s3).
 */
#include "base/bytes.h"
#include "dns/dnssec/automation.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/content_private.h"

#include <assert.h>

#define PURPOSE_DSYNC 0x6473796eu
#define DSYNC_TTL_S 3600u
#define NOTIFY_PORT 5359u
#define SCHEME_UNKNOWN 9u

enum rubbish { NO_PORT, NO_SCHEME, NO_HOST, NO_NAME, NO_ADDRESS, TWINS, RUBBISH_COUNT };

static void add(struct content *content, const uint8_t *owner, const struct dsync_rdata *dsync)
{
	uint8_t octets[5 + NAME_MAX_OCTETS];
	struct writer writer;
	if (owner == NULL || dsync->target == NULL)
		return;
	writer_init(&writer, octets, sizeof(octets));
	writer_u16(&writer, dsync->type);
	writer_u8(&writer, dsync->scheme);
	writer_u16(&writer, dsync->port);
	writer_octets(&writer, dsync->target, name_size(dsync->target));
	assert(!writer.error);
	content_put(content, owner, TYPE_DSYNC, octets, writer_used(&writer));
}

/* The parent's first server takes them. */
static struct dsync_rdata sound(const struct content *content, uint16_t type)
{
	const struct world *world = content->world;
	assert(type == TYPE_CDS || type == TYPE_CSYNC);
	const uint32_t first = world->operators[content->zone->dns_operator].servers[0];
	return (struct dsync_rdata){type, DSYNC_NOTIFY, NOTIFY_PORT, world->servers[first].name};
}

static void add_for_all(struct content *content)
{
	const struct dsync_rdata cds = sound(content, TYPE_CDS);
	const struct dsync_rdata csync = sound(content, TYPE_CSYNC);
	const uint8_t *owner = content_below(content, "*._dsync");
	add(content, owner, &cds);
	add(content, owner, &csync);
}

static void add_rubbish(struct content *content, const struct zone *child)
{
	static const uint8_t root[] = {0};
	struct dsync_rdata dsync = sound(content, TYPE_CDS);
	struct dsync_rdata twin = dsync;
	struct name name;
	if (automation_dsync_name(child->name, content->zone->name, &name))
		return;
	const uint8_t *owner = arena_copy(content->arena, name.octets, name_size(name.octets));
	if (owner == NULL) {
		content->error = ERR_MEMORY;
		return;
	}
	const enum rubbish rubbish =
		(enum rubbish)(zone_number(content->world, child, PURPOSE_DSYNC) % RUBBISH_COUNT);
	if (rubbish == NO_PORT)
		dsync.port = 0;
	else if (rubbish == NO_SCHEME)
		dsync.scheme = SCHEME_UNKNOWN;
	else if (rubbish == NO_HOST)
		dsync.target = content_below(content, "gone._dsync-host");
	else if (rubbish == NO_NAME)
		dsync.target = root;
	else if (rubbish == NO_ADDRESS)
		dsync.target = owner;
	add(content, owner, &dsync);
	twin.port++;
	if (rubbish == TWINS)
		add(content, owner, &twin);
}

bool zone_can_have_dsync(const struct world *world, const struct zone *zone)
{
	const struct world_operator *row = &world->operators[zone->dns_operator];
	for (uint32_t i = 0; i < row->server_count; i++)
		if (world->servers[row->servers[i]].place != PLACE_BUILTIN)
			return false;
	return true;
}

void content_add_dsync(struct content *content)
{
	const struct world *world = content->world;
	const struct zone_more *more = zone_more(world, content->zone);
	bool has_domains = false;
	if (!zone_can_have_dsync(world, content->zone))
		return;
	content->ttl = DSYNC_TTL_S;
	for (uint32_t i = 0; more && i < more->child_count && !content->error; i++) {
		const struct zone *child = &world->zones[more->children[i]];
		has_domains |= (child->flags & ZONE_IS_TARGET) != 0;
		if (zone_has(child, FAULT_DSYNC_INVALID))
			add_rubbish(content, child);
	}
	/* Half of those that have domains take notifications. */
	if (has_domains && !(content->zone->flags & ZONE_IS_TARGET) &&
	    zone_number(world, content->zone, PURPOSE_DSYNC) % 2 == 0)
		add_for_all(content);
}
