/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table behind routes and VRPs: prefixes of one family, sorted, each with the place of the
 * nearest one that covers it and with its words: what is said of it.
 *
 * The last prefix that begins at or before an address lies below the longest one that covers it, or
 * is it; all that cover an address are above one another. That is at most one more than the
 * family's bits, whatever the data.
 */
#ifndef GATHER_ROUTING_PREFIX_TABLE_PRIVATE_H
#define GATHER_ROUTING_PREFIX_TABLE_PRIVATE_H

#include "gather/routing/routing.h"

#include <assert.h>

/* An address as a number; IPv4 in the upper 32 bits of `high`. */
struct prefix_key {
	uint64_t high;
	uint64_t low;
};

/* What is said of a prefix. Of a route the origin, of a VRP the AS. */
struct prefix_word {
	uint32_t as;
	uint16_t extra; /* routes: peers; VRPs: max_length */
	uint8_t set;    /* routes: is_in_set */
	uint8_t state;  /* routes: enum roa_state */
};

/* One word of one prefix, before the table is made. */
struct prefix_item {
	struct prefix_key key;
	uint32_t as;
	uint16_t extra;
	uint8_t set;
	uint8_t bits;
};

static_assert(sizeof(struct prefix_item) == 24, "millions of them");
static_assert(sizeof(struct prefix_word) == 8, "millions of them");

/* The order of a table: by address, the covering prefix first; then by what is said, of which
 * `extra` from large to small. */
int prefix_item_compare(const struct prefix_item *left, const struct prefix_item *right);

struct prefix_list {
	struct prefix_item *items;
	size_t count;
	size_t room;
};

MUST_CHECK int prefix_list_add(struct prefix_list *list, const struct prefix_item *item);
void prefix_list_release(struct prefix_list *list);

#define PREFIX_NONE UINT32_MAX

/* Two fields in one word, so that a line of the cache holds four of these: most of a look-up is
 * waiting for memory. */
struct prefix_entry {
	uint64_t high;       /* of the address */
	uint32_t parent;     /* PREFIX_NONE: nothing covers it */
	uint32_t first : 24; /* its words end where the next one's begin */
	uint32_t bits : 8;
};

static_assert(sizeof(struct prefix_entry) == 16, "millions of them");
static_assert(ROUTING_ENTRIES_MAX < 1 << 24, "the number of a word has 24 bits");

struct prefix_table {
	size_t count;
	size_t duplicates;
	struct prefix_entry *entries; /* one more than `count` */
	uint64_t *low;                /* the rest of their addresses; NULL: IPv4 */
	struct prefix_word *words;
	uint32_t *slices; /* the first entry of each; NULL: the table is small */
	uint32_t slice_count;
	bool is_borrowed; /* the arrays are somebody else's (image.c) */
};

/* Sorts the list and takes its items over; it is empty afterwards, also on failure. The words of a
 * prefix come in the order of prefix_item_compare. `is_ranked`: of those that differ in `extra`
 * alone the largest stays, and they come by `extra`, from large to small. */
MUST_CHECK int prefix_table_make(struct prefix_table *table, struct prefix_list *list,
				 uint8_t family, bool is_ranked);
void prefix_table_release(struct prefix_table *table);

/* The longest prefix of at most `bits_max` bits that covers the address, or PREFIX_NONE. */
uint32_t prefix_table_find(const struct prefix_table *table, const struct prefix_key *key,
			   unsigned int bits_max);
/* The words of a prefix. */
static inline const struct prefix_word *prefix_table_words(const struct prefix_table *table,
							   uint32_t entry, size_t *ret_count)
{
	assert(entry < table->count);
	const uint32_t first = table->entries[entry].first;
	*ret_count = table->entries[entry + 1].first - first;
	return table->words + first;
}

struct prefix_key prefix_key_of(const uint8_t octets[16]);
static inline struct prefix_key prefix_table_key(const struct prefix_table *table, uint32_t entry)
{
	assert(entry < table->count);
	return (struct prefix_key){table->entries[entry].high,
				   table->low != NULL ? table->low[entry] : 0};
}
struct route_prefix prefix_table_prefix(const struct prefix_table *table, uint32_t entry,
					uint8_t family);

#endif
