/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "base/text.h"
#include "world/https_private.h"

#include <assert.h>
#include <string.h>

#define PATH "/dns-query"
#define DNS_MESSAGE_TYPE "application/dns-message"
#define IDLE_MS 10000u

struct https_connection {
	struct https_connection *next;
	struct https_connection **link;
	struct https *all;
	struct stream *stream;
	struct http2 *http2;
	struct timer idle;
	bool is_missing;
	bool is_over; /* to be ended when nothing of it is on the stack */
};

void https_init(struct https *https, struct loop *loop, struct responder *responder)
{
	*https = (struct https){.loop = loop, .responder = responder};
}

static void end(struct https_connection *connection)
{
	timer_stop(&connection->idle);
	http2_free(connection->http2);
	stream_free(connection->stream);
	*connection->link = connection->next;
	if (connection->next)
		connection->next->link = connection->link;
	memory_give(connection);
}

void https_release(struct https *https)
{
	while (https->first)
		end(https->first);
}

static void grow_idle(void *context)
{
	end(context);
}

int https_message(const char *path, uint8_t *buffer, size_t room, size_t *ret_size)
{
	char text[HTTP2_PATH_MAX + 4];
	const char *dns = strstr(path, "?dns=");
	if (!dns)
		dns = strstr(path, "&dns=");
	if (!dns)
		return ERR_FORMAT;
	dns += 5;
	size_t length = strcspn(dns, "&");
	if (length >= HTTP2_PATH_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < length; i++)
		text[i] = dns[i] == '-' ? '+' : dns[i] == '_' ? '/' : dns[i];
	while (length % 4 != 0)
		text[length++] = '=';
	return base64_to_octets(text, length, buffer, room, ret_size);
}

/* Where the message is, or the status that says why there is none. */
static uint16_t find_message(const struct http2_message *request, uint8_t *buffer,
			     const uint8_t **ret_data, size_t *ret_size)
{
	const size_t length = strcspn(request->path, "?");
	if (length != strlen(PATH) || strncmp(request->path, PATH, length) != 0)
		return 404;
	if (strcmp(request->method, "POST") == 0) {
		if (strcmp(request->content_type, DNS_MESSAGE_TYPE) != 0)
			return 415;
		*ret_data = request->body;
		*ret_size = request->body_size;
		return request->body_size > 0 ? 200 : 400;
	}
	if (strcmp(request->method, "GET") != 0)
		return 405;
	*ret_data = buffer;
	return https_message(request->path, buffer, HTTP2_PATH_MAX, ret_size) ? 400 : 200;
}

static void asked(void *context, const struct http2_message *request)
{
	struct https_connection *connection = context;
	uint8_t question[HTTP2_PATH_MAX];
	uint8_t answer[STREAM_ANSWER_MAX];
	struct ask ask = {
		.peer = stream_peer(connection->stream),
		.local = stream_local(connection->stream),
		.is_stream = true,
		.is_encrypted = true,
	};
	uint16_t status = connection->is_missing
				  ? 404
				  : find_message(request, question, &ask.data, &ask.size_bytes);
	struct response response = {.size_bytes = 0};
	if (status == 200) {
		response = respond(connection->all->responder, &ask, answer);
		status = response.size_bytes > 0 ? 200 : 500;
	}
	if (http2_answer(connection->http2, request->token, status, answer, response.size_bytes))
		connection->is_over = true;
}

static int write_octets(void *context, const uint8_t *data, size_t size)
{
	struct https_connection *connection = context;
	return stream_write(connection->stream, data, size);
}

static void opened(void *context, struct stream *stream)
{
	(void)context;
	(void)stream;
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	struct https_connection *connection = context;
	assert(connection->stream == stream);
	timer_start(connection->all->loop, &connection->idle, IDLE_MS);
	if (http2_receive(connection->http2, data, size) || connection->is_over)
		end(connection);
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	(void)stream;
	(void)error;
	(void)sentence;
	end(context);
}

void https_begin(struct https *https, struct stream *stream, bool is_missing)
{
	static const struct stream_handler stream_handler = {
		.opened = opened,
		.received = received,
		.closed = closed,
	};
	static const struct http2_handler http2_handler = {write_octets, asked};
	struct https_connection *connection = memory_take_zeroed(1, sizeof(*connection));
	if (!connection || http2_server_new(&http2_handler, connection, &connection->http2)) {
		memory_give(connection);
		stream_free(stream);
		return;
	}
	connection->all = https;
	connection->stream = stream;
	connection->is_missing = is_missing;
	connection->next = https->first;
	connection->link = &https->first;
	if (connection->next)
		connection->next->link = &connection->next;
	https->first = connection;
	timer_init(&connection->idle, grow_idle, connection);
	timer_start(https->loop, &connection->idle, IDLE_MS);
	stream_handle(stream, &stream_handler, connection);
}
