/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "gather/routing/rtr_set_private.h"
#include "gather/routing/vrps_private.h"

#include <assert.h>
#include <stdlib.h>

#define CHANGES_ROOM_FIRST ((size_t)256)

static_assert(sizeof(struct rtr_change) == 32, "millions of them");
static_assert(ROUTING_ENTRIES_MAX < (size_t)1 << 30, "the number of a change has 31 bits");

static void changes_release(struct rtr_changes *changes)
{
	memory_give(changes->items);
	*changes = (struct rtr_changes){0};
}

void rtr_set_forget_changes(struct rtr_set *set)
{
	for (size_t i = 0; i < 2; i++)
		changes_release(&set->changes[i]);
}

void rtr_set_forget(struct rtr_set *set)
{
	for (size_t i = 0; i < 2; i++)
		prefix_list_release(&set->lists[i]);
}

void rtr_set_release(struct rtr_set *set)
{
	rtr_set_forget(set);
	rtr_set_forget_changes(set);
}

size_t rtr_set_count(const struct rtr_set *set)
{
	return set->lists[0].count + set->lists[1].count;
}

size_t rtr_set_changes(const struct rtr_set *set)
{
	return set->changes[0].count + set->changes[1].count;
}

int rtr_set_change(struct rtr_set *set, const struct vrp *vrp, bool is_announced)
{
	struct rtr_changes *changes = &set->changes[vrp->prefix.family == ADDRESS_IPV6];
	struct rtr_change change = {.sequence = (uint32_t)changes->count & 0x7fffffff,
				    .is_announced = is_announced};
	int error = vrp_to_item(vrp, &change.item);
	if (error != OK)
		return error;
	if (changes->count == changes->room) {
		size_t room = changes->room > 0 ? changes->room * 2 : CHANGES_ROOM_FIRST;
		struct rtr_change *larger = memory_resize(changes->items, room * sizeof(*larger));
		if (larger == NULL)
			return ERR_MEMORY;
		changes->items = larger;
		changes->room = room;
	}
	changes->items[changes->count++] = change;
	return OK;
}

static int compare_changes(const void *left_change, const void *right_change)
{
	const struct rtr_change *left = left_change;
	const struct rtr_change *right = right_change;
	const int order = prefix_item_compare(&left->item, &right->item);
	if (order != 0)
		return order;
	return left->sequence < right->sequence ? -1 : 1;
}

/* What becomes of one VRP by the changes from *at on, which are passed over. */
static int follow(const struct rtr_changes *changes, bool was_there, size_t *at, bool *ret_is_there)
{
	const struct prefix_item *item = &changes->items[*at].item;
	bool is_there = was_there;
	for (; *at < changes->count; ++*at) {
		const struct rtr_change *change = &changes->items[*at];
		if (prefix_item_compare(item, &change->item) != 0)
			break;
		if (is_there == (change->is_announced != 0))
			return is_there ? ERR_EXISTS : ERR_NOT_FOUND;
		is_there = !is_there;
	}
	*ret_is_there = is_there;
	return OK;
}

/* Both sorted. */
static int merge(const struct prefix_list *present, const struct rtr_changes *changes,
		 struct prefix_list *ret_list)
{
	size_t at = 0;
	size_t next = 0;
	int error = OK;
	while ((at < changes->count || next < present->count) && error == OK) {
		const struct prefix_item *own =
			next < present->count ? &present->items[next] : NULL;
		const struct rtr_change *change = at < changes->count ? &changes->items[at] : NULL;
		int order = own == NULL ? 1 : -1;
		if (own != NULL && change != NULL)
			order = prefix_item_compare(own, &change->item);
		if (order < 0) {
			error = prefix_list_add(ret_list, own);
			next++;
			continue;
		}
		assert(change != NULL);
		bool is_there;
		next += order == 0;
		error = follow(changes, order == 0, &at, &is_there);
		if (error == OK && is_there)
			error = prefix_list_add(ret_list, &change->item);
	}
	return error;
}

int rtr_set_apply(struct rtr_set *set, bool from_nothing)
{
	static const struct prefix_list NOTHING = {0};
	struct prefix_list lists[2] = {{0}, {0}};
	int error = OK;
	for (size_t i = 0; i < 2 && error == OK; i++) {
		struct rtr_changes *changes = &set->changes[i];
		if (changes->count > 1)
			qsort(changes->items, changes->count, sizeof(changes->items[0]),
			      compare_changes);
		error = merge(from_nothing ? &NOTHING : &set->lists[i], changes, &lists[i]);
	}
	rtr_set_forget_changes(set);
	for (size_t i = 0; i < 2; i++) {
		if (error == OK) {
			prefix_list_release(&set->lists[i]);
			set->lists[i] = lists[i];
		} else {
			prefix_list_release(&lists[i]);
		}
	}
	return error;
}

int rtr_set_to_vrps(const struct rtr_set *set, struct vrps **ret_vrps)
{
	static const uint8_t FAMILIES[2] = {ADDRESS_IPV4, ADDRESS_IPV6};
	struct vrps *vrps = NULL;
	int error = vrps_new(&vrps);
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < set->lists[i].count && error == OK; j++)
			error = vrps_add_item(vrps, FAMILIES[i], &set->lists[i].items[j]);
	}
	if (error == OK)
		error = vrps_settle(vrps);
	if (error != OK) {
		vrps_free(vrps);
		return error;
	}
	*ret_vrps = vrps;
	return OK;
}
