/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an operator says of a domain below the name of its server (RFC 9615 s4.1). */
#include "world/content_private.h"

#include <assert.h>

void content_add_bootstrap(struct content *content, const struct key_pool *pool)
{
	const struct world *world = content->world;
	const struct zone_more *more = zone_more(world, content->zone);
	assert(more != NULL && more->signals > 0 && more->signals <= world->zone_count);
	const struct zone *domain = &world->zones[more->signals - 1];
	struct zone_keys keys = {.count = 0};
	struct record records[2];
	int error = zone_keys_init(world, pool, domain, &keys);
	if (!error && zone_has(domain, FAULT_SIGNAL_WRONG))
		error = zone_foreign_cds(world, domain, content->arena, records);
	else if (!error)
		error = zone_cds(world, domain, &keys, content->arena, records);
	if (error)
		content->error = error;
	content->ttl = KEY_TTL_S;
	for (uint32_t i = 0; i < 2 && !content->error; i++)
		content_put(content, content_below(content, "_dsboot"), records[i].type,
			    records[i].rdata, records[i].rdata_size);
	zone_keys_release(&keys);
}
