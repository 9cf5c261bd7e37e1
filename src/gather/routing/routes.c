/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "gather/routing/field_private.h"
#include "gather/routing/prefix_table_private.h"
#include "gather/routing/routes_private.h"
#include "gather/routing/vrps_private.h"

#include <assert.h>

struct routes {
	struct prefix_list lists[2]; /* IPv4, IPv6; empty once settled */
	struct prefix_table tables[2];
	bool is_settled;
};

static const uint8_t FAMILIES[2] = {ADDRESS_IPV4, ADDRESS_IPV6};

int routes_new(struct routes **ret_routes)
{
	assert(ret_routes != NULL);
	struct routes *routes = memory_take_zeroed(1, sizeof(*routes));
	if (routes == NULL)
		return ERR_MEMORY;
	*ret_routes = routes;
	return OK;
}

void routes_free(struct routes *routes)
{
	if (routes == NULL)
		return;
	for (size_t i = 0; i < 2; i++) {
		prefix_list_release(&routes->lists[i]);
		prefix_table_release(&routes->tables[i]);
	}
	memory_give(routes);
}

int routes_add(struct routes *routes, const struct route_prefix *prefix,
	       const struct route_origin *origin)
{
	assert(routes != NULL && !routes->is_settled && origin != NULL);
	if (!route_prefix_is_sound(prefix))
		return ERR_FORMAT;
	if (routes->lists[0].count + routes->lists[1].count >= ROUTING_ENTRIES_MAX)
		return ERR_LIMIT;
	const struct prefix_item item = {
		.key = prefix_key_of(prefix->octets),
		.as = origin->as,
		.extra = origin->peers,
		.set = origin->is_in_set,
		.bits = prefix->bits,
	};
	return prefix_list_add(&routes->lists[prefix->family == ADDRESS_IPV6], &item);
}

int routes_settle(struct routes *routes)
{
	assert(routes != NULL && !routes->is_settled);
	for (size_t i = 0; i < 2; i++) {
		int error =
			prefix_table_make(&routes->tables[i], &routes->lists[i], FAMILIES[i], true);
		if (error != OK)
			return error;
	}
	routes->is_settled = true;
	return OK;
}

size_t routes_count(const struct routes *routes)
{
	assert(routes->is_settled);
	return routes->tables[0].count + routes->tables[1].count;
}

size_t routes_duplicates(const struct routes *routes)
{
	assert(routes->is_settled);
	return routes->tables[0].duplicates + routes->tables[1].duplicates;
}

static struct route_origin origin_of(const struct prefix_word *word)
{
	return (struct route_origin){.as = word->as,
				     .peers = word->extra,
				     .is_in_set = word->set != 0,
				     .state = word->state};
}

static void judge_table(struct prefix_table *table, const struct vrps *vrps, uint8_t family)
{
	for (uint32_t entry = 0; entry < table->count; entry++) {
		const struct prefix_key key = prefix_table_key(table, entry);
		const uint8_t bits = (uint8_t)table->entries[entry].bits;
		const size_t end = table->entries[entry + 1].first;
		for (size_t i = table->entries[entry].first; i < end; i++) {
			struct prefix_word *word = &table->words[i];
			const struct prefix_origin origin = {word->as, bits,
							     word->set != 0 || word->as == 0};
			word->state = (uint8_t)(vrps == NULL ? ROA_NOT_MEASURED
							     : vrps_state_of_key(vrps, family, &key,
										 &origin));
		}
	}
}

void routes_judge(struct routes *routes, const struct vrps *vrps)
{
	assert(routes != NULL && routes->is_settled);
	for (size_t i = 0; i < 2; i++)
		judge_table(&routes->tables[i], vrps, FAMILIES[i]);
}

void routing_look_up(const struct routes *routes, const struct address *address,
		     struct routing_answer *ret_answer)
{
	assert(routes != NULL && routes->is_settled && ret_answer != NULL);
	assert(address->family == ADDRESS_IPV4 || address->family == ADDRESS_IPV6);
	const struct prefix_table *table = &routes->tables[address->family == ADDRESS_IPV6];
	const struct prefix_key key = prefix_key_of(address->octets);
	const uint32_t entry =
		prefix_table_find(table, &key, address->family == ADDRESS_IPV6 ? 128 : 32);
	ret_answer->is_announced = entry != PREFIX_NONE;
	ret_answer->state = ROA_NOT_MEASURED;
	ret_answer->origin_count = 0;
	ret_answer->origins_dropped = 0;
	ret_answer->prefix = (struct route_prefix){0};
	if (entry == PREFIX_NONE)
		return;
	ret_answer->prefix = prefix_table_prefix(table, entry, address->family);
	size_t count;
	const struct prefix_word *words = prefix_table_words(table, entry, &count);
	ret_answer->origin_count = count < ROUTING_ORIGINS_MAX ? count : ROUTING_ORIGINS_MAX;
	ret_answer->origins_dropped = count - ret_answer->origin_count;
	for (size_t i = 0; i < ret_answer->origin_count; i++) {
		ret_answer->origins[i] = origin_of(&words[i]);
		if (words[i].state > ret_answer->state)
			ret_answer->state = words[i].state;
	}
}

void routes_each(const struct routes *routes,
		 void (*take)(void *context, const struct route_prefix *prefix,
			      const struct route_origin *origin),
		 void *context)
{
	assert(routes->is_settled);
	for (size_t i = 0; i < 2; i++) {
		const struct prefix_table *table = &routes->tables[i];
		for (uint32_t entry = 0; entry < table->count; entry++) {
			size_t count;
			const struct prefix_word *words = prefix_table_words(table, entry, &count);
			const struct route_prefix prefix =
				prefix_table_prefix(table, entry, FAMILIES[i]);
			for (size_t j = 0; j < count; j++) {
				const struct route_origin origin = origin_of(&words[j]);
				take(context, &prefix, &origin);
			}
		}
	}
}

const struct prefix_table *routes_table(const struct routes *routes, size_t index)
{
	assert(routes->is_settled && index < 2);
	return &routes->tables[index];
}

int routes_borrow(const struct prefix_table tables[2], struct routes **ret_routes)
{
	assert(tables[0].is_borrowed && tables[1].is_borrowed);
	struct routes *routes;
	const int error = routes_new(&routes);
	if (error != OK)
		return error;
	routes->tables[0] = tables[0];
	routes->tables[1] = tables[1];
	routes->is_settled = true;
	*ret_routes = routes;
	return OK;
}

bool routes_without_invalid(const struct routes *routes, const struct address *address,
			    struct route_prefix *ret_prefix)
{
	assert(routes != NULL && routes->is_settled);
	const struct prefix_table *table = &routes->tables[address->family == ADDRESS_IPV6];
	const struct prefix_key key = prefix_key_of(address->octets);
	uint32_t entry = prefix_table_find(table, &key, address->family == ADDRESS_IPV6 ? 128 : 32);
	for (; entry != PREFIX_NONE; entry = table->entries[entry].parent) {
		size_t count;
		const struct prefix_word *words = prefix_table_words(table, entry, &count);
		for (size_t i = 0; i < count; i++) {
			if (roa_state_is_invalid((enum roa_state)words[i].state))
				continue;
			*ret_prefix = prefix_table_prefix(table, entry, address->family);
			return true;
		}
	}
	return false;
}
