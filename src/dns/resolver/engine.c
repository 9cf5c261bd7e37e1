/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/resolver/engine_private.h"

#include <assert.h>
#include <string.h>

#define CACHE_ENTRIES_DEFAULT 50000

static int take_hints(struct resolver *resolver, const struct resolver_settings *settings)
{
	if (settings->hint_count == 0)
		return ERR_ARGUMENT;
	static const uint8_t root[1] = {0};
	resolver->port = settings->hints[0].port;
	struct entry *entry = entry_get(resolver, ENTRY_PLACE, root);
	if (entry == NULL)
		return ERR_MEMORY;
	entry_hold(entry);
	resolver->root = place_of(entry);
	for (size_t i = 0; i < settings->hint_count; i++)
		(void)place_add_server(resolver, resolver->root, &settings->hints[i]);
	if (resolver->root->server_count == 0)
		return ERR_ARGUMENT;
	entry_set(resolver, entry, LOOKUP_FOUND, TTL_CAP_S);
	entry->expires_ns = UINT64_MAX;
	return OK;
}

static int take_anchors(struct resolver *resolver, const struct resolver_settings *settings)
{
	struct arena *arena = &resolver->anchor_arena;
	resolver->anchors =
		arena_take_array(arena, settings->anchor_count, sizeof(*resolver->anchors));
	if (resolver->anchors == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < settings->anchor_count; i++) {
		const struct record *given = &settings->anchors[i];
		uint8_t *owner = arena_take_octets(arena, name_size(given->owner));
		uint8_t *rdata = arena_take_octets(arena, given->rdata_size);
		if (owner == NULL || rdata == NULL)
			return ERR_MEMORY;
		name_copy_lower(owner, given->owner);
		memcpy(rdata, given->rdata, given->rdata_size);
		resolver->anchors[i] = *given;
		resolver->anchors[i].owner = owner;
		resolver->anchors[i].rdata = rdata;
	}
	resolver->anchor_count = settings->anchor_count;
	return OK;
}

static int take_negative_anchors(struct resolver *resolver,
				 const struct resolver_settings *settings)
{
	struct arena *arena = &resolver->anchor_arena;
	const size_t count = settings->negative_anchor_count;
	resolver->negative_anchors =
		arena_take_array(arena, count + 1, sizeof(*resolver->negative_anchors));
	if (resolver->negative_anchors == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const uint8_t *given = settings->negative_anchors[i];
		uint8_t *name = arena_take_octets(arena, name_size(given));
		if (name == NULL)
			return ERR_MEMORY;
		name_copy_lower(name, given);
		resolver->negative_anchors[resolver->negative_anchor_count++] = name;
	}
	return OK;
}

static int resolver_set_up(struct resolver *resolver, const struct resolver_settings *settings)
{
	resolver->entries_max =
		settings->cache_entries != 0 ? settings->cache_entries : CACHE_ENTRIES_DEFAULT;
	resolver->no_ipv4 = settings->no_ipv4;
	resolver->no_ipv6 = settings->no_ipv6;
	resolver->random = settings->random;
	if (resolver->random == NULL) {
		random_system(&resolver->own_random);
		resolver->random = &resolver->own_random;
	}
	resolver->clock = settings->clock != NULL ? *settings->clock : clock_system();
	resolver->order.newer = &resolver->order;
	resolver->order.older = &resolver->order;
	deferred_init(&resolver->deferred, tasks_drain, resolver);
	/* What the largest answer (64 KiB) takes when its RRsets are sorted, many times over. */
	arena_init(&resolver->scratch, SCRATCH_OCTETS_MAX, 0);
	arena_init(&resolver->anchor_arena, SCRATCH_OCTETS_MAX, 512);
	uint8_t secret[16];
	random_octets(resolver->random, secret, sizeof(secret));
	resolver->entries = map_new(secret);
	if (resolver->entries == NULL)
		return ERR_MEMORY;
	int error = take_hints(resolver, settings);
	if (error == OK)
		error = take_anchors(resolver, settings);
	return error == OK ? take_negative_anchors(resolver, settings) : error;
}

int resolver_new(struct loop *loop, struct transport *transport, struct verifier *verifier,
		 const struct resolver_settings *settings, struct resolver **ret_resolver)
{
	assert(loop != NULL && transport != NULL && verifier != NULL && settings != NULL);
	struct resolver *resolver = memory_take_zeroed(1, sizeof(*resolver));
	if (resolver == NULL)
		return ERR_MEMORY;
	resolver->loop = loop;
	resolver->transport = transport;
	resolver->verifier = verifier;
	int error = resolver_set_up(resolver, settings);
	if (error != OK) {
		resolver_free(resolver);
		return error;
	}
	*ret_resolver = resolver;
	return OK;
}

void resolver_free(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	deferred_cancel(resolver->loop, &resolver->deferred);
	resolver->witness = NULL; /* what is left now was not waited for long enough */
	tasks_free(resolver);
	if (resolver->entries != NULL)
		entries_free(resolver);
	arena_release(&resolver->scratch);
	arena_release(&resolver->anchor_arena);
	assert(resolver->tasks == NULL && resolver->finished == NULL);
	memory_give(resolver);
}

void resolver_watch(struct resolver *resolver, resolver_witness *witness, void *context)
{
	resolver->witness = witness;
	resolver->witness_context = context;
}
