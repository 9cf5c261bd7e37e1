/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP/2 client and server with wires of memory between them. */
#include "base/memory.h"
#include "failing_memory.h"
#include "net/http2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WIRE_OCTETS ((size_t)8 << 20)

struct side {
	struct http2 *http2;
	struct side *other;
	uint8_t *wire; /* what it wrote and the other has not read */
	size_t wire_size;
	int messages;
	struct http2_message last;
	uint8_t body[HTTP2_BODY_MAX];
	bool answers;
	bool frees;
	size_t answer_size;
};

static int write_octets(void *context, const uint8_t *data, size_t size)
{
	struct side *side = context;
	if (side->wire_size + size > WIRE_OCTETS)
		return ERR_LIMIT;
	memcpy(side->wire + side->wire_size, data, size);
	side->wire_size += size;
	return OK;
}

static void received(void *context, const struct http2_message *message)
{
	struct side *side = context;
	side->messages++;
	side->last = *message;
	memcpy(side->body, message->body != NULL ? message->body : side->body, message->body_size);
	if (side->frees) {
		http2_free(side->http2);
		side->http2 = NULL;
	} else if (side->answers) {
		assert_int_equal(http2_answer(side->http2, message->token, 200, side->body,
					      side->answer_size),
				 OK);
	}
}

static const struct http2_handler HANDLER = {write_octets, received};

static void pair(struct side *client, struct side *server)
{
	memset(client, 0, sizeof(*client));
	memset(server, 0, sizeof(*server));
	client->other = server;
	server->other = client;
	client->wire = test_malloc(WIRE_OCTETS);
	server->wire = test_malloc(WIRE_OCTETS);
	server->answers = true;
	server->answer_size = 100;
	assert_int_equal(http2_client_new(&HANDLER, client, &client->http2), OK);
	assert_int_equal(http2_server_new(&HANDLER, server, &server->http2), OK);
}

static void unpair(struct side *client, struct side *server)
{
	http2_free(client->http2);
	http2_free(server->http2);
	test_free(client->wire);
	test_free(server->wire);
	assert_int_equal(memory_in_use(), 0);
}

/* Moves what one has written; gives what the other says to it. */
static int carry(struct side *from, size_t piece)
{
	int error = OK;
	uint8_t *data = test_malloc(from->wire_size + 1);
	size_t size = from->wire_size;
	memcpy(data, from->wire, size);
	from->wire_size = 0;
	for (size_t at = 0; at < size && error == OK && from->other->http2 != NULL; at += piece)
		error = http2_receive(from->other->http2, data + at,
				      size - at < piece ? size - at : piece);
	test_free(data);
	return error;
}

static void settle(struct side *client, struct side *server, size_t piece)
{
	while (client->wire_size > 0 || server->wire_size > 0) {
		assert_int_equal(carry(client, piece), OK);
		assert_int_equal(carry(server, piece), OK);
	}
}

static struct side client, server;

static int ask(uint32_t token, size_t size)
{
	const struct http2_post post = {
		.host = "ns1.example",
		.path = "/dns-query",
		.content_type = "application/dns-message",
		.body = client.body,
		.body_size = size,
	};
	return http2_ask(client.http2, token, &post);
}

static void test_post(void **state)
{
	static const size_t pieces[] = {1, 7, 100000};
	for (size_t i = 0; i < 3; i++) {
		pair(&client, &server);
		client.body[0] = 0x5a;
		assert_int_equal(ask(42, 60), OK);
		settle(&client, &server, pieces[i]);
		assert_string_equal(server.last.method, "POST");
		assert_string_equal(server.last.path, "/dns-query");
		assert_string_equal(server.last.content_type, "application/dns-message");
		assert_int_equal(server.last.body_size, 60);
		assert_int_equal(server.body[0], 0x5a);
		assert_int_equal(client.messages, 1);
		assert_int_equal(client.last.token, 42);
		assert_int_equal(client.last.status, 200);
		assert_int_equal(client.last.body_size, 100);
		unpair(&client, &server);
	}
}

static void test_long_answers(void **state)
{
	pair(&client, &server);
	server.answer_size = HTTP2_BODY_MAX;
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(ask(i, 512), OK);
	settle(&client, &server, 16384);
	assert_int_equal(client.messages, 20);
	assert_int_equal(client.last.body_size, HTTP2_BODY_MAX);
	unpair(&client, &server);
}

static void test_too_many(void **state)
{
	pair(&client, &server);
	server.answers = false;
	for (uint32_t i = 0; i < HTTP2_STREAMS_MAX; i++)
		assert_int_equal(ask(i, 10), OK);
	assert_int_equal(ask(1000, 10), ERR_LIMIT);
	settle(&client, &server, 4096);
	assert_int_equal(server.messages, HTTP2_STREAMS_MAX);
	/* Late answers, in another order, some twice. */
	for (uint32_t stream = 2 * HTTP2_STREAMS_MAX - 1; stream < 1000; stream -= 2) {
		assert_int_equal(http2_answer(server.http2, stream, 200, server.body, 20), OK);
		assert_int_equal(http2_answer(server.http2, stream, 200, server.body, 20), OK);
	}
	settle(&client, &server, 4096);
	assert_int_equal(client.messages, HTTP2_STREAMS_MAX);
	unpair(&client, &server);
}

static void test_endless_octets(void **state)
{
	/* A peer that pings for ever. */
	static const uint8_t settings[] = {0, 0, 0, 4, 0, 0, 0, 0, 0};
	static const uint8_t ping[17] = {0, 0, 8, 6};
	pair(&client, &server);
	assert_int_equal(http2_receive(client.http2, settings, sizeof(settings)), OK);
	int error = OK;
	size_t count = 0;
	while (error == OK && count < 1000000) {
		error = http2_receive(client.http2, ping, sizeof(ping));
		client.wire_size = 0;
		count++;
	}
	assert_true(error == ERR_LIMIT || error == ERR_FORMAT);
	assert_true(count * sizeof(ping) <= HTTP2_OCTETS_MAX + 100);
	assert_true(http2_sentence(client.http2)[0] != '\0');
	unpair(&client, &server);
}

static void test_rubbish(void **state)
{
	pair(&client, &server);
	const char *text = "HTTP/1.1 400 Bad Request\r\n\r\n";
	assert_int_equal(http2_receive(client.http2, (const uint8_t *)text, strlen(text)),
			 ERR_FORMAT);
	unpair(&client, &server);
}

static void test_freed_within(void **state)
{
	pair(&client, &server);
	client.frees = true;
	assert_int_equal(ask(1, 10), OK);
	assert_int_equal(ask(2, 10), OK);
	assert_int_equal(carry(&client, 4096), OK);
	assert_int_equal(carry(&server, 4096), ERR_NETWORK);
	assert_int_equal(client.messages, 1);
	unpair(&client, &server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_post),     cmocka_unit_test(test_long_answers),
		cmocka_unit_test(test_too_many), cmocka_unit_test(test_endless_octets),
		cmocka_unit_test(test_rubbish),  cmocka_unit_test(test_freed_within),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
