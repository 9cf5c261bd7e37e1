/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of a state that any kind of thing can be put into: octets that say what it is about, and
 * octets that say what is so. Here they are put in order; state_items_make.c says what they are.
 */
#include "model/state_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A varint of a size of 16 bits and one more. */
#define SIZE_MAX_OCTETS 3

int state_item_add(struct state_maker *maker, uint8_t kind, struct state_data key,
		   const struct state_data *values, size_t count)
{
	assert(kind > 0 && count <= UINT16_MAX && maker->item_count < STATE_ITEMS_MAX);
	const uint8_t *domain = maker->observation->domain;
	size_t key_room = 1u + SIZE_MAX_OCTETS + key.size;
	size_t room = SIZE_MAX_OCTETS;
	for (size_t i = 0; i < count; i++)
		room += SIZE_MAX_OCTETS + (size_t)values[i].size;
	uint8_t *key_octets = arena_take_octets(maker->arena, key_room);
	uint8_t *octets = arena_take_octets(maker->arena, room);
	if (key_octets == NULL || octets == NULL)
		return ERR_MEMORY;
	struct writer writer;
	writer_init(&writer, key_octets, key_room);
	writer_u8(&writer, kind);
	state_put_octets(&writer, domain, key.octets, key.size);
	assert(writer.error == OK);
	size_t key_size = writer_used(&writer);
	writer_init(&writer, octets, room);
	writer_varint(&writer, count);
	for (size_t i = 0; i < count; i++)
		state_put_octets(&writer, domain, values[i].octets, values[i].size);
	assert(writer.error == OK);
	maker->items[maker->item_count++] = (struct item_octets){
		.key = key_octets,
		.values = octets,
		.key_size = (uint32_t)key_size,
		.values_size = (uint32_t)writer_used(&writer),
	};
	return OK;
}

static int compare_octets(const uint8_t *left, size_t left_size, const uint8_t *right,
			  size_t right_size)
{
	int order = memcmp(left, right, left_size < right_size ? left_size : right_size);
	return order != 0 ? order : (left_size > right_size) - (left_size < right_size);
}

static int compare_keys(const struct item_octets *left, const struct item_octets *right)
{
	return compare_octets(left->key, left->key_size, right->key, right->key_size);
}

static int compare_items(const void *left_pointer, const void *right_pointer)
{
	const struct item_octets *left = left_pointer;
	const struct item_octets *right = right_pointer;
	int order = compare_keys(left, right);
	return order != 0 ? order
			  : compare_octets(left->values, left->values_size, right->values,
					   right->values_size);
}

/* Of what was tried several times the best counts: values begin with how it ended, success first.
 */
static void order_items(struct state_maker *maker)
{
	qsort(maker->items, maker->item_count, sizeof(*maker->items), compare_items);
	size_t kept = 0;
	for (size_t i = 0; i < maker->item_count; i++) {
		if (kept > 0 && compare_keys(&maker->items[kept - 1], &maker->items[i]) == 0)
			continue;
		maker->items[kept++] = maker->items[i];
	}
	maker->item_count = kept;
}

int state_items_make(struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	size_t most = (size_t)observation->lookup_count + observation->session_count +
		      observation->route_count + observation->transfer_count;
	for (size_t i = 0; i < observation->exchange_count; i++)
		most += observation->exchanges[i].kind != PROBE_PLAIN;
	if (most == 0)
		return OK;
	assert(most <= STATE_ITEMS_MAX);
	maker->items = arena_take_array(maker->arena, most, sizeof(*maker->items));
	if (maker->items == NULL)
		return ERR_MEMORY;
	int error = state_lookups_add(maker);
	if (error == OK)
		error = state_probes_add(maker);
	if (error == OK)
		error = state_sessions_add(maker);
	if (error == OK)
		error = state_routes_add(maker);
	if (error == OK)
		error = state_transfers_add(maker);
	if (error == OK)
		order_items(maker);
	return error;
}
