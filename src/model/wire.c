/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "model/observation.h"

#include <assert.h>
#include <string.h>

const uint8_t *observation_wire(struct arena *arena, const struct observation *observation,
				const struct exchange *exchange, size_t *ret_size)
{
	if (exchange->message == MESSAGE_NONE)
		return NULL;
	assert(exchange->message < observation->message_count);
	const struct kept_message *message = &observation->messages[exchange->message];
	size_t size = message->size + (size_t)exchange->opt_size;
	uint8_t *wire = arena_take_octets(arena, size);
	if (wire == NULL)
		return NULL;
	if (message->size > 0)
		memcpy(wire, message->wire, message->size);
	if (message->size >= 2) {
		wire[0] = (uint8_t)(exchange->id >> 8);
		wire[1] = (uint8_t)exchange->id;
	}
	if ((exchange->flags & EXCHANGE_OPT_CUT) != 0) {
		assert(message->size >= MESSAGE_HEADER_OCTETS && exchange->opt != NULL);
		unsigned int count = (unsigned int)wire[10] << 8 | wire[11];
		count++;
		wire[10] = (uint8_t)(count >> 8);
		wire[11] = (uint8_t)count;
		memcpy(wire + message->size, exchange->opt, exchange->opt_size);
	}
	*ret_size = size;
	return wire;
}
