/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "gather/routing/field_private.h"
#include "gather/routing/prefix_table_private.h"
#include "gather/routing/vrps_private.h"

#include <assert.h>

struct vrps {
	struct prefix_list lists[2]; /* IPv4, IPv6; empty once settled */
	struct prefix_table tables[2];
	bool is_settled;
};

static const uint8_t FAMILIES[2] = {ADDRESS_IPV4, ADDRESS_IPV6};

static size_t place_of(uint8_t family)
{
	return family == ADDRESS_IPV6;
}

const char *roa_state_text(enum roa_state state)
{
	static const char *const TEXTS[] = {
		[ROA_NOT_MEASURED] = "not measured", [ROA_VALID] = "valid",
		[ROA_NOT_FOUND] = "not found",       [ROA_INVALID_LENGTH] = "invalid (length)",
		[ROA_INVALID_AS] = "invalid (AS)",
	};
	assert((size_t)state < sizeof(TEXTS) / sizeof(TEXTS[0]));
	return TEXTS[state];
}

bool roa_state_is_invalid(enum roa_state state)
{
	return state == ROA_INVALID_LENGTH || state == ROA_INVALID_AS;
}

int vrps_new(struct vrps **ret_vrps)
{
	assert(ret_vrps != NULL);
	struct vrps *vrps = memory_take_zeroed(1, sizeof(*vrps));
	if (vrps == NULL)
		return ERR_MEMORY;
	*ret_vrps = vrps;
	return OK;
}

void vrps_free(struct vrps *vrps)
{
	if (vrps == NULL)
		return;
	for (size_t i = 0; i < 2; i++) {
		prefix_list_release(&vrps->lists[i]);
		prefix_table_release(&vrps->tables[i]);
	}
	memory_give(vrps);
}

int vrp_to_item(const struct vrp *vrp, struct prefix_item *ret_item)
{
	const unsigned int family_bits = vrp->prefix.family == ADDRESS_IPV4 ? 32 : 128;
	if (!route_prefix_is_sound(&vrp->prefix) || vrp->max_length < vrp->prefix.bits ||
	    vrp->max_length > family_bits)
		return ERR_FORMAT;
	*ret_item = (struct prefix_item){
		.key = prefix_key_of(vrp->prefix.octets),
		.as = vrp->as,
		.extra = vrp->max_length,
		.bits = vrp->prefix.bits,
	};
	return OK;
}

int vrps_add_item(struct vrps *vrps, uint8_t family, const struct prefix_item *item)
{
	assert(!vrps->is_settled);
	if (vrps->lists[0].count + vrps->lists[1].count >= ROUTING_ENTRIES_MAX)
		return ERR_LIMIT;
	return prefix_list_add(&vrps->lists[place_of(family)], item);
}

int vrps_add(struct vrps *vrps, const struct vrp *vrp)
{
	assert(vrps != NULL && vrp != NULL);
	struct prefix_item item;
	int error = vrp_to_item(vrp, &item);
	return error == OK ? vrps_add_item(vrps, vrp->prefix.family, &item) : error;
}

int vrps_settle(struct vrps *vrps)
{
	assert(vrps != NULL && !vrps->is_settled);
	for (size_t i = 0; i < 2; i++) {
		int error =
			prefix_table_make(&vrps->tables[i], &vrps->lists[i], FAMILIES[i], false);
		if (error != OK)
			return error;
	}
	vrps->is_settled = true;
	return OK;
}

size_t vrps_count(const struct vrps *vrps)
{
	assert(vrps->is_settled);
	size_t count = 0;
	for (size_t i = 0; i < 2; i++)
		count += vrps->tables[i].entries[vrps->tables[i].count].first;
	return count;
}

size_t vrps_duplicates(const struct vrps *vrps)
{
	assert(vrps->is_settled);
	return vrps->tables[0].duplicates + vrps->tables[1].duplicates;
}

/* One more than the longest that an AS may announce below a prefix; 0: nothing is said of this AS.
 * Words come by AS, and of one AS the longest first. */
static unsigned int longest_of(const struct prefix_table *table, uint32_t entry, uint32_t as)
{
	size_t end;
	size_t first = 0;
	const struct prefix_word *words = prefix_table_words(table, entry, &end);
	const size_t count = end;
	while (first < end) {
		const size_t middle = first + (end - first) / 2;
		if (words[middle].as < as)
			first = middle + 1;
		else
			end = middle;
	}
	return first < count && words[first].as == as ? words[first].extra + 1u : 0;
}

/* RFC 6811 s2: of all that cover, one that matches is enough. */
enum roa_state vrps_state_of_key(const struct vrps *vrps, uint8_t family,
				 const struct prefix_key *key, const struct prefix_origin *origin)
{
	assert(vrps->is_settled);
	const struct prefix_table *table = &vrps->tables[place_of(family)];
	uint32_t entry = prefix_table_find(table, key, origin->bits);
	if (entry == PREFIX_NONE)
		return ROA_NOT_FOUND;
	enum roa_state state = ROA_INVALID_AS;
	for (; entry != PREFIX_NONE && !origin->is_none; entry = table->entries[entry].parent) {
		const unsigned int longest = longest_of(table, entry, origin->as);
		if (origin->bits < longest)
			return ROA_VALID;
		if (longest > 0)
			state = ROA_INVALID_LENGTH;
	}
	return state;
}

enum roa_state vrps_state(const struct vrps *vrps, const struct route_prefix *prefix,
			  uint32_t origin)
{
	assert(vrps != NULL && route_prefix_is_sound(prefix));
	const struct prefix_key key = prefix_key_of(prefix->octets);
	/* AS 0 is nobody's (RFC 7607): a ROA for it forbids, and does not allow. */
	const struct prefix_origin asked = {origin, prefix->bits, origin == 0};
	return vrps_state_of_key(vrps, prefix->family, &key, &asked);
}

size_t vrps_covering(const struct vrps *vrps, const struct route_prefix *prefix,
		     struct vrp *ret_vrps, size_t room)
{
	assert(vrps != NULL && vrps->is_settled && route_prefix_is_sound(prefix));
	const struct prefix_table *table = &vrps->tables[place_of(prefix->family)];
	const struct prefix_key key = prefix_key_of(prefix->octets);
	size_t found = 0;
	uint32_t entry = prefix_table_find(table, &key, prefix->bits);
	for (; entry != PREFIX_NONE; entry = table->entries[entry].parent) {
		size_t count;
		const struct prefix_word *words = prefix_table_words(table, entry, &count);
		const struct route_prefix own = prefix_table_prefix(table, entry, prefix->family);
		for (size_t i = 0; i < count; i++, found++) {
			if (found < room)
				ret_vrps[found] =
					(struct vrp){own, (uint8_t)words[i].extra, words[i].as};
		}
	}
	return found;
}

void vrps_each(const struct vrps *vrps, void (*take)(void *context, const struct vrp *vrp),
	       void *context)
{
	assert(vrps->is_settled);
	for (size_t i = 0; i < 2; i++) {
		const struct prefix_table *table = &vrps->tables[i];
		for (uint32_t entry = 0; entry < table->count; entry++) {
			size_t count;
			const struct prefix_word *words = prefix_table_words(table, entry, &count);
			struct vrp vrp = {prefix_table_prefix(table, entry, FAMILIES[i]), 0, 0};
			for (size_t j = 0; j < count; j++) {
				vrp.max_length = (uint8_t)words[j].extra;
				vrp.as = words[j].as;
				take(context, &vrp);
			}
		}
	}
}

const struct prefix_table *vrps_table(const struct vrps *vrps, size_t index)
{
	assert(vrps->is_settled && index < 2);
	return &vrps->tables[index];
}

int vrps_borrow(const struct prefix_table tables[2], struct vrps **ret_vrps)
{
	assert(tables[0].is_borrowed && tables[1].is_borrowed);
	struct vrps *vrps;
	const int error = vrps_new(&vrps);
	if (error != OK)
		return error;
	vrps->tables[0] = tables[0];
	vrps->tables[1] = tables[1];
	vrps->is_settled = true;
	*ret_vrps = vrps;
	return OK;
}

unsigned int vrps_longest(const struct vrps *vrps, const struct address *address, uint32_t origin)
{
	assert(vrps != NULL && vrps->is_settled);
	const struct prefix_table *table = &vrps->tables[place_of(address->family)];
	const struct prefix_key key = prefix_key_of(address->octets);
	uint32_t entry = prefix_table_find(table, &key, address->family == ADDRESS_IPV6 ? 128 : 32);
	unsigned int longest = 0;
	for (; entry != PREFIX_NONE && origin != 0; entry = table->entries[entry].parent) {
		const unsigned int own = longest_of(table, entry, origin);
		if (own > longest)
			longest = own;
	}
	return longest > 0 ? longest - 1 : 0;
}
