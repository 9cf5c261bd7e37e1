/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain of names that proves what is not there: NSEC in canonical order (RFC 4034 s4), NSEC3 in
 * the order of hashes (RFC 5155 s7.1), with opt-out leaving out children without DS.
 */
#include "base/bytes.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/content_private.h"
#include "world/view_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Types at one name, for a bitmap. */
#define TYPES_MAX 64

static const uint8_t *link_name(const struct view_source *source, const struct view *view,
				const struct view_link *link)
{
	if (!(link->ref & LINK_CHILD))
		return view->nodes[link->ref].name;
	const struct zone_more *more = zone_more(source->world, view->zone);
	return source->world->zones[more->children[link->ref & ~LINK_CHILD]].name;
}

static int hash_name(const struct view *view, const uint8_t *name, uint8_t hash[NSEC3_HASH_OCTETS])
{
	return nsec3_hash(name, view->salt, view->salt_size, view->iterations, hash);
}

/* RFC 4034 s4: empty non-terminals have no NSEC; RFC 5155 s7.1: they have an NSEC3. */
static bool has_link(const struct view *view, uint32_t node)
{
	return view_uses_nsec3(view) || view->nodes[node].set_count > 0;
}

/* Merges nodes and children, both in canonical order. */
static uint32_t merge_links(const struct view_source *source, struct view *view)
{
	const struct zone_more *more = zone_more(source->world, view->zone);
	const struct zone *zones = source->world->zones;
	uint32_t children = more ? more->child_count : 0;
	bool is_opt_out = view->zone->denial == DENIAL_BY_NSEC3_OPT_OUT;
	uint32_t count = 0;
	uint32_t child = 0;
	for (uint32_t node = 0; node < view->node_count || child < children;) {
		const struct zone *zone = child < children ? &zones[more->children[child]] : NULL;
		if (!zone || (node < view->node_count &&
			      name_compare(view->nodes[node].name, zone->name) < 0)) {
			if (has_link(view, node))
				view->links[count++].ref = node;
			node++;
			continue;
		}
		if (!is_opt_out || view_has_ds(source, zone))
			view->links[count++].ref = child | LINK_CHILD;
		child++;
	}
	return count;
}

static int compare_hashes(const void *left, const void *right)
{
	return memcmp(((const struct view_link *)left)->hash,
		      ((const struct view_link *)right)->hash, NSEC3_HASH_OCTETS);
}

int view_make_chain(const struct view_source *source, struct view *view)
{
	const struct zone_more *more = zone_more(source->world, view->zone);
	uint32_t most = view->node_count + (more ? more->child_count : 0);
	view->links = arena_take_array(&view->arena, most, sizeof(*view->links));
	if (!view->links)
		return ERR_MEMORY;
	view->link_count = merge_links(source, view);
	assert(view->link_count > 0 && view->link_count <= most);
	if (!view_uses_nsec3(view))
		return 0;
	struct nsec3_parameters parameters = zone_nsec3(source->world, view->zone);
	view->iterations = parameters.iterations;
	view->salt_size = parameters.salt_size;
	view->salt = arena_copy(&view->arena, parameters.salt, parameters.salt_size);
	if (!view->salt)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < view->link_count; i++) {
		int error = hash_name(view, link_name(source, view, &view->links[i]),
				      view->links[i].hash);
		if (error)
			return error;
	}
	qsort(view->links, view->link_count, sizeof(*view->links), compare_hashes);
	return 0;
}

/* The last link at or before the name; `ret_equal` says which. Before the first stands the last. */
static uint32_t find_link(const struct view_source *source, struct view *view, const uint8_t *name,
			  bool *ret_equal)
{
	assert(view->link_count > 0);
	uint8_t hash[NSEC3_HASH_OCTETS];
	bool is_nsec3 = view_uses_nsec3(view);
	*ret_equal = false;
	if (is_nsec3 && hash_name(view, name, hash))
		return NONE;
	uint32_t low = 0;
	uint32_t high = view->link_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct view_link *link = &view->links[middle];
		int order = is_nsec3 ? memcmp(link->hash, hash, NSEC3_HASH_OCTETS)
				     : name_compare(link_name(source, view, link), name);
		if (order == 0) {
			*ret_equal = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? view->link_count - 1 : low - 1;
}

uint32_t view_link_at(const struct view_source *source, struct view *view, const uint8_t *name)
{
	bool is_equal;
	uint32_t link = find_link(source, view, name, &is_equal);
	return is_equal ? link : NONE;
}

uint32_t view_link_before(const struct view_source *source, struct view *view, const uint8_t *name)
{
	bool is_equal;
	return find_link(source, view, name, &is_equal);
}

/* The types at a link's name, ascending; NSEC itself is added by the caller. */
static uint32_t link_types(const struct view_source *source, const struct view *view,
			   const struct view_link *link, uint16_t types[TYPES_MAX])
{
	uint32_t count = 0;
	if (link->ref & LINK_CHILD) {
		const struct zone_more *more = zone_more(source->world, view->zone);
		uint32_t child = more->children[link->ref & ~LINK_CHILD];
		types[count++] = TYPE_NS;
		if (!view_has_ds(source, &source->world->zones[child]))
			return count;
		types[count++] = TYPE_DS;
		types[count++] = TYPE_RRSIG;
		return count;
	}
	const struct view_node *node = &view->nodes[link->ref];
	for (uint32_t i = 0; i < node->set_count && count < TYPES_MAX - 2; i++)
		types[count++] = node->sets[i].rrset.type;
	if (count > 0)
		types[count++] = TYPE_RRSIG;
	return count;
}

static void insert_type(uint16_t *types, uint32_t *count, uint16_t type)
{
	assert(*count < TYPES_MAX);
	types[(*count)++] = type;
}

static int compare_types(const void *left, const void *right)
{
	return (int)*(const uint16_t *)left - (int)*(const uint16_t *)right;
}

/* RFC 4034 s4.1.2. */
static void write_bitmap(struct writer *writer, uint16_t *types, uint32_t count)
{
	assert(count <= TYPES_MAX);
	qsort(types, count, sizeof(*types), compare_types);
	for (uint32_t i = 0; i < count;) {
		uint8_t window = (uint8_t)(types[i] >> 8);
		uint8_t bits[32] = {0};
		uint8_t used = 0;
		for (; i < count && types[i] >> 8 == window; i++) {
			uint8_t low = (uint8_t)types[i];
			bits[low / 8] |= (uint8_t)(0x80 >> low % 8);
			used = (uint8_t)(low / 8 + 1);
		}
		writer_u8(writer, window);
		writer_u8(writer, used);
		writer_octets(writer, bits, used);
	}
}

static void write_nsec(const struct view_source *source, const struct view *view, uint32_t at,
		       struct writer *writer)
{
	uint16_t types[TYPES_MAX];
	const uint8_t *next = link_name(source, view, &view->links[(at + 1) % view->link_count]);
	uint32_t count = link_types(source, view, &view->links[at], types);
	insert_type(types, &count, TYPE_NSEC);
	if (count < 2 || types[count - 2] != TYPE_RRSIG)
		insert_type(types, &count, TYPE_RRSIG);
	writer_octets(writer, next, name_size(next));
	write_bitmap(writer, types, count);
}

/* RFC 5155 s3.2. */
static void write_nsec3(const struct view_source *source, const struct view *view, uint32_t at,
			struct writer *writer)
{
	uint16_t types[TYPES_MAX];
	const struct view_link *next = &view->links[(at + 1) % view->link_count];
	uint32_t count = link_types(source, view, &view->links[at], types);
	writer_u8(writer, 1);
	writer_u8(writer, view->zone->denial == DENIAL_BY_NSEC3_OPT_OUT ? NSEC3_OPT_OUT : 0);
	writer_u16(writer, view->iterations);
	writer_u8(writer, view->salt_size);
	writer_octets(writer, view->salt, view->salt_size);
	writer_u8(writer, NSEC3_HASH_OCTETS);
	writer_octets(writer, next->hash, NSEC3_HASH_OCTETS);
	write_bitmap(writer, types, count);
}

static int link_owner(const struct view_source *source, struct view *view,
		      const struct view_link *link, const uint8_t **ret_owner)
{
	if (!view_uses_nsec3(view)) {
		*ret_owner = link_name(source, view, link);
		return 0;
	}
	char label[33];
	struct name name;
	nsec3_label(link->hash, label);
	int error = name_prepend((const uint8_t *)label, 32, view->zone->name, &name);
	if (error)
		return error;
	*ret_owner = arena_copy(&view->arena, name.octets, name_size(name.octets));
	return *ret_owner ? 0 : ERR_MEMORY;
}

int view_link_set(const struct view_source *source, struct view *view, uint32_t at,
		  struct view_set **ret_set)
{
	assert(at < view->link_count);
	struct view_link *link = &view->links[at];
	if (link->set) {
		*ret_set = link->set;
		return 0;
	}
	uint8_t octets[NAME_MAX_OCTETS + 64 + 34 * TYPES_MAX];
	struct writer writer;
	writer_init(&writer, octets, sizeof(octets));
	if (view_uses_nsec3(view))
		write_nsec3(source, view, at, &writer);
	else
		write_nsec(source, view, at, &writer);
	assert(!writer.error);
	struct view_set *set = arena_take_zeroed(&view->arena, sizeof(*set));
	struct record *record = arena_take_zeroed(&view->arena, sizeof(*record));
	if (!set || !record)
		return ERR_MEMORY;
	int error = link_owner(source, view, link, &record->owner);
	record->type = view_uses_nsec3(view) ? TYPE_NSEC3 : TYPE_NSEC;
	record->class = CLASS_IN;
	record->ttl = view->minimum_s; /* RFC 9077 s3 */
	record->rdata_size = (uint16_t)writer_used(&writer);
	record->rdata = arena_copy(&view->arena, octets, record->rdata_size);
	if (!error && !record->rdata)
		error = ERR_MEMORY;
	if (!error)
		error = view_set_make(&view->arena, record, 1, set);
	if (error)
		return error;
	link->set = set;
	*ret_set = set;
	return 0;
}
