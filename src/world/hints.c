/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/content_private.h"
#include "world/hints_private.h"

#include <assert.h>

#define ANCHOR_OCTETS_MAX 65536

int hints_write(const struct world *world, struct text *text)
{
	assert(world->root != NONE);
	struct arena arena;
	arena_init(&arena, 1024 * 1024, 0);
	struct content content = {.world = world, .arena = &arena};
	const struct world_operator *dns_operator =
		&world->operators[world->zones[world->root].dns_operator];
	for (uint32_t i = 0; i < dns_operator->server_count; i++) {
		const uint8_t *name = world->servers[dns_operator->servers[i]].name;
		const struct ns ns = {.name = name, .server = dns_operator->servers[i]};
		content_add(&content, &(struct record){.owner = (const uint8_t *)"",
						       .type = TYPE_NS,
						       .ttl = 3600000,
						       .rdata = name,
						       .rdata_size = (uint16_t)name_size(name)});
		content_add_addresses(&content, name, &ns, 3600000);
	}
	int error = content.error;
	for (uint32_t i = 0; i < content.count && !error; i++) {
		error = record_to_text(&content.records[i], text);
		text_add_char(text, '\n');
	}
	arena_release(&arena);
	return error ? error : text->error;
}

int anchors_write(const struct view_source *source, struct text *text)
{
	assert(source->world->root != NONE);
	const struct world *world = source->world;
	const struct zone *root = &world->zones[world->root];
	struct arena arena;
	arena_init(&arena, ANCHOR_OCTETS_MAX, 0);
	struct ds_set set = {.count = 0};
	int error = 0;
	if (root->algorithm)
		error = zone_ds(world, source->pool, root, &arena, &set);
	for (uint32_t i = 0; i < set.count && !error; i++) {
		error = record_to_text(&set.records[i], text);
		text_add_char(text, '\n');
	}
	arena_release(&arena);
	return error ? error : text->error;
}
