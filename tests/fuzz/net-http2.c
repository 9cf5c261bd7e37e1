/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a peer says in HTTP/2: first octet: the size of the pieces it comes in, its lowest bit
 * whether we are the server. Property: no answer that nobody asked for and no question twice, no
 * body beyond the limit, and what is sound is told alike whatever the pieces. */
#include "net/http2.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ASKED 3u

struct told {
	struct http2 *http2;
	bool is_server;
	unsigned count;
	uint32_t tokens; /* of a client's answers, a bit each */
	uint64_t sum;
};

static int write_octets(void *context, const uint8_t *data, size_t size)
{
	(void)context;
	assert(data != NULL && size > 0);
	return OK;
}

static void add(struct told *told, const void *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		told->sum = told->sum * 1099511628211u + ((const uint8_t *)data)[i] + 1;
}

static void received(void *context, const struct http2_message *message)
{
	struct told *told = context;
	assert(message->body_size <= HTTP2_BODY_MAX);
	assert(strlen(message->path) < HTTP2_PATH_MAX);
	told->count++;
	add(told, &message->token, sizeof(message->token));
	add(told, &message->status, sizeof(message->status));
	add(told, message->path, strlen(message->path));
	add(told, message->content_type, strlen(message->content_type));
	if (message->body_size > 0)
		add(told, message->body, message->body_size);
	if (told->is_server) {
		int error = http2_answer(told->http2, message->token, 200, message->body,
					 message->body_size);
		assert(error == OK);
		(void)error;
		return;
	}
	assert(message->token < ASKED && (told->tokens & 1u << message->token) == 0);
	told->tokens |= 1u << message->token;
}

static const struct http2_handler handler = {write_octets, received};

static int feed(struct told *told, const uint8_t *data, size_t size, size_t piece)
{
	static const struct http2_post post = {
		.host = "ns", .path = "/dns-query", .content_type = "application/dns-message"};
	int error = told->is_server ? http2_server_new(&handler, told, &told->http2)
				    : http2_client_new(&handler, told, &told->http2);
	assert(error == OK);
	for (uint32_t i = 0; i < ASKED && !told->is_server; i++) {
		error = http2_ask(told->http2, i, &post);
		assert(error == OK);
	}
	for (size_t at = 0; at < size && error == OK; at += piece)
		error = http2_receive(told->http2, data + at,
				      size - at < piece ? size - at : piece);
	assert(error == OK || http2_sentence(told->http2)[0] != '\0');
	http2_free(told->http2);
	return error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct told whole = {.is_server = data[0] & 1};
	struct told pieces = {.is_server = data[0] & 1};
	const int first = feed(&whole, data + 1, size - 1, size);
	const int second = feed(&pieces, data + 1, size - 1, (data[0] >> 1) + 1u);
	/* An error in what came at once hides what was sound before it. */
	assert(pieces.count >= whole.count);
	if (first == OK && second == OK)
		assert(pieces.count == whole.count);
	return 0;
}
