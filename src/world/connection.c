/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "world/connection_private.h"
#include "world/question_buffer_private.h"

#include <assert.h>
#include <string.h>

/* A connection without questions is kept this long (RFC 7766 s6.2.3: a few seconds). */
#define IDLE_MS 10000u
#define LINGER_MS 2000u
/* Answers of one connection that wait for their time. */
#define LATE_MAX 1000u

/* An answer that waits for its time. */
struct late {
	struct late *next;
	struct timer timer;
	struct connection *connection;
	uint32_t drip_ms; /* 0: all at once */
	size_t written;
	size_t size_bytes;
	uint8_t data[];
};

struct connection {
	struct connection *next;
	struct connection **link;
	struct connections *all;
	struct stream *stream;
	struct timer idle;
	struct late *late;
	uint32_t late_count;
	struct question_buffer questions;
};

void connections_init(struct connections *connections, struct loop *loop,
		      struct responder *responder)
{
	*connections = (struct connections){.loop = loop, .responder = responder};
}

static void unlink_connection(struct connection *connection)
{
	timer_stop(&connection->idle);
	while (connection->late) {
		struct late *late = connection->late;
		connection->late = late->next;
		timer_stop(&late->timer);
		memory_give(late);
	}
	*connection->link = connection->next;
	if (connection->next)
		connection->next->link = connection->link;
	memory_give(connection);
}

static void end(struct connection *connection)
{
	stream_free(connection->stream);
	unlink_connection(connection);
}

void connections_release(struct connections *connections)
{
	while (connections->first)
		end(connections->first);
}

static void grow_idle(void *context)
{
	struct connection *connection = context;
	if (connection->late) {
		timer_start(connection->all->loop, &connection->idle, IDLE_MS);
		return;
	}
	stream_finish(connection->stream, LINGER_MS);
	unlink_connection(connection);
}

/* One octet more. */
static void send_drop(struct late *late)
{
	struct connection *connection = late->connection;
	timer_start(connection->all->loop, &late->timer, late->drip_ms);
	if (stream_write(connection->stream, late->data + late->written++, 1))
		end(connection);
}

static void send_late(void *context)
{
	struct late *late = context;
	struct connection *connection = late->connection;
	if (late->drip_ms > 0 && late->written + 1 < late->size_bytes) {
		send_drop(late);
		return;
	}
	struct late **link = &connection->late;
	while (*link != late)
		link = &(*link)->next;
	*link = late->next;
	connection->late_count--;
	int error = stream_write(connection->stream, late->data + late->written,
				 late->size_bytes - late->written);
	memory_give(late);
	if (error)
		end(connection);
}

static int write_late(struct connection *connection, const uint8_t *data, size_t size_bytes,
		      const struct response *response)
{
	assert(size_bytes > 2 && response->delay_ms + response->drip_ms > 0);
	if (connection->late_count == LATE_MAX)
		return ERR_LIMIT;
	struct late *late = memory_take(sizeof(*late) + size_bytes);
	if (!late)
		return ERR_MEMORY;
	*late = (struct late){
		.next = connection->late,
		.connection = connection,
		.drip_ms = response->drip_ms,
		.size_bytes = size_bytes,
	};
	memcpy(late->data, data, size_bytes);
	connection->late = late;
	connection->late_count++;
	timer_init(&late->timer, send_late, late);
	timer_start(connection->all->loop, &late->timer,
		    response->delay_ms > 0 ? response->delay_ms : response->drip_ms);
	return 0;
}

/* Another message follows, mostly not. */
static int answer_part(struct connection *connection, const struct ask *ask, bool *ret_continues)
{
	uint8_t answer[2 + STREAM_ANSWER_MAX];
	struct response response = respond(connection->all->responder, ask, answer + 2);
	*ret_continues = response.continues;
	if (response.size_bytes == 0)
		return 0;
	assert(response.size_bytes <= STREAM_ANSWER_MAX);
	answer[0] = (uint8_t)(response.size_bytes >> 8);
	answer[1] = (uint8_t)response.size_bytes;
	size_t size = 2 + response.size_bytes;
	if (response.delay_ms > 0 || response.drip_ms > 0)
		return write_late(connection, answer, size, &response);
	return stream_write(connection->stream, answer, size);
}

static int answer_message(void *context, const uint8_t *data, size_t size_bytes)
{
	struct connection *connection = context;
	struct ask ask = {
		.peer = stream_peer(connection->stream),
		.local = stream_local(connection->stream),
		.data = data,
		.size_bytes = size_bytes,
		.is_stream = true,
		.is_encrypted = connection->all->is_encrypted,
	};
	bool continues = true;
	int error = 0;
	for (; continues && !error; ask.part++)
		error = answer_part(connection, &ask, &continues);
	return error;
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size_bytes)
{
	struct connection *connection = context;
	assert(connection->stream == stream);
	timer_start(connection->all->loop, &connection->idle, IDLE_MS);
	if (question_buffer_add(&connection->questions, data, size_bytes, answer_message,
				connection))
		end(connection);
}

static void opened(void *context, struct stream *stream)
{
	(void)context;
	(void)stream;
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	struct connection *connection = context;
	(void)sentence;
	assert(connection->stream == stream);
	if (error) {
		end(connection);
		return;
	}
	/* The peer asks no more, but may still read. */
	stream_finish(stream, LINGER_MS);
	unlink_connection(connection);
}

void connection_begin(struct connections *connections, struct stream *stream)
{
	assert(connections->loop != NULL && stream != NULL);
	static const struct stream_handler handler = {
		.opened = opened,
		.received = received,
		.closed = closed,
	};
	struct connection *connection = memory_take(sizeof(*connection));
	if (!connection) {
		stream_free(stream);
		return;
	}
	connection->all = connections;
	connection->stream = stream;
	connection->late = NULL;
	connection->late_count = 0;
	connection->questions.received = 0;
	connection->next = connections->first;
	connection->link = &connections->first;
	if (connection->next)
		connection->next->link = &connection->next;
	connections->first = connection;
	timer_init(&connection->idle, grow_idle, connection);
	timer_start(connections->loop, &connection->idle, IDLE_MS);
	stream_handle(stream, &handler, connection);
}
