/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "world/authority_private.h"
#include "world/registry_table_private.h"

#include <assert.h>
#include <string.h>

/* Views of leaf zones kept: enough for all domains that a scan has in flight. About 8 KiB each. */
#define VIEWS_MAX 32768u
#define VIEW_WAYS 4u
#define SCRATCH_OCTETS_MAX ((size_t)4 * 1024 * 1024)

/* A view kept for good. */
struct pinned {
	struct pinned *next;
	struct view view;
};

struct authority {
	struct view_source source;
	struct arena scratch;
	struct view *views;
	struct pinned **pinned; /* lists by index of zone_more */
	uint32_t set_mask;
	uint64_t clock; /* counts uses */
};

static uint32_t count_sets(const struct world *world)
{
	uint32_t sets = 16;
	while (sets * VIEW_WAYS < VIEWS_MAX && sets * VIEW_WAYS < world->zone_count * 2)
		sets *= 2;
	return sets;
}

int authority_new(const struct world *world, int64_t started_s, struct authority **ret_authority)
{
	struct authority *authority = memory_take_zeroed(1, sizeof(*authority));
	if (!authority)
		return ERR_MEMORY;
	uint32_t sets = count_sets(world);
	arena_init(&authority->scratch, SCRATCH_OCTETS_MAX, 65536);
	authority->source = (struct view_source){.world = world, .started_s = started_s};
	authority->set_mask = sets - 1;
	authority->views = memory_take_zeroed((size_t)sets * VIEW_WAYS, sizeof(struct view));
	authority->pinned = memory_take_zeroed(world->more_count + 1u, sizeof(struct pinned *));
	int error = authority->views && authority->pinned ? 0 : ERR_MEMORY;
	if (!error)
		error = key_pool_new(world, &authority->source.pool);
	if (error) {
		authority_free(authority);
		return error;
	}
	*ret_authority = authority;
	return 0;
}

static void free_pinned(struct pinned *pinned)
{
	while (pinned) {
		struct pinned *next = pinned->next;
		view_release(&pinned->view);
		memory_give(pinned);
		pinned = next;
	}
}

void authority_free(struct authority *authority)
{
	if (!authority)
		return;
	for (uint32_t i = 0; authority->views && i <= authority->set_mask; i++) {
		for (uint32_t way = 0; way < VIEW_WAYS; way++)
			view_release(&authority->views[i * VIEW_WAYS + way]);
	}
	for (uint32_t i = 0; authority->pinned && i < authority->source.world->more_count; i++)
		free_pinned(authority->pinned[i]);
	memory_give(authority->views);
	memory_give(authority->pinned);
	registry_table_free(authority->source.registry);
	key_pool_free(authority->source.pool);
	arena_release(&authority->scratch);
	memory_give(authority);
}

void authority_register(struct authority *authority, struct registry_table *table)
{
	assert(table != NULL);
	for (uint32_t i = 0; i < authority->source.world->more_count; i++) {
		free_pinned(authority->pinned[i]);
		authority->pinned[i] = NULL;
	}
	registry_table_free(authority->source.registry);
	authority->source.registry = table;
}

const struct view_source *authority_source(const struct authority *authority)
{
	return &authority->source;
}

struct arena *authority_scratch(struct authority *authority)
{
	return &authority->scratch;
}

static int pinned_view(struct authority *authority, const struct zone *zone, uint32_t variant,
		       struct view **ret_view)
{
	assert(zone->more != NONE);
	struct pinned **list = &authority->pinned[zone->more];
	for (struct pinned *at = *list; at; at = at->next) {
		if (at->view.variant == variant) {
			*ret_view = &at->view;
			return 0;
		}
	}
	struct pinned *pinned = memory_take_zeroed(1, sizeof(*pinned));
	if (!pinned)
		return ERR_MEMORY;
	int error = view_make(&authority->source, zone, variant, &pinned->view);
	if (error) {
		memory_give(pinned);
		return error;
	}
	pinned->next = *list;
	*list = pinned;
	*ret_view = &pinned->view;
	return 0;
}

static bool has_children(const struct world *world, const struct zone *zone)
{
	const struct zone_more *more = zone_more(world, zone);
	return more && more->child_count > 0;
}

int authority_view(struct authority *authority, uint32_t zone, uint32_t variant,
		   struct view **ret_view)
{
	assert(zone < authority->source.world->zone_count);
	const struct world *world = authority->source.world;
	const struct zone *row = &world->zones[zone];
	if (has_children(world, row))
		return pinned_view(authority, row, variant, ret_view);
	uint32_t hash = (zone * 0x9e3779b1u) ^ (variant * 0x85ebca6bu);
	hash ^= hash >> 15;
	struct view *set = &authority->views[(hash & authority->set_mask) * VIEW_WAYS];
	struct view *oldest = set;
	for (uint32_t way = 0; way < VIEW_WAYS; way++) {
		struct view *view = &set[way];
		if (view->zone == row && view->variant == variant) {
			view->used = ++authority->clock;
			*ret_view = view;
			return 0;
		}
		if (view->used < oldest->used)
			oldest = view;
	}
	int error = view_make(&authority->source, row, variant, oldest);
	if (error)
		return error;
	oldest->used = ++authority->clock;
	*ret_view = oldest;
	return 0;
}

int authority_prepare(struct authority *authority)
{
	const struct world *world = authority->source.world;
	for (uint32_t i = 0; i < world->more_count; i++) {
		struct view *view;
		const struct zone_more *more = &world->mores[i];
		const bool takes_long = more->child_count > 0 || more->hostile.keys > 0;
		if (!takes_long || (world->zones[more->zone].flags & ZONE_IS_PHANTOM))
			continue;
		int error = authority_view(authority, more->zone, 0, &view);
		if (error)
			return error;
	}
	return 0;
}
