/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "gather/routing/prefix_table_private.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define LIST_ROOM_FIRST ((size_t)256)
/* Below, a binary search over all is as quick, and an index of megabytes would be waste. */
#define SLICED_FROM ((size_t)4096)

/* Where the index begins and how many addresses a slice has, as numbers of the first 32 bits. IPv4:
 * a /18 each. IPv6: a /23 each of 2000::/3, where all of it is announced (the registries hand out
 * /12s to regions and /32s to networks); what is before or behind is in the first or last slice. */
#define IPV4_SLICES UINT32_C(0x40000)
#define IPV4_SLICE_SHIFT 14u
#define IPV6_SLICES UINT32_C(0x100000)
#define IPV6_SLICE_SHIFT 9u
#define IPV6_SLICES_BASE UINT32_C(0x20000000)

static_assert((uint64_t)IPV4_SLICES << IPV4_SLICE_SHIFT == UINT64_C(1) << 32, "all of IPv4");
static_assert((uint64_t)IPV6_SLICES << IPV6_SLICE_SHIFT == UINT64_C(1) << 29, "all of 2000::/3");

int prefix_list_add(struct prefix_list *list, const struct prefix_item *item)
{
	if (list->count == ROUTING_ENTRIES_MAX)
		return ERR_LIMIT;
	if (list->count == list->room) {
		size_t room = list->room > 0 ? list->room * 2 : LIST_ROOM_FIRST;
		struct prefix_item *larger = memory_resize(list->items, room * sizeof(*larger));
		if (larger == NULL)
			return ERR_MEMORY;
		list->items = larger;
		list->room = room;
	}
	list->items[list->count++] = *item;
	return OK;
}

void prefix_list_release(struct prefix_list *list)
{
	memory_give(list->items);
	*list = (struct prefix_list){0};
}

int prefix_item_compare(const struct prefix_item *left, const struct prefix_item *right)
{
	if (left->key.high != right->key.high)
		return left->key.high < right->key.high ? -1 : 1;
	if (left->key.low != right->key.low)
		return left->key.low < right->key.low ? -1 : 1;
	if (left->bits != right->bits)
		return left->bits < right->bits ? -1 : 1;
	if (left->as != right->as)
		return left->as < right->as ? -1 : 1;
	if (left->set != right->set)
		return left->set < right->set ? -1 : 1;
	return (int)right->extra - (int)left->extra;
}

static int compare_items(const void *left, const void *right)
{
	return prefix_item_compare(left, right);
}

static bool same_prefix(const struct prefix_item *left, const struct prefix_item *right)
{
	return left->key.high == right->key.high && left->key.low == right->key.low &&
	       left->bits == right->bits;
}

static bool same_word(const struct prefix_item *left, const struct prefix_item *right,
		      bool is_ranked)
{
	return same_prefix(left, right) && left->as == right->as && left->set == right->set &&
	       (is_ranked || left->extra == right->extra);
}

/* Validators and collectors write their lists in order, which costs one look to know. */
static void sort(struct prefix_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		if (prefix_item_compare(&list->items[i - 1], &list->items[i]) > 0) {
			qsort(list->items, list->count, sizeof(list->items[0]), compare_items);
			return;
		}
	}
}

/* Removes what is there twice; counts prefixes. */
static size_t condense(struct prefix_list *list, bool is_ranked, size_t *ret_prefixes)
{
	size_t kept = 0;
	size_t prefixes = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct prefix_item *item = &list->items[i];
		if (kept > 0 && same_word(&list->items[kept - 1], item, is_ranked))
			continue;
		prefixes += kept == 0 || !same_prefix(&list->items[kept - 1], item);
		list->items[kept++] = *item;
	}
	const size_t duplicates = list->count - kept;
	list->count = kept;
	*ret_prefixes = prefixes;
	return duplicates;
}

/* Of one prefix: seen by most first. */
static int compare_extra(const void *left_item, const void *right_item)
{
	const struct prefix_item *left = left_item;
	const struct prefix_item *right = right_item;
	if (left->extra != right->extra)
		return left->extra < right->extra ? 1 : -1;
	return prefix_item_compare(left, right);
}

static void rank(struct prefix_list *list)
{
	for (size_t i = 0; i < list->count;) {
		size_t end = i + 1;
		while (end < list->count && same_prefix(&list->items[i], &list->items[end]))
			end++;
		if (end - i > 1)
			qsort(&list->items[i], end - i, sizeof(list->items[0]), compare_extra);
		i = end;
	}
}

static uint64_t mask_of(unsigned int bits)
{
	return bits == 0 ? 0 : UINT64_MAX << (64 - bits);
}

static bool covers(const struct prefix_table *table, uint32_t entry, const struct prefix_key *key)
{
	const unsigned int bits = table->entries[entry].bits;
	if (((table->entries[entry].high ^ key->high) & mask_of(bits < 64 ? bits : 64)) != 0)
		return false;
	return bits <= 64 || ((table->low[entry] ^ key->low) & mask_of(bits - 64)) == 0;
}

static uint32_t nearest_cover(const struct prefix_table *table, uint32_t entry,
			      const struct prefix_key *key, unsigned int bits_max)
{
	while (entry != PREFIX_NONE &&
	       (table->entries[entry].bits > bits_max || !covers(table, entry, key)))
		entry = table->entries[entry].parent;
	return entry;
}

static void fill(struct prefix_table *table, const struct prefix_list *list)
{
	uint32_t entry = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct prefix_item *item = &list->items[i];
		table->words[i] = (struct prefix_word){
			.as = item->as, .extra = item->extra, .set = item->set};
		if (i > 0 && same_prefix(&list->items[i - 1], item))
			continue;
		const uint32_t before = entry > 0 ? entry - 1 : PREFIX_NONE;
		if (table->low != NULL)
			table->low[entry] = item->key.low;
		table->entries[entry] = (struct prefix_entry){
			.high = item->key.high,
			.parent = nearest_cover(table, before, &item->key, item->bits),
			.first = (uint32_t)i & 0xffffff,
			.bits = item->bits,
		};
		entry++;
	}
	assert(entry == table->count);
	table->entries[entry] = (struct prefix_entry){.first = (uint32_t)list->count & 0xffffff};
}

static uint32_t slice_of(const struct prefix_table *table, uint64_t high)
{
	const uint32_t first_bits = (uint32_t)(high >> 32);
	if (table->low == NULL)
		return first_bits >> IPV4_SLICE_SHIFT;
	if (first_bits < IPV6_SLICES_BASE)
		return 0;
	const uint32_t slice = (first_bits - IPV6_SLICES_BASE) >> IPV6_SLICE_SHIFT;
	return slice < IPV6_SLICES ? slice : IPV6_SLICES - 1;
}

static int make_slices(struct prefix_table *table)
{
	table->slice_count = table->low == NULL ? IPV4_SLICES : IPV6_SLICES;
	table->slices = memory_take(((size_t)table->slice_count + 1) * sizeof(table->slices[0]));
	if (table->slices == NULL)
		return ERR_MEMORY;
	uint32_t slice = 0;
	for (uint32_t entry = 0; entry < table->count; entry++) {
		const uint32_t own = slice_of(table, table->entries[entry].high);
		assert(own + 1 >= slice);
		while (slice <= own)
			table->slices[slice++] = entry;
	}
	while (slice <= table->slice_count)
		table->slices[slice++] = (uint32_t)table->count;
	return OK;
}

static int take_memory(struct prefix_table *table, size_t words, uint8_t family)
{
	const size_t count = table->count;
	table->low = family == ADDRESS_IPV6 ? memory_take(count * sizeof(table->low[0])) : NULL;
	table->entries = memory_take((count + 1) * sizeof(table->entries[0]));
	table->words = memory_take(words * sizeof(table->words[0]));
	const bool has_low = table->low != NULL || family == ADDRESS_IPV4;
	return has_low && table->entries != NULL && table->words != NULL ? OK : ERR_MEMORY;
}

int prefix_table_make(struct prefix_table *table, struct prefix_list *list, uint8_t family,
		      bool is_ranked)
{
	assert(family == ADDRESS_IPV4 || family == ADDRESS_IPV6);
	assert(list->count <= ROUTING_ENTRIES_MAX);
	*table = (struct prefix_table){0};
	sort(list);
	table->duplicates = condense(list, is_ranked, &table->count);
	if (is_ranked)
		rank(list);
	int error = take_memory(table, list->count, family);
	if (error == OK) {
		fill(table, list);
		if (table->count >= SLICED_FROM)
			error = make_slices(table);
	}
	prefix_list_release(list);
	if (error != OK)
		prefix_table_release(table);
	return error;
}

void prefix_table_release(struct prefix_table *table)
{
	if (!table->is_borrowed) {
		memory_give(table->low);
		memory_give(table->entries);
		memory_give(table->words);
		memory_give(table->slices);
	}
	*table = (struct prefix_table){0};
}

static bool is_at_or_before(const struct prefix_table *table, size_t entry,
			    const struct prefix_key *key)
{
	if (table->entries[entry].high != key->high)
		return table->entries[entry].high < key->high;
	return table->low == NULL || table->low[entry] <= key->low;
}

uint32_t prefix_table_find(const struct prefix_table *table, const struct prefix_key *key,
			   unsigned int bits_max)
{
	size_t first = 0;
	size_t end = table->count;
	if (table->slices != NULL) {
		const uint32_t slice = slice_of(table, key->high);
		first = table->slices[slice];
		end = table->slices[slice + 1];
	}
	/* The number of those at or before the key; the last of them may be in an earlier slice. */
	while (first < end) {
		const size_t middle = first + (end - first) / 2;
		if (is_at_or_before(table, middle, key))
			first = middle + 1;
		else
			end = middle;
	}
	return nearest_cover(table, first > 0 ? (uint32_t)(first - 1) : PREFIX_NONE, key, bits_max);
}

static uint64_t number_of(const uint8_t octets[8])
{
	uint64_t number;
	memcpy(&number, octets, sizeof(number));
	return be64toh(number);
}

struct prefix_key prefix_key_of(const uint8_t octets[16])
{
	return (struct prefix_key){number_of(octets), number_of(octets + 8)};
}

struct route_prefix prefix_table_prefix(const struct prefix_table *table, uint32_t entry,
					uint8_t family)
{
	const struct prefix_key key = prefix_table_key(table, entry);
	const uint64_t octets[2] = {htobe64(key.high), htobe64(key.low)};
	struct route_prefix prefix = {.family = family,
				      .bits = (uint8_t)table->entries[entry].bits};
	memcpy(prefix.octets, octets, sizeof(prefix.octets));
	return prefix;
}
