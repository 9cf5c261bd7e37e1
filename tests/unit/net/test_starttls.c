/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plain stream that becomes TLS in the middle (RFC 3207): what was said before arrives in the
 * clear, what comes after in TLS, in whatever order the two sides get there. */
#include "base/clock.h"
#include "net/loop.h"
#include "net/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct side {
	struct stream *stream;
	struct tls_context *tls;
	unsigned int opened;
	char got[4096];
	size_t size;
	int error;
	bool is_closed;
};

struct lab {
	struct loop *loop;
	struct listener *listener;
	struct side client, server;
	bool says_rubbish; /* the server, in place of its handshake */
};

static struct side *side_of(struct lab *lab, const struct stream *stream)
{
	return lab->client.stream == stream ? &lab->client : &lab->server;
}

static void say(struct side *side, const char *text)
{
	assert_int_equal(stream_write(side->stream, text, strlen(text)), OK);
}

static void opened(void *context, struct stream *stream)
{
	struct lab *lab = context;
	struct side *side = side_of(lab, stream);
	side->opened++;
	assert_int_equal(stream_tls_facts(stream) != NULL, side->opened == 2);
	if (side == &lab->client)
		say(side, side->opened == 1 ? "start?" : "secret");
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	struct lab *lab = context;
	struct side *side = side_of(lab, stream);
	assert_true(side->size + size < sizeof(side->got));
	memcpy(side->got + side->size, data, size);
	side->size += size;
	side->got[side->size] = 0;
	if (side == &lab->server && strcmp(side->got, "start?") == 0) {
		say(side, "go");
		if (lab->says_rubbish)
			return;
		assert_int_equal(stream_start_tls(stream, side->tls, NULL), OK);
	} else if (side == &lab->client && strcmp(side->got, "go") == 0) {
		assert_int_equal(stream_start_tls(stream, side->tls, "mail.example.com"), OK);
	} else if (side == &lab->server && lab->says_rubbish && side->size > 6) {
		say(side, "no handshake from here, thank you");
		side->size = 6;
	} else if (side == &lab->server) {
		say(side, "heard");
	}
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	struct side *side = side_of(context, stream);
	side->error = error;
	side->is_closed = true;
}

static const struct stream_handler handler = {
	.opened = opened, .received = received, .closed = closed};

static void accepted(void *context, struct stream *stream)
{
	struct lab *lab = context;
	lab->server.stream = stream;
	stream_handle(stream, &handler, lab);
}

static void begin(struct lab *lab)
{
	static const uint8_t here[4] = {127, 0, 0, 1};
	const struct clock clock = clock_system();
	const struct tls_identity identity = {
		.common_name = "mail.example.com", .not_before = 1, .not_after = 4000000000};
	assert_int_equal(loop_new(&clock, &lab->loop), OK);
	assert_int_equal(tls_client_new(NULL, NULL, &lab->client.tls), OK);
	assert_int_equal(tls_server_new(&identity, NULL, NULL, &lab->server.tls), OK);
	const struct listener_options listen = {.local = address_from_ipv4(here, 0)};
	assert_int_equal(listener_new(lab->loop, &listen, accepted, lab, &lab->listener), OK);
	const struct stream_options options = {.peer = listener_address(lab->listener)};
	assert_int_equal(stream_connect(lab->loop, &options, &handler, lab, &lab->client.stream),
			 OK);
}

static void end(struct lab *lab)
{
	stream_free(lab->client.stream);
	stream_free(lab->server.stream);
	listener_free(lab->listener);
	tls_context_free(lab->client.tls);
	tls_context_free(lab->server.tls);
	loop_free(lab->loop);
}

static void test_upgrade(void **state)
{
	struct lab lab = {.loop = NULL};
	begin(&lab);
	for (int turn = 0; turn < 2000 && lab.client.size < 7; turn++)
		assert_int_equal(loop_turn(lab.loop, 10), OK);
	assert_string_equal(lab.client.got, "goheard");
	assert_string_equal(lab.server.got, "start?secret");
	assert_int_equal(lab.client.opened, 2);
	const struct tls_facts *facts = stream_tls_facts(lab.client.stream);
	const uint8_t *der;
	size_t size;
	tls_context_certificate(lab.server.tls, &der, &size);
	assert_int_equal(facts->version, 0x0304);
	assert_int_equal(facts->chain_count, 1);
	assert_int_equal(facts->chain[0].size, size);
	assert_memory_equal(facts->chain[0].der, der, size);
	end(&lab);
}

static void test_rubbish(void **state)
{
	struct lab lab = {.says_rubbish = true};
	begin(&lab);
	for (int turn = 0; turn < 2000 && !lab.client.is_closed; turn++)
		assert_int_equal(loop_turn(lab.loop, 10), OK);
	assert_int_equal(lab.client.error, ERR_CRYPTO);
	assert_int_equal(lab.client.opened, 1);
	assert_null(stream_tls_facts(lab.client.stream));
	end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_rubbish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
