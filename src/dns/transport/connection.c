/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/transport/connection_private.h"
#include "dns/transport/engine_private.h"

#include <assert.h>
#include <string.h>

#define FRAME_PREFIX 2u

static void idle_over(void *context)
{
	struct connection *connection = context;
	assert(connection_is_idle(connection));
	connection_free(connection->peer->transport, connection);
}

int connection_new(struct transport *transport, const struct flight *first,
		   const struct stream_handler *handler, struct connection **ret_connection)
{
	const uint8_t kind = first->transport;
	struct peer *peer = first->peer;
	assert(kind >= EXCHANGE_TCP && kind <= EXCHANGE_DOQ);
	assert(peer->connections[kind - EXCHANGE_UDP] == NULL);
	struct connection *connection = memory_take_zeroed(1, sizeof(*connection));
	if (connection == NULL)
		return ERR_MEMORY;
	connection->peer = peer;
	connection->kind = kind;
	connection->begun_ns = transport_now(transport);
	int error = carrier_open(transport, connection, handler, first);
	if (error != OK) {
		carrier_close(connection);
		memory_give(connection);
		return error;
	}
	timer_init(&connection->idle, idle_over, connection);
	connection->next = transport->connections;
	if (connection->next != NULL)
		connection->next->previous = connection;
	transport->connections = connection;
	transport->connection_count[carrier_is_encrypted(kind)]++;
	peer->connections[kind - EXCHANGE_UDP] = connection;
	connection->is_attached = true;
	*ret_connection = connection;
	return OK;
}

int connection_new_alone(struct transport *transport, const struct flight *first,
			 const struct stream_handler *handler, struct connection **ret_connection)
{
	assert(first->transport == EXCHANGE_TCP);
	struct connection **place = &first->peer->connections[EXCHANGE_TCP - EXCHANGE_UDP];
	struct connection *usual = *place;
	*place = NULL;
	int error = connection_new(transport, first, handler, ret_connection);
	*place = usual;
	if (error == OK)
		(*ret_connection)->is_alone = true;
	return error;
}

void connection_detach(struct transport *transport, struct connection *connection)
{
	struct connection **place = &connection->peer->connections[connection->kind - EXCHANGE_UDP];
	if (!connection->is_attached)
		return;
	assert(*place == connection || connection->is_alone);
	connection->is_attached = false;
	if (*place == connection)
		*place = NULL;
	timer_stop(&connection->idle);
	if (connection->previous != NULL)
		connection->previous->next = connection->next;
	else
		transport->connections = connection->next;
	if (connection->next != NULL)
		connection->next->previous = connection->previous;
	const bool is_encrypted = carrier_is_encrypted(connection->kind);
	assert(transport->connection_count[is_encrypted] > 0);
	transport->connection_count[is_encrypted]--;
	if (transport->unconnected[is_encrypted].first != NULL)
		loop_defer(transport->loop, &transport->turn_end);
}

void connection_free(struct transport *transport, struct connection *connection)
{
	assert(connection_is_idle(connection));
	connection_detach(transport, connection);
	carrier_close(connection);
	memory_give(connection->partial);
	memory_give(connection);
}

bool connection_evict(struct transport *transport, bool is_encrypted)
{
	struct connection *idle = NULL;
	for (struct connection *i = transport->connections; i != NULL; i = i->next) {
		if (connection_is_idle(i) && carrier_is_encrypted(i->kind) == is_encrypted)
			idle = i;
	}
	if (idle != NULL)
		connection_free(transport, idle);
	return idle != NULL;
}

/* ---- messages out of a stream (RFC 1035 s4.2.2) ---- */

static size_t frame_size(const uint8_t *data)
{
	return FRAME_PREFIX + ((size_t)data[0] << 8 | data[1]);
}

/* Adds to the frame begun before; gives how much of the data it took. */
static size_t complete_frame(struct connection *connection, const uint8_t *data, size_t size,
			     connection_take *take)
{
	uint8_t *partial = connection->partial;
	size_t had = connection->partial_size;
	size_t wanted = had < FRAME_PREFIX ? FRAME_PREFIX : frame_size(partial);
	size_t taken = wanted - had < size ? wanted - had : size;
	assert(wanted > had && wanted <= FRAME_MAX);
	memcpy(partial + had, data, taken);
	connection->partial_size = had + taken;
	if (connection->partial_size < FRAME_PREFIX ||
	    connection->partial_size < frame_size(partial))
		return taken;
	connection->partial = NULL;
	connection->partial_size = 0;
	take(connection, partial + FRAME_PREFIX, frame_size(partial) - FRAME_PREFIX);
	memory_give(partial);
	return taken;
}

int connection_cut(struct connection *connection, const uint8_t *data, size_t size,
		   connection_take *take)
{
	while (size > 0 && !connection->is_over) {
		size_t taken;
		if (connection->partial != NULL) {
			taken = complete_frame(connection, data, size, take);
		} else if (size >= FRAME_PREFIX && size >= frame_size(data)) {
			taken = frame_size(data);
			take(connection, data + FRAME_PREFIX, taken - FRAME_PREFIX);
		} else {
			connection->partial = memory_take(FRAME_MAX);
			if (connection->partial == NULL)
				return ERR_MEMORY;
			taken = 0;
		}
		data += taken;
		size -= taken;
	}
	return OK;
}
