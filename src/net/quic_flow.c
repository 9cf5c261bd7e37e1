/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The streams of a connection: one question and its answer each. */
#include "base/memory.h"
#include "net/quic_private.h"

#include <assert.h>
#include <string.h>

struct flow *flow_find(const struct quic_connection *connection, int64_t stream)
{
	struct flow *flow = connection->flows;
	while (flow != NULL && flow->stream != stream)
		flow = flow->next;
	return flow;
}

struct flow *flow_new(struct quic_connection *connection, int64_t stream)
{
	if (connection->flow_count >= QUIC_STREAMS_MAX)
		return NULL;
	struct flow *flow = memory_take_zeroed(1, sizeof(*flow));
	if (flow == NULL)
		return NULL;
	flow->stream = stream;
	struct flow **link = &connection->flows;
	while (*link != NULL)
		link = &(*link)->next;
	*link = flow;
	connection->flow_count++;
	return flow;
}

void flow_drop(struct quic_connection *connection, struct flow *flow)
{
	struct flow **link = &connection->flows;
	while (*link != flow) {
		assert(*link != NULL);
		link = &(*link)->next;
	}
	*link = flow->next;
	assert(connection->flow_count > 0);
	connection->flow_count--;
	memory_give(flow->in);
	memory_give(flow->out);
	memory_give(flow);
}

int flow_say(struct flow *flow, const uint8_t *data, size_t size)
{
	assert(!flow->has_out && size > 0 && size <= QUIC_STREAM_OCTETS_MAX);
	flow->out = memory_take(size);
	if (flow->out == NULL)
		return ERR_MEMORY;
	memcpy(flow->out, data, size);
	flow->out_size = size;
	flow->has_out = true;
	return OK;
}

int flow_hear(struct flow *flow, const uint8_t *data, size_t size)
{
	if (size > QUIC_STREAM_OCTETS_MAX - flow->in_size)
		return ERR_LIMIT; /* cannot be: flow control */
	if (flow->in_size + size > flow->in_room) {
		size_t room = flow->in_room ? flow->in_room : 512;
		while (room < flow->in_size + size)
			room *= 2;
		uint8_t *in = memory_resize(flow->in, room);
		if (in == NULL)
			return ERR_MEMORY;
		flow->in = in;
		flow->in_room = room;
	}
	if (size > 0)
		memcpy(flow->in + flow->in_size, data, size);
	flow->in_size += size;
	return OK;
}
