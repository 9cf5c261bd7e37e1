/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/resolver/engine_private.h"

#include <assert.h>
#include <string.h>

/* Entries looked at for one that can go; those in use are put back to the front. */
#define EVICTION_TRIES 8

#define KEY_MAX_OCTETS (1 + NAME_MAX_OCTETS)

static size_t entry_key(uint8_t key[KEY_MAX_OCTETS], enum entry_kind kind, const uint8_t *name)
{
	key[0] = (uint8_t)kind;
	return 1 + name_copy_lower(key + 1, name);
}

static void order_insert(struct resolver *resolver, struct entry *entry)
{
	assert(entry->newer == NULL && entry->older == NULL);
	entry->newer = &resolver->order;
	entry->older = resolver->order.older;
	entry->older->newer = entry;
	resolver->order.older = entry;
}

static void order_remove(struct entry *entry)
{
	assert(entry->newer != NULL && entry->older != NULL);
	entry->newer->older = entry->older;
	entry->older->newer = entry->newer;
	entry->newer = NULL;
	entry->older = NULL;
}

static void entry_free(struct entry *entry)
{
	assert(entry->holds == 0 && entry->task == NULL && !entry->is_listed);
	switch ((enum entry_kind)entry->kind) {
	case ENTRY_PLACE:
		place_forget_servers(place_of(entry));
		place_set_zone(place_of(entry), NULL);
		break;
	case ENTRY_HOST:
		memory_give(((struct host *)entry)->addresses);
		break;
	case ENTRY_KEYS:
		arena_release(&((struct keys *)entry)->arena);
		break;
	case ENTRY_KIND_COUNT:
		assert(false && "an entry has a kind");
	}
	memory_give(entry);
}

/* Out of the cache; it lives on while somebody holds it. */
static void entry_unlist(struct resolver *resolver, struct entry *entry)
{
	uint8_t key[KEY_MAX_OCTETS];
	size_t size = entry_key(key, (enum entry_kind)entry->kind, entry->name);
	void *removed = map_remove(resolver->entries, key, size);
	assert(removed == entry);
	order_remove(entry);
	entry->is_listed = false;
}

/* Makes room by forgetting what was not used for the longest time. */
static void entries_trim(struct resolver *resolver)
{
	unsigned int tries = EVICTION_TRIES;
	while (map_count(resolver->entries) > resolver->entries_max && tries > 0) {
		struct entry *oldest = resolver->order.newer;
		if (oldest->task == NULL && oldest->holds == 0) {
			entry_unlist(resolver, oldest);
			entry_free(oldest);
			continue;
		}
		order_remove(oldest);
		order_insert(resolver, oldest);
		tries--;
	}
}

static struct entry *entry_new(enum entry_kind kind, const uint8_t *name)
{
	static const size_t sizes[ENTRY_KIND_COUNT] = {
		[ENTRY_PLACE] = sizeof(struct place),
		[ENTRY_HOST] = sizeof(struct host),
		[ENTRY_KEYS] = sizeof(struct keys),
	};
	size_t size = sizes[kind];
	size_t name_octets = name_size(name);
	struct entry *entry = memory_take(size + name_octets);
	if (entry == NULL)
		return NULL;
	memset(entry, 0, size);
	entry->kind = (uint8_t)kind;
	name_copy_lower((uint8_t *)entry + size, name);
	entry->name = (uint8_t *)entry + size;
	return entry;
}

struct place *place_new_apart(struct resolver *resolver, const uint8_t *zone)
{
	struct entry *entry = entry_new(ENTRY_PLACE, zone);
	if (entry == NULL)
		return NULL;
	entry->holds = 1;
	entry_set(resolver, entry, LOOKUP_FOUND, TTL_FLOOR_S);
	return place_of(entry);
}

/* Keys that a caller holds must not change under him when their time is over. */
static bool is_outlived(const struct resolver *resolver, const struct entry *entry)
{
	return entry->kind == ENTRY_KEYS && entry->holds > 0 && entry->task == NULL &&
	       !entry_is_fresh(resolver, entry);
}

struct entry *entry_get(struct resolver *resolver, enum entry_kind kind, const uint8_t *name)
{
	assert(kind < ENTRY_KIND_COUNT && name != NULL);
	uint8_t key[KEY_MAX_OCTETS];
	size_t size = entry_key(key, kind, name);
	struct entry *entry = map_get(resolver->entries, key, size);
	if (entry != NULL && is_outlived(resolver, entry)) {
		entry_unlist(resolver, entry);
		entry = NULL;
	}
	if (entry != NULL) {
		order_remove(entry);
		order_insert(resolver, entry);
		return entry;
	}
	entry = entry_new(kind, name);
	if (entry == NULL || map_put(resolver->entries, key, size, entry, NULL) != OK) {
		memory_give(entry);
		return NULL;
	}
	entry->is_listed = true;
	order_insert(resolver, entry);
	entry->holds++;
	entries_trim(resolver);
	entry->holds--;
	return entry;
}

bool entry_is_fresh(const struct resolver *resolver, const struct entry *entry)
{
	return entry->expires_ns > loop_now_ns(resolver->loop);
}

void entry_hold(struct entry *entry)
{
	assert(entry->holds < UINT32_MAX);
	entry->holds++;
}

void entry_release(struct entry *entry)
{
	assert(entry->holds > 0);
	if (--entry->holds == 0 && !entry->is_listed && entry->task == NULL)
		entry_free(entry);
}

static uint32_t at_most(uint32_t value, uint32_t limit)
{
	return value < limit ? value : limit;
}

void entry_set(struct resolver *resolver, struct entry *entry, enum lookup_state state,
	       uint32_t ttl_s)
{
	uint32_t life_s = ttl_s < TTL_FLOOR_S ? TTL_FLOOR_S : ttl_s;
	switch (state) {
	case LOOKUP_FOUND:
		life_s = at_most(life_s, TTL_CAP_S);
		break;
	case LOOKUP_NXDOMAIN:
	case LOOKUP_NODATA:
		life_s = at_most(life_s, NEGATIVE_TTL_CAP_S);
		break;
	case LOOKUP_CYCLE:
	case LOOKUP_UNREACHABLE:
	case LOOKUP_BOGUS:
		life_s = FAILURE_TTL_S;
		break;
	case LOOKUP_LIMIT:
	case LOOKUP_NONE:
		life_s = LIMIT_TTL_S;
		break;
	}
	assert(life_s >= LIMIT_TTL_S && life_s <= TTL_CAP_S);
	entry->state = (uint8_t)state;
	entry->expires_ns = loop_now_ns(resolver->loop) + (uint64_t)life_s * 1000000000u;
}

void entries_free(struct resolver *resolver)
{
	if (resolver->root != NULL)
		entry_release(&resolver->root->entry);
	resolver->root = NULL;
	/* Held ones (a cut whose places are still there) go with the last that holds them. */
	while (resolver->order.newer != &resolver->order) {
		struct entry *entry = resolver->order.newer;
		assert(entry->task == NULL);
		order_remove(entry);
		entry->is_listed = false;
		if (entry->holds == 0)
			entry_free(entry);
	}
	map_free(resolver->entries, NULL);
	resolver->entries = NULL;
}

struct cut *cut_hold(struct cut *cut)
{
	struct keys *keys = (struct keys *)((uint8_t *)cut - offsetof(struct keys, cut));
	assert(keys->entry.kind == ENTRY_KEYS);
	entry_hold(&keys->entry);
	return cut;
}

void cut_release(struct cut *cut)
{
	struct keys *keys = (struct keys *)((uint8_t *)cut - offsetof(struct keys, cut));
	assert(keys->entry.kind == ENTRY_KEYS);
	entry_release(&keys->entry);
}
