/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "world/content_private.h"
#include "world/whole_private.h"

#include <assert.h>
#include <string.h>

#define CHILD_TTL_S 3600u
/* One child's delegation: 32 names and their addresses. */
#define CHILD_OCTETS_MAX ((size_t)1024 * 1024)
#define FIRST_RECORDS 64u

/* A walk under way; errors stick. */
struct walk {
	const struct view_source *source;
	struct view *view;
	whole_take *take;
	void *context;
	int error;
};

static void take_record(struct walk *walk, const struct record *record)
{
	if (!walk->error)
		walk->error = walk->take(walk->context, record);
}

static void walk_set(struct walk *walk, struct view_set *set)
{
	for (uint16_t i = 0; i < set->rrset.count; i++)
		take_record(walk, set->rrset.records[i]);
	if (!walk->error)
		walk->error = view_sign(walk->source, walk->view, set);
	for (uint16_t i = 0; i < set->signature_count && !walk->error; i++)
		take_record(walk, &set->signatures[i]);
}

static void walk_nodes(struct walk *walk)
{
	for (uint32_t i = 0; i < walk->view->node_count; i++) {
		struct view_node *node = &walk->view->nodes[i];
		for (uint32_t j = 0; j < node->set_count && !walk->error; j++)
			walk_set(walk, &node->sets[j]);
	}
}

static void walk_chain(struct walk *walk)
{
	if (zone_has(walk->view->zone, FAULT_DENIAL_MISSING))
		return;
	for (uint32_t i = 0; i < walk->view->link_count && !walk->error; i++) {
		struct view_set *set;
		walk->error = view_link_set(walk->source, walk->view, i, &set);
		if (!walk->error)
			walk_set(walk, set);
	}
}

static void add_glue(struct content *content, const struct zone *child, const struct ns *ns)
{
	if (!name_is_under(ns->name, child->name))
		return;
	if (ns->glue == GLUE_RIGHT)
		content_add_addresses(content, ns->name, ns, CHILD_TTL_S);
	if (ns->glue != GLUE_WRONG)
		return;
	const struct address wrong = zone_wrong_glue(content->world, child);
	const uint8_t *octets = arena_copy(content->arena, wrong.octets, 4);
	if (!octets) {
		content->error = ERR_MEMORY;
		return;
	}
	content_add(content, &(struct record){.owner = ns->name,
					      .type = TYPE_A,
					      .ttl = CHILD_TTL_S,
					      .rdata = octets,
					      .rdata_size = 4});
}

static void walk_child(struct walk *walk, uint32_t place, struct arena *scratch)
{
	const struct world *world = walk->source->world;
	const struct zone *child =
		&world->zones[zone_more(world, walk->view->zone)->children[place]];
	struct ns_list servers;
	struct view_set *ds = NULL;
	struct content content = {.world = world, .arena = scratch};
	walk->error = zone_ns(world, child, SIDE_PARENT, scratch, &servers);
	for (uint32_t i = 0; i < servers.count && !walk->error; i++) {
		const struct ns *ns = &servers.items[i];
		content_add(&content,
			    &(struct record){.owner = child->name,
					     .type = TYPE_NS,
					     .ttl = CHILD_TTL_S,
					     .rdata = ns->name,
					     .rdata_size = (uint16_t)name_size(ns->name)});
		add_glue(&content, child, ns);
	}
	if (!walk->error)
		walk->error = content.error;
	for (uint32_t i = 0; i < content.count; i++)
		take_record(walk, &content.records[i]);
	if (!walk->error && walk->view->keys.count > 0)
		walk->error = view_child_ds(walk->source, walk->view, place, &ds);
	if (!walk->error && ds)
		walk_set(walk, ds);
}

int whole_walk(const struct view_source *source, struct view *view, whole_take *take, void *context)
{
	assert(view->zone != NULL && view->node_count > 0 && take != NULL);
	struct walk walk = {
		.source = source, .view = view, .take = take, .context = context, .error = 0};
	struct arena scratch;
	arena_init(&scratch, CHILD_OCTETS_MAX, 0);
	const struct zone_more *more = zone_more(source->world, view->zone);
	walk_nodes(&walk);
	walk_chain(&walk);
	for (uint32_t i = 0; more && i < more->child_count && !walk.error; i++) {
		arena_reset(&scratch);
		walk_child(&walk, i, &scratch);
	}
	arena_release(&scratch);
	return walk.error;
}

static int keep(void *context, const struct record *record)
{
	struct whole *whole = context;
	if (whole->count == whole->room) {
		const uint32_t room = whole->room ? 2 * whole->room : FIRST_RECORDS;
		struct record *records = arena_take_array(whole->arena, room, sizeof(*records));
		if (!records)
			return ERR_MEMORY;
		if (whole->count > 0)
			memcpy(records, whole->records, whole->count * sizeof(*records));
		whole->records = records;
		whole->room = room;
	}
	struct record kept = *record;
	kept.class = CLASS_IN;
	kept.owner = arena_copy(whole->arena, record->owner, name_size(record->owner));
	kept.rdata = arena_copy(whole->arena, record->rdata, record->rdata_size);
	if (!kept.owner || !kept.rdata)
		return ERR_MEMORY;
	whole->records[whole->count++] = kept;
	return 0;
}

int whole_gather(const struct view_source *source, struct view *view, struct arena *arena,
		 struct whole *ret_whole)
{
	struct whole whole = {.arena = arena};
	int error = whole_walk(source, view, keep, &whole);
	if (!error)
		*ret_whole = whole;
	return error;
}
