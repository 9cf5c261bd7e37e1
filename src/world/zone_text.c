/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/content_private.h"
#include "world/zone_text_private.h"

#include <assert.h>

static int write_record(const struct record *record, struct text *text)
{
	int error = record_to_text(record, text);
	text_add_char(text, '\n');
	return error ? error : text->error;
}

static int write_set(const struct view_source *source, struct view *view, struct view_set *set,
		     struct text *text)
{
	int error = 0;
	for (uint16_t i = 0; i < set->rrset.count && !error; i++)
		error = write_record(set->rrset.records[i], text);
	if (!error)
		error = view_sign(source, view, set);
	for (uint16_t i = 0; i < set->signature_count && !error; i++)
		error = write_record(&set->signatures[i], text);
	return error;
}

static int write_nodes(const struct view_source *source, struct view *view, struct text *text)
{
	int error = 0;
	for (uint32_t i = 0; i < view->node_count; i++) {
		struct view_node *node = &view->nodes[i];
		for (uint32_t j = 0; j < node->set_count && !error; j++)
			error = write_set(source, view, &node->sets[j], text);
	}
	return error;
}

static int write_chain(const struct view_source *source, struct view *view, struct text *text)
{
	int error = 0;
	if (zone_has(view->zone, FAULT_DENIAL_MISSING))
		return 0;
	for (uint32_t i = 0; i < view->link_count && !error; i++) {
		struct view_set *set;
		error = view_link_set(source, view, i, &set);
		if (!error)
			error = write_set(source, view, set, text);
	}
	return error;
}

static int write_child(const struct view_source *source, struct view *view, uint32_t place,
		       struct arena *scratch, struct text *text)
{
	const struct world *world = source->world;
	const struct zone *child = &world->zones[zone_more(world, view->zone)->children[place]];
	struct ns_list servers;
	struct view_set *ds = NULL;
	struct content content = {.world = world, .arena = scratch};
	int error = zone_ns(world, child, SIDE_PARENT, scratch, &servers);
	for (uint32_t i = 0; i < servers.count && !error; i++) {
		const struct ns *ns = &servers.items[i];
		content_add(&content,
			    &(struct record){.owner = child->name,
					     .type = TYPE_NS,
					     .ttl = 3600,
					     .rdata = ns->name,
					     .rdata_size = (uint16_t)name_size(ns->name)});
		bool is_below = name_is_under(ns->name, child->name);
		if (is_below && ns->glue == GLUE_RIGHT)
			content_add_addresses(&content, ns->name, ns, 3600);
		struct address wrong = zone_wrong_glue(world, child);
		const uint8_t *octets = arena_copy(scratch, wrong.octets, 4);
		if (is_below && ns->glue == GLUE_WRONG && octets)
			content_add(&content, &(struct record){.owner = ns->name,
							       .type = TYPE_A,
							       .ttl = 3600,
							       .rdata = octets,
							       .rdata_size = 4});
	}
	if (!error)
		error = content.error;
	for (uint32_t i = 0; i < content.count && !error; i++)
		error = write_record(&content.records[i], text);
	if (!error && view->keys.count > 0)
		error = view_child_ds(source, view, place, &ds);
	if (!error && ds)
		error = write_set(source, view, ds, text);
	return error;
}

int zone_text_write(const struct view_source *source, struct view *view, struct text *text)
{
	assert(view->zone != NULL && view->node_count > 0);
	struct arena scratch;
	arena_init(&scratch, 1024 * 1024, 0);
	const struct zone_more *more = zone_more(source->world, view->zone);
	int error = write_nodes(source, view, text);
	if (!error)
		error = write_chain(source, view, text);
	for (uint32_t i = 0; more && i < more->child_count && !error; i++) {
		arena_reset(&scratch);
		error = write_child(source, view, i, &scratch, text);
	}
	arena_release(&scratch);
	return error ? error : text->error;
}
