/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Items of a state as plain values: look-ups and routes. */
#include "base/bytes.h"
#include "dns/wire/name.h"
#include "model/state.h"
#include "model/state_items_private.h"

#include <assert.h>
#include <string.h>

static struct state_data value_of(const struct state_item *item, size_t place)
{
	return place < item->value_count ? item->values[place] : (struct state_data){0};
}

bool state_read_lookup(const struct state_item *item, struct state_lookup *ret_lookup)
{
	struct state_data head = value_of(item, LOOKUP_VALUE_HEAD);
	struct state_data target = value_of(item, LOOKUP_VALUE_TARGET);
	struct reader reader;
	assert(item->kind == STATE_ITEM_LOOKUP);
	reader_init(&reader, item->key.octets, item->key.size);
	uint16_t type = reader_u16(&reader);
	size_t name_octets = reader_left(&reader);
	const uint8_t *name = reader_octets(&reader, name_octets);
	if (name == NULL || !name_is_valid(name, name_octets) || head.size != LOOKUP_HEAD_OCTETS ||
	    head.octets[0] >= LOOKUP_RESULT_COUNT || head.octets[1] > SECURITY_BOGUS ||
	    (target.size > 0 && !name_is_valid(target.octets, target.size)))
		return false;
	*ret_lookup = (struct state_lookup){
		.name = name,
		.target = target.size > 0 ? target.octets : NULL,
		.type = type,
		.result = head.octets[0],
		.security = head.octets[1],
	};
	if (item->value_count > LOOKUP_VALUE_DATA) {
		ret_lookup->data = item->values + LOOKUP_VALUE_DATA;
		ret_lookup->data_count = (uint16_t)(item->value_count - LOOKUP_VALUE_DATA);
	}
	return true;
}

bool state_read_route(const struct state_item *item, struct state_route *ret_route)
{
	struct reader reader;
	assert(item->kind == STATE_ITEM_ROUTE);
	reader_init(&reader, item->key.octets, item->key.size);
	struct state_route route = {.ip.family = reader_u8(&reader)};
	if (route.ip.family != 4 && route.ip.family != 6)
		return false;
	const size_t size = route.ip.family == 4 ? 4 : 16;
	const uint8_t *octets = reader_octets(&reader, size);
	route.bits = reader_u8(&reader);
	route.as = reader_u32(&reader);
	if (octets == NULL || reader.error != OK)
		return false;
	memcpy(route.ip.octets, octets, size);
	*ret_route = route;
	return true;
}
