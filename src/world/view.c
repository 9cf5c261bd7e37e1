/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/content_private.h"
#include "world/hostile_private.h"
#include "world/ordinary_private.h"
#include "world/registry_table_private.h"
#include "world/view_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_S 3600
#define DAY_S 86400
/* First chunk of a view's arena: an unsigned leaf zone fits. */
#define VIEW_CHUNK_OCTETS 4096

uint32_t view_variant(const struct world *world, uint32_t server, const struct zone *zone)
{
	assert(server < world->server_count);
	uint64_t behaviours = world->servers[server].behaviours;
	if (behaviours & BEHAVIOUR_BIT(BEHAVIOUR_STALE_SERIAL))
		return VARIANT_STALE;
	if (behaviours & BEHAVIOUR_BIT(BEHAVIOUR_UNSIGNED))
		return VARIANT_UNSIGNED;
	if (behaviours & BEHAVIOUR_BIT(BEHAVIOUR_DIFFERING))
		return VARIANT_DIFFERING(server);
	const struct world_operator *row = &world->operators[zone->dns_operator];
	if (zone_signals_differ(zone) && row->server_count > 1 && row->servers[1] == server)
		return VARIANT_SIGNALS;
	return 0;
}

/* Signing times of a zone; sound ones last well beyond any run. */
static struct signing_times times_of(const struct zone *zone, int64_t started_s)
{
	int64_t inception = started_s - DAY_S;
	int64_t expiration = started_s + 14 * DAY_S;
	if (zone_has(zone, FAULT_SIG_EXPIRED)) {
		inception = started_s - 30 * DAY_S;
		expiration = started_s - 2 * DAY_S;
	} else if (zone_has(zone, FAULT_SIG_FUTURE)) {
		inception = started_s + 2 * DAY_S;
		expiration = started_s + 16 * DAY_S;
	} else if (zone_has(zone, FAULT_SIG_LONG)) {
		inception = started_s - 30 * DAY_S;
		expiration = started_s + 370 * DAY_S;
	} else if (zone_has(zone, FAULT_SIG_ENDING)) {
		inception = started_s - 8 * DAY_S;
		expiration = started_s + 6 * HOUR_S;
	}
	return (struct signing_times){.inception = (uint32_t)inception,
				      .expiration = (uint32_t)expiration};
}

static int compare_rdata(const struct record *left, const struct record *right)
{
	size_t shorter =
		left->rdata_size < right->rdata_size ? left->rdata_size : right->rdata_size;
	int order = memcmp(left->rdata, right->rdata, shorter);
	return order ? order : (int)left->rdata_size - (int)right->rdata_size;
}

static int compare_records(const void *left_record, const void *right_record)
{
	const struct record *left = left_record;
	const struct record *right = right_record;
	if (left->owner != right->owner) {
		int order = name_compare(left->owner, right->owner);
		if (order)
			return order;
	}
	if (left->type != right->type)
		return (int)left->type - (int)right->type;
	return left->type == TYPE_EMPTY ? 0 : compare_rdata(left, right);
}

/* Sorted, and what is there twice only once. */
static uint32_t sort_records(struct record *records, uint32_t count)
{
	qsort(records, count, sizeof(*records), compare_records);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (kept == 0 || compare_records(&records[kept - 1], &records[i]) != 0)
			records[kept++] = records[i];
	}
	return kept;
}

int view_set_make(struct arena *arena, struct record *records, uint32_t count,
		  struct view_set *ret_set)
{
	assert(count > 0 && count <= UINT16_MAX);
	const struct record **pointers = arena_take_array(arena, count, sizeof(*pointers));
	if (!pointers)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < count; i++) {
		pointers[i] = &records[i];
		records[i].ttl = records[0].ttl; /* RFC 2181 s5.2 */
	}
	*ret_set = (struct view_set){.rrset = {.owner = records[0].owner,
					       .type = records[0].type,
					       .class = CLASS_IN,
					       .ttl = records[0].ttl,
					       .count = (uint16_t)count,
					       .records = pointers}};
	return 0;
}

/* The sets of one owner, whose records begin at `records` and are `count`. */
static int make_node(struct view *view, struct record *records, uint32_t count,
		     struct view_node *node)
{
	node->name = records[0].owner;
	node->set_count = 0;
	node->sets = arena_take_array(&view->arena, count, sizeof(*node->sets));
	if (!node->sets)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < count;) {
		uint32_t end = i + 1;
		while (end < count && records[end].type == records[i].type)
			end++;
		if (records[i].type != TYPE_EMPTY) {
			int error = view_set_make(&view->arena, &records[i], end - i,
						  &node->sets[node->set_count++]);
			if (error)
				return error;
		}
		i = end;
	}
	return 0;
}

static int make_nodes(struct view *view)
{
	uint32_t names = 0;
	struct record *records = view->records;
	for (uint32_t i = 0; i < view->record_count; i++)
		names += i == 0 || !name_equal(records[i - 1].owner, records[i].owner);
	view->nodes = arena_take_array(&view->arena, names, sizeof(*view->nodes));
	if (!view->nodes)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < view->record_count;) {
		uint32_t end = i + 1;
		while (end < view->record_count && name_equal(records[i].owner, records[end].owner))
			end++;
		int error = make_node(view, &records[i], end - i, &view->nodes[view->node_count++]);
		if (error)
			return error;
		i = end;
	}
	return 0;
}

static int make_signed(const struct view_source *source, struct view *view)
{
	const struct zone_more *more = zone_more(source->world, view->zone);
	view->times = times_of(view->zone, source->started_s);
	if (more && more->child_count > 0) {
		view->child_ds = arena_take_array(&view->arena, more->child_count,
						  sizeof(struct view_set *));
		if (!view->child_ds)
			return ERR_MEMORY;
	}
	return view_make_chain(source, view);
}

static int fill(const struct view_source *source, struct view *view)
{
	const struct zone *zone = view->zone;
	int error = 0;
	if (zone->algorithm && view->variant != VARIANT_UNSIGNED)
		error = zone_keys_init(source->world, source->pool, zone, &view->keys);
	struct content content = {.world = source->world, .zone = zone, .arena = &view->arena};
	if (!error)
		error = content_make(&content, view->variant, &view->keys);
	if (!error && (zone->flags & ZONE_IS_SIGNAL))
		content_add_bootstrap(&content, source->pool);
	if (!error && (zone->flags & ZONE_IS_TARGET))
		content_add_ordinary(&content, view->variant);
	if (!error && zone_has_digest(zone))
		content_add_digest(&content, view->variant);
	if (!error)
		content_add_empty_names(&content);
	error = error ? error : content.error;
	if (error)
		return error;
	view->records = content.records;
	view->record_count = sort_records(content.records, content.count);
	view->minimum_s = zone_minimum_s(source->world, zone);
	error = make_nodes(view);
	if (!error && view->keys.count > 0)
		error = make_signed(source, view);
	if (!error && zone_has_digest(zone))
		error = view_settle_digest(source, view);
	return error;
}

int view_make(const struct view_source *source, const struct zone *zone, uint32_t variant,
	      struct view *view)
{
	assert(zone != NULL && !(zone->flags & ZONE_IS_PHANTOM));
	zone_keys_release(&view->keys);
	struct arena arena = view->arena;
	if (arena.cap_bytes == 0)
		arena_init(&arena, VIEW_OCTETS_MAX, VIEW_CHUNK_OCTETS);
	else
		arena_reset(&arena);
	*view = (struct view){.arena = arena, .zone = zone, .variant = variant};
	int error = fill(source, view);
	if (error)
		view_release(view);
	return error;
}

void view_release(struct view *view)
{
	zone_keys_release(&view->keys);
	if (view->arena.cap_bytes)
		arena_release(&view->arena);
	*view = (struct view){.zone = NULL};
}

const struct view_node *view_node(const struct view *view, const uint8_t *name)
{
	assert(view->node_count > 0);
	uint32_t low = 0;
	uint32_t high = view->node_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = name_compare(view->nodes[middle].name, name);
		if (order == 0)
			return &view->nodes[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct view_set *view_node_set(const struct view_node *node, uint16_t type)
{
	for (uint32_t i = 0; i < node->set_count; i++) {
		if (node->sets[i].rrset.type == type)
			return &node->sets[i];
	}
	return NULL;
}

/* sig-wrong: one bit of the signature, not of what it says about itself. */
static int flip_bit(struct arena *arena, struct record *signature)
{
	struct rrsig_rdata rrsig;
	int error = rdata_rrsig(signature, &rrsig);
	if (error)
		return error;
	assert(rrsig.signature_size > 0);
	uint8_t *rdata = arena_copy(arena, signature->rdata, signature->rdata_size);
	if (!rdata)
		return ERR_MEMORY;
	rdata[signature->rdata_size - 1 - rrsig.signature_size / 2] ^= 0x10;
	signature->rdata = rdata;
	return 0;
}

int view_sign(const struct view_source *source, struct view *view, struct view_set *set)
{
	assert(set->rrset.count > 0);
	if (view->keys.count == 0 || zone_has(view->zone, FAULT_SIG_MISSING) || set->signatures)
		return 0;
	const uint16_t bad = hostile_signature_count(source->world, view->zone, set->rrset.type);
	struct record *signatures = arena_take_array(&view->arena, bad + 1u, sizeof(*signatures));
	if (!signatures)
		return ERR_MEMORY;
	const struct signer signer = {
		.key = zone_keys_signer(&view->keys, set->rrset.type),
		.zone = view->zone->name,
		.times = view->times,
	};
	struct rrset signed_set = set->rrset;
	if (zone_has(view->zone, FAULT_SIG_TTL))
		signed_set.ttl /= 2;
	int error = sign_rrset(&view->arena, &signer, &signed_set, &signatures[bad]);
	if (!error && (zone_has(view->zone, FAULT_SIG_WRONG) || set->is_broken ||
		       (set->rrset.type == TYPE_TLSA && zone_has(view->zone, FAULT_TLSA_BOGUS))))
		error = flip_bit(&view->arena, &signatures[bad]);
	if (!error && bad > 0)
		error = hostile_signatures(&view->arena, &signatures[bad], bad, signatures);
	if (error)
		return error;
	set->signatures = signatures;
	set->signature_count = (uint16_t)(bad + 1);
	return 0;
}

uint32_t view_child_place(const struct view_source *source, const struct view *view, uint32_t zone)
{
	const struct world *world = source->world;
	const struct zone_more *more = zone_more(world, view->zone);
	if (!more)
		return NONE;
	uint32_t low = 0;
	uint32_t high = more->child_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint32_t child = more->children[middle];
		int order = child == zone ? 0
					  : name_compare(world->zones[child].name,
							 world->zones[zone].name);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NONE;
}

bool view_has_ds(const struct view_source *source, const struct zone *zone)
{
	return zone_has_ds(zone) || registry_table_get(source->registry, zone->name, NULL) > 0;
}

/* What the registry has for this child. */
static int registered_ds(const struct view_source *source, struct view *view, uint32_t child,
			 struct view_set **ret_set)
{
	const struct world *world = source->world;
	const uint32_t index = zone_more(world, view->zone)->children[child];
	const uint8_t *owner = world->zones[index].name;
	const uint32_t count = registry_table_get(source->registry, owner, NULL);
	assert(count > 0);
	struct record *records = arena_take_array(&view->arena, count, sizeof(*records));
	struct view_set *set = arena_take_zeroed(&view->arena, sizeof(*set));
	if (!records || !set)
		return ERR_MEMORY;
	(void)registry_table_get(source->registry, owner, records);
	int error = view_set_make(&view->arena, records, sort_records(records, count), set);
	if (!error && view->child_ds)
		view->child_ds[child] = set;
	if (!error)
		*ret_set = set;
	return error;
}

int view_child_ds(const struct view_source *source, struct view *view, uint32_t child,
		  struct view_set **ret_set)
{
	const struct world *world = source->world;
	const struct zone_more *more = zone_more(world, view->zone);
	assert(more && child < more->child_count);
	const struct zone *zone = &world->zones[more->children[child]];
	struct view_set *set = view->child_ds ? view->child_ds[child] : NULL;
	if (!view_has_ds(source, zone) || set) {
		*ret_set = set;
		return 0;
	}
	if (registry_table_get(source->registry, zone->name, NULL) > 0)
		return registered_ds(source, view, child, ret_set);
	struct ds_set made;
	int error = zone_ds(world, source->pool, zone, &view->arena, &made);
	if (error)
		return error;
	const struct hostile *hostile = zone_hostile(world, zone);
	const uint16_t more_ds = hostile ? hostile->ds : 0;
	struct record *records =
		arena_take_array(&view->arena, made.count + more_ds, sizeof(*records));
	set = arena_take_zeroed(&view->arena, sizeof(*set));
	if (!records || !set)
		return ERR_MEMORY;
	memcpy(records, made.records, made.count * sizeof(*records));
	if (more_ds > 0)
		error = hostile_ds(&view->arena, records, more_ds, records + made.count);
	if (error)
		return error;
	error = view_set_make(&view->arena, records, sort_records(records, made.count + more_ds),
			      set);
	if (error)
		return error;
	set->is_broken = zone_has(zone, FAULT_CHAIN_BROKEN);
	if (view->child_ds)
		view->child_ds[child] = set;
	*ret_set = set;
	return 0;
}
