/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing_memory.h"
#include "net/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define BIG ((size_t)3 << 20)

/* One side of a connection and what it has seen. */
struct side {
	struct fixture *fixture;
	struct stream *stream;
	uint8_t *data;
	size_t size;
	int opened;
	int drained;
	int closed;
	int error;
	bool echoes;
	bool frees_itself;
	bool finishes;
};

struct fixture {
	struct loop *loop;
	struct listener *listener;
	struct tls_context *server_tls;
	struct tls_context *client_tls;
	struct side server;
	struct side client;
	struct timer alarm;
	int accepted;
};

static void side_end(struct side *side)
{
	stream_free(side->stream);
	side->stream = NULL;
}

static void opened(void *context, struct stream *stream)
{
	struct side *side = context;
	side->opened++;
	assert_ptr_equal(stream, side->stream);
	assert_int_equal(side->closed, 0);
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size_bytes)
{
	struct side *side = context;
	assert_true(size_bytes > 0 && side->size + size_bytes <= BIG);
	assert_int_equal(side->opened, 1);
	memcpy(side->data + side->size, data, size_bytes);
	side->size += size_bytes;
	if (side->echoes)
		assert_int_equal(stream_write(stream, data, size_bytes), OK);
	if (side->finishes) {
		stream_finish(stream, 1000);
		side->stream = NULL;
	} else if (side->frees_itself) {
		side_end(side);
	}
}

static void drained(void *context, struct stream *stream)
{
	struct side *side = context;
	side->drained++;
	assert_int_equal(stream_unsent_bytes(stream), 0);
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	struct side *side = context;
	assert_ptr_equal(stream, side->stream);
	assert_non_null(sentence);
	side->closed++;
	side->error = error;
	if (side->frees_itself)
		side_end(side);
}

static const struct stream_handler HANDLER = {opened, received, drained, closed};

static void accepted(void *context, struct stream *stream)
{
	struct fixture *fixture = context;
	fixture->accepted++;
	if (fixture->server.stream != NULL) {
		stream_free(stream);
		return;
	}
	fixture->server.stream = stream;
	stream_handle(stream, &HANDLER, &fixture->server);
}

static void too_late(void *context)
{
	(void)context;
	fail_msg("nothing happened for 20 s");
}

static void make_tls(struct fixture *fixture, const char *server_alpn, const char *client_alpn)
{
	static const char *const NAMES[] = {"alt.example", "192.0.2.1", NULL};
	struct tls_identity identity = {
		.common_name = "ns1.example",
		.not_before = 1000000000,
		.not_after = 4000000000,
		.alt_names = NAMES,
	};
	struct complaint complaint;
	assert_int_equal(tls_server_new(&identity, server_alpn, &complaint, &fixture->server_tls),
			 OK);
	assert_int_equal(tls_client_new(client_alpn, &complaint, &fixture->client_tls), OK);
}

static void listen_at(struct fixture *fixture, const char *address, size_t connections_max)
{
	struct listener_options options = {
		.tls = fixture->server_tls,
		.connections_max = connections_max,
		.write_cap_bytes = BIG,
	};
	assert_int_equal(address_from_text(address, 0, &options.local), OK);
	assert_int_equal(
		listener_new(fixture->loop, &options, accepted, fixture, &fixture->listener), OK);
}

static void fixture_start(struct fixture *fixture, bool with_tls)
{
	memset(fixture, 0, sizeof(*fixture));
	struct clock clock = clock_system();
	assert_int_equal(loop_new(&clock, &fixture->loop), OK);
	fixture->server.fixture = fixture;
	fixture->client.fixture = fixture;
	fixture->server.data = test_malloc(BIG);
	fixture->client.data = test_malloc(BIG);
	timer_init(&fixture->alarm, too_late, fixture);
	timer_start(fixture->loop, &fixture->alarm, 20000);
	if (with_tls)
		make_tls(fixture, "dot", "dot");
}

static void connect_client(struct fixture *fixture)
{
	struct stream_options options = {
		.peer = listener_address(fixture->listener),
		.tls = fixture->client_tls,
		.server_name = "ns1.example",
		.write_cap_bytes = BIG,
	};
	assert_int_equal(stream_connect(fixture->loop, &options, &HANDLER, &fixture->client,
					&fixture->client.stream),
			 OK);
}

static void turn_until(struct fixture *fixture, const int *counter, int value)
{
	while (*counter < value)
		assert_int_equal(loop_turn(fixture->loop, 1000), OK);
}

static void turn_until_size(struct fixture *fixture, const size_t *size, size_t value)
{
	while (*size < value)
		assert_int_equal(loop_turn(fixture->loop, 1000), OK);
}

static void turn_for_ms(struct fixture *fixture, uint64_t wait_ms)
{
	uint64_t end_ns = loop_refresh_now(fixture->loop) + wait_ms * 1000000;
	while (loop_now_ns(fixture->loop) < end_ns)
		assert_int_equal(loop_turn(fixture->loop, 5), OK);
}

static void fixture_end(struct fixture *fixture)
{
	side_end(&fixture->client);
	side_end(&fixture->server);
	listener_free(fixture->listener);
	tls_context_free(fixture->client_tls);
	tls_context_free(fixture->server_tls);
	timer_stop(&fixture->alarm);
	loop_free(fixture->loop);
	test_free(fixture->server.data);
	test_free(fixture->client.data);
	assert_int_equal(memory_in_use(), 0);
}

static void start_pair(struct fixture *fixture, bool with_tls)
{
	fixture_start(fixture, with_tls);
	listen_at(fixture, "127.0.0.1", 0);
	connect_client(fixture);
}

static void question_and_answer(bool with_tls, const char *address)
{
	struct fixture fixture;
	fixture_start(&fixture, with_tls);
	listen_at(&fixture, address, 0);
	connect_client(&fixture);
	fixture.server.echoes = true;
	/* Before the connection stands. */
	assert_int_equal(stream_write(fixture.client.stream, "early ", 6), OK);
	turn_until(&fixture, &fixture.client.opened, 1);
	assert_int_equal(stream_write(fixture.client.stream, "late", 4), OK);
	turn_until_size(&fixture, &fixture.client.size, 10);
	assert_memory_equal(fixture.client.data, "early late", 10);
	assert_int_equal(fixture.server.opened, 1);
	assert_true(fixture.client.drained > 0);
	struct address peer = stream_peer(fixture.server.stream);
	struct address local = stream_local(fixture.client.stream);
	assert_true(address_equal(&peer, &local));
	local = stream_local(fixture.server.stream);
	peer = listener_address(fixture.listener);
	assert_true(address_equal(&peer, &local));
	fixture_end(&fixture);
}

static void plain_streams_carry_data(void **state)
{
	(void)state;
	question_and_answer(false, "127.0.0.1");
	question_and_answer(false, "::1");
}

static void tls_streams_carry_data(void **state)
{
	(void)state;
	question_and_answer(true, "127.0.0.1");
}

static void big_data_arrives_whole(bool with_tls)
{
	struct fixture fixture;
	start_pair(&fixture, with_tls);
	fixture.server.echoes = true;
	uint8_t *data = test_malloc(BIG);
	for (size_t i = 0; i < BIG; i++)
		data[i] = (uint8_t)(i * 31 + i / 7919);
	assert_int_equal(stream_write(fixture.client.stream, data, BIG), OK);
	assert_int_equal(stream_write(fixture.client.stream, data, 1), ERR_LIMIT);
	turn_until_size(&fixture, &fixture.client.size, BIG);
	assert_memory_equal(fixture.client.data, data, BIG);
	assert_int_equal(fixture.client.drained, 1);
	test_free(data);
	fixture_end(&fixture);
}

static void big_plain_data_arrives_whole(void **state)
{
	(void)state;
	big_data_arrives_whole(false);
}

static void big_tls_data_arrives_whole(void **state)
{
	(void)state;
	big_data_arrives_whole(true);
}

static void freed_stream_resets_its_peer(void **state)
{
	(void)state;
	struct fixture fixture;
	start_pair(&fixture, false);
	turn_until(&fixture, &fixture.server.opened, 1);
	side_end(&fixture.client);
	turn_until(&fixture, &fixture.server.closed, 1);
	assert_int_equal(fixture.server.error, ERR_NETWORK);
	assert_int_equal(stream_write(fixture.server.stream, "x", 1), ERR_NETWORK);
	fixture_end(&fixture);
}

static void finished_stream_sends_the_rest_first(bool with_tls)
{
	struct fixture fixture;
	start_pair(&fixture, with_tls);
	fixture.server.echoes = true;
	fixture.server.finishes = true;
	uint8_t question[1000];
	memset(question, 'q', sizeof(question));
	assert_int_equal(stream_write(fixture.client.stream, question, sizeof(question)), OK);
	turn_until(&fixture, &fixture.client.closed, 1);
	assert_int_equal(fixture.client.error, OK);
	assert_int_equal(fixture.client.size, sizeof(question));
	side_end(&fixture.client);
	turn_for_ms(&fixture, 30);
	fixture_end(&fixture);
}

static void finished_streams_send_the_rest_first(void **state)
{
	(void)state;
	finished_stream_sends_the_rest_first(false);
	finished_stream_sends_the_rest_first(true);
}

/* The peer never says goodbye: the linger time ends it. */
static void finished_stream_does_not_wait_for_ever(void **state)
{
	(void)state;
	struct fixture fixture;
	start_pair(&fixture, false);
	turn_until(&fixture, &fixture.server.opened, 1);
	stream_pause(fixture.server.stream, true);
	long before = memory_in_use();
	stream_finish(fixture.client.stream, 20);
	fixture.client.stream = NULL;
	turn_for_ms(&fixture, 60);
	assert_true(memory_in_use() < before);
	fixture_end(&fixture);
}

static void stream_may_be_freed_from_its_callbacks(bool with_tls)
{
	struct fixture fixture;
	start_pair(&fixture, with_tls);
	fixture.server.frees_itself = true;
	fixture.client.frees_itself = true;
	assert_int_equal(stream_write(fixture.client.stream, "question", 8), OK);
	turn_until(&fixture, &fixture.client.closed, 1);
	assert_null(fixture.server.stream);
	assert_null(fixture.client.stream);
	fixture_end(&fixture);
}

static void streams_may_be_freed_from_their_callbacks(void **state)
{
	(void)state;
	stream_may_be_freed_from_its_callbacks(false);
	stream_may_be_freed_from_its_callbacks(true);
}

static void refused_connection_is_told(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_start(&fixture, false);
	listen_at(&fixture, "127.0.0.1", 0);
	struct address address = listener_address(fixture.listener);
	listener_free(fixture.listener);
	fixture.listener = NULL;
	struct stream_options options = {.peer = address};
	assert_int_equal(stream_connect(fixture.loop, &options, &HANDLER, &fixture.client,
					&fixture.client.stream),
			 OK);
	turn_until(&fixture, &fixture.client.closed, 1);
	assert_int_equal(fixture.client.error, ERR_NETWORK);
	assert_int_equal(fixture.client.opened, 0);
	fixture_end(&fixture);
}

static void paused_stream_keeps_quiet(bool with_tls)
{
	struct fixture fixture;
	start_pair(&fixture, with_tls);
	turn_until(&fixture, &fixture.server.opened, 1);
	stream_pause(fixture.server.stream, true);
	assert_int_equal(stream_write(fixture.client.stream, "question", 8), OK);
	turn_for_ms(&fixture, 20);
	assert_int_equal(fixture.server.size, 0);
	stream_pause(fixture.server.stream, false);
	turn_until_size(&fixture, &fixture.server.size, 8);
	fixture_end(&fixture);
}

static void paused_streams_keep_quiet(void **state)
{
	(void)state;
	paused_stream_keeps_quiet(false);
	paused_stream_keeps_quiet(true);
}

static void listener_holds_back_above_its_limit(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_start(&fixture, false);
	listen_at(&fixture, "127.0.0.1", 1);
	connect_client(&fixture);
	turn_until(&fixture, &fixture.server.opened, 1);
	struct side second = {.fixture = &fixture, .data = fixture.client.data};
	struct stream_options options = {.peer = listener_address(fixture.listener)};
	assert_int_equal(stream_connect(fixture.loop, &options, &HANDLER, &second, &second.stream),
			 OK);
	turn_for_ms(&fixture, 20);
	assert_int_equal(fixture.accepted, 1);
	side_end(&fixture.server);
	turn_until(&fixture, &fixture.accepted, 2);
	side_end(&second);
	fixture_end(&fixture);
}

static void listener_may_go_before_its_streams(void **state)
{
	(void)state;
	struct fixture fixture;
	start_pair(&fixture, false);
	fixture.server.echoes = true;
	turn_until(&fixture, &fixture.server.opened, 1);
	listener_free(fixture.listener);
	fixture.listener = NULL;
	assert_int_equal(stream_write(fixture.client.stream, "still", 5), OK);
	turn_until_size(&fixture, &fixture.client.size, 5);
	fixture_end(&fixture);
}

/* Out of descriptors the listener waits and takes the connection once there is room. */
static void listener_survives_a_lack_of_descriptors(void **state)
{
	(void)state;
	struct fixture fixture;
	start_pair(&fixture, false);
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	int next = dup(STDIN_FILENO);
	assert_true(next >= 0);
	close(next);
	struct rlimit none = {.rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	turn_for_ms(&fixture, 20);
	assert_int_equal(fixture.accepted, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	turn_until(&fixture, &fixture.server.opened, 1);
	fixture_end(&fixture);
}

static void handshake_settles_what_it_should(void **state)
{
	(void)state;
	struct fixture fixture;
	start_pair(&fixture, true);
	assert_null(stream_tls_facts(fixture.client.stream));
	turn_until(&fixture, &fixture.client.opened, 1);
	const struct tls_facts *facts = stream_tls_facts(fixture.client.stream);
	assert_non_null(facts);
	assert_int_equal(facts->version, 0x0304);
	assert_string_equal(facts->alpn, "dot");
	assert_true(strncmp(facts->cipher_suite, "TLS_", 4) == 0);
	assert_int_equal(facts->certificate_count, 1);
	const uint8_t *der;
	size_t size;
	tls_context_certificate(fixture.server_tls, &der, &size);
	assert_int_equal(facts->certificate_size, size);
	assert_memory_equal(facts->certificate, der, size);
	turn_until(&fixture, &fixture.server.opened, 1);
	assert_null(stream_tls_facts(fixture.server.stream)->certificate);
	fixture_end(&fixture);
}

static void client_without_alpn_is_taken(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_start(&fixture, false);
	make_tls(&fixture, "dot", NULL);
	listen_at(&fixture, "127.0.0.1", 0);
	connect_client(&fixture);
	turn_until(&fixture, &fixture.client.opened, 1);
	assert_string_equal(stream_tls_facts(fixture.client.stream)->alpn, "");
	fixture_end(&fixture);
}

static void tls_against_plain_fails(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_start(&fixture, false);
	listen_at(&fixture, "127.0.0.1", 0);
	fixture.server.echoes = true;
	make_tls(&fixture, NULL, NULL);
	connect_client(&fixture);
	turn_until(&fixture, &fixture.client.closed, 1);
	assert_true(fixture.client.error == ERR_CRYPTO || fixture.client.error == ERR_NETWORK);
	assert_int_equal(fixture.client.opened, 0);
	fixture_end(&fixture);
}

static void bad_tls_arguments_are_refused(void **state)
{
	(void)state;
	struct complaint complaint;
	struct tls_context *context = NULL;
	assert_int_equal(tls_client_new("a,,b", &complaint, &context), ERR_ARGUMENT);
	assert_non_null(strstr(complaint.text, "a,,b"));
	assert_int_equal(tls_server_load("no certificate", "no key", "dot", &complaint, &context),
			 ERR_CRYPTO);
	assert_null(context);
	tls_context_free(NULL);
	stream_free(NULL);
	listener_free(NULL);
}

/* Everything of ours up to the open connection, with each allocation failing once. */
static void failed_allocations_leak_nothing(void **state)
{
	(void)state;
	for (int with_tls = 0; with_tls < 2; with_tls++) {
		struct fixture fixture;
		fixture_start(&fixture, with_tls != 0);
		listen_at(&fixture, "127.0.0.1", 0);
		long before = memory_in_use();
		FOR_EACH_FAILURE(which)
		{
			struct stream_options options = {
				.peer = listener_address(fixture.listener),
				.tls = fixture.client_tls,
			};
			fixture.client.opened = 0;
			fixture.client.closed = 0;
			int error = stream_connect(fixture.loop, &options, &HANDLER,
						   &fixture.client, &fixture.client.stream);
			if (error == OK)
				error = stream_write(fixture.client.stream, "x", 1);
			while (error == OK && fixture.client.opened + fixture.client.closed == 0)
				assert_int_equal(loop_turn(fixture.loop, 1000), OK);
			assert_true(error == OK || (error == ERR_MEMORY && memory_has_failed()));
			side_end(&fixture.client);
			turn_for_ms(&fixture, 5);
			side_end(&fixture.server);
			fixture.server.opened = 0;
			fixture.server.closed = 0;
			fixture.server.size = 0;
			assert_int_equal(memory_in_use(), before);
		}
		fixture_end(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_streams_carry_data),
		cmocka_unit_test(tls_streams_carry_data),
		cmocka_unit_test(big_plain_data_arrives_whole),
		cmocka_unit_test(big_tls_data_arrives_whole),
		cmocka_unit_test(freed_stream_resets_its_peer),
		cmocka_unit_test(finished_streams_send_the_rest_first),
		cmocka_unit_test(finished_stream_does_not_wait_for_ever),
		cmocka_unit_test(streams_may_be_freed_from_their_callbacks),
		cmocka_unit_test(refused_connection_is_told),
		cmocka_unit_test(paused_streams_keep_quiet),
		cmocka_unit_test(listener_holds_back_above_its_limit),
		cmocka_unit_test(listener_may_go_before_its_streams),
		cmocka_unit_test(listener_survives_a_lack_of_descriptors),
		cmocka_unit_test(handshake_settles_what_it_should),
		cmocka_unit_test(client_without_alpn_is_taken),
		cmocka_unit_test(tls_against_plain_fails),
		cmocka_unit_test(bad_tls_arguments_are_refused),
		cmocka_unit_test(failed_allocations_leak_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
