/* SPDX-License-Identifier: GPL-3.0-or-later */
/* QUIC against itself: streams either way, refusals, names, ends. kdig is the stranger that
 * tests/world/transports.sh brings. */
#include "base/memory.h"
#include "failing_memory.h"
#include "net/quic.h"
#include "net/udp_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct loop *loop;
	struct tls_context *server_tls, *client_tls;
	struct quic_server *server;
	struct quic_connection *client;
	struct timer alarm;
	enum quic_welcome welcome;
	int opened, answers, resets, closed, asked, error;
	size_t answer_size;
	uint32_t last_token;
	bool free_when_answered;
	char sentence[128];
	uint8_t big[QUIC_STREAM_OCTETS_MAX];
};

static void client_opened(void *context, struct quic_connection *connection)
{
	struct fixture *fixture = context;
	assert_ptr_equal(fixture->client, connection);
	fixture->opened++;
}

static void client_received(void *context, struct quic_connection *connection, uint32_t token,
			    const uint8_t *data, size_t size)
{
	struct fixture *fixture = context;
	(void)connection;
	fixture->last_token = token;
	if (data == NULL) {
		fixture->resets++;
		return;
	}
	fixture->answers++;
	fixture->answer_size = size;
	assert_memory_equal(data, fixture->big, size);
	if (fixture->free_when_answered) {
		quic_free(fixture->client, 0);
		fixture->client = NULL;
	}
}

static void client_closed(void *context, struct quic_connection *connection, int error,
			  const char *sentence)
{
	struct fixture *fixture = context;
	(void)connection;
	fixture->closed++;
	fixture->error = error;
	snprintf(fixture->sentence, sizeof(fixture->sentence), "%s", sentence);
}

static const struct quic_handler CLIENT = {client_opened, client_received, client_closed};

static void server_opened(void *context, struct quic_connection *connection)
{
	(void)context;
	assert_non_null(quic_tls_facts(connection));
}

static void server_received(void *context, struct quic_connection *connection, uint32_t token,
			    const uint8_t *data, size_t size)
{
	struct fixture *fixture = context;
	fixture->asked++;
	if (size == 1)
		quic_close(connection, 7);
	else
		assert_int_equal(quic_answer(connection, token, data, size), OK);
}

static void server_closed(void *context, struct quic_connection *connection, int error,
			  const char *sentence)
{
	(void)context;
	(void)connection;
	(void)error;
	assert_non_null(sentence);
}

static const struct quic_handler SERVER = {server_opened, server_received, server_closed};

static enum quic_welcome choose(void *context, const struct address *local,
				struct tls_context **ret_tls)
{
	struct fixture *fixture = context;
	assert_true(address_is_loopback(local));
	*ret_tls = fixture->server_tls;
	return fixture->welcome;
}

static void too_late(void *context)
{
	(void)context;
	fail_msg("nothing happened for 20 s");
}

static void start(struct fixture *fixture, const char *server_alpn, const char *address)
{
	memset(fixture, 0, sizeof(*fixture));
	for (size_t i = 0; i < sizeof(fixture->big); i++)
		fixture->big[i] = (uint8_t)(i * 7 + i / 251);
	struct clock clock = clock_system();
	const struct tls_identity identity = {
		.common_name = "ns1.example", .not_before = 1000000000, .not_after = 4000000000};
	struct quic_server_options options = {.choose = choose};
	assert_int_equal(loop_new(&clock, &fixture->loop), OK);
	assert_int_equal(tls_server_new(&identity, server_alpn, NULL, &fixture->server_tls), OK);
	assert_int_equal(tls_client_new("doq", NULL, &fixture->client_tls), OK);
	assert_int_equal(address_from_text(address, 0, &options.local), OK);
	assert_int_equal(
		quic_server_new(fixture->loop, &options, &SERVER, fixture, &fixture->server), OK);
	timer_init(&fixture->alarm, too_late, fixture);
	timer_start(fixture->loop, &fixture->alarm, 20000);
}

static void connect_client(struct fixture *fixture, const struct address *peer)
{
	const struct quic_options options = {
		.peer = *peer, .tls = fixture->client_tls, .server_name = "ns1.example"};
	assert_int_equal(quic_connect(fixture->loop, &options, &CLIENT, fixture, &fixture->client),
			 OK);
}

static void connect_here(struct fixture *fixture)
{
	struct address peer = quic_server_address(fixture->server);
	if (peer.family == ADDRESS_IPV4)
		assert_int_equal(address_from_text("127.0.0.1", peer.port, &peer), OK);
	connect_client(fixture, &peer);
}

static void turn_until(struct fixture *fixture, const int *counter, int value)
{
	while (*counter < value)
		assert_int_equal(loop_turn(fixture->loop, 1000), OK);
}

static void finish(struct fixture *fixture)
{
	quic_free(fixture->client, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(loop_turn(fixture->loop, 5), OK);
	quic_server_free(fixture->server);
	tls_context_free(fixture->server_tls);
	tls_context_free(fixture->client_tls);
	timer_stop(&fixture->alarm);
	loop_free(fixture->loop);
	assert_int_equal(memory_in_use(), 0);
}

static struct fixture fixture;

static void test_questions_and_answers(void **state)
{
	start(&fixture, "doq", "0.0.0.0");
	fixture.welcome = QUIC_WELCOME;
	connect_here(&fixture);
	/* Asked before hands are shaken. */
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(quic_ask(fixture.client, i, fixture.big, 20 + i), OK);
	assert_null(quic_tls_facts(fixture.client));
	turn_until(&fixture, &fixture.answers, 20);
	assert_int_equal(fixture.opened, 1);
	const struct tls_facts *facts = quic_tls_facts(fixture.client);
	assert_string_equal(facts->alpn, "doq");
	assert_int_equal(facts->version, 0x0304);
	assert_int_equal(facts->chain_count, 1);
	assert_true(facts->group[0] != '\0');
	/* As long as can be, both ways. */
	assert_int_equal(quic_ask(fixture.client, 77, fixture.big, QUIC_STREAM_OCTETS_MAX), OK);
	turn_until(&fixture, &fixture.answers, 21);
	assert_int_equal(fixture.answer_size, QUIC_STREAM_OCTETS_MAX);
	assert_int_equal(fixture.last_token, 77);
	assert_int_equal(quic_ask(fixture.client, 78, fixture.big, QUIC_STREAM_OCTETS_MAX + 1),
			 ERR_LIMIT);
	finish(&fixture);
}

static void test_many_streams(void **state)
{
	start(&fixture, "doq", "0.0.0.0");
	fixture.welcome = QUIC_WELCOME;
	connect_here(&fixture);
	for (int round = 1; round <= 4; round++) {
		for (uint32_t i = 0; i < QUIC_STREAMS_MAX; i++)
			assert_int_equal(quic_ask(fixture.client, i, fixture.big, 300), OK);
		assert_int_equal(quic_ask(fixture.client, 1000, fixture.big, 3), ERR_LIMIT);
		turn_until(&fixture, &fixture.answers, round * (int)QUIC_STREAMS_MAX);
	}
	finish(&fixture);
}

static void test_ipv6(void **state)
{
	start(&fixture, "doq", "::1");
	fixture.welcome = QUIC_WELCOME;
	connect_here(&fixture);
	assert_int_equal(quic_ask(fixture.client, 1, fixture.big, 40), OK);
	fixture.free_when_answered = true;
	turn_until(&fixture, &fixture.answers, 1);
	assert_null(fixture.client);
	finish(&fixture);
}

static void test_refused(void **state)
{
	start(&fixture, "doq", "0.0.0.0");
	fixture.welcome = QUIC_REFUSE;
	connect_here(&fixture);
	turn_until(&fixture, &fixture.closed, 1);
	assert_int_equal(fixture.error, ERR_NETWORK);
	assert_int_equal(fixture.opened, 0);
	assert_int_equal(quic_ask(fixture.client, 1, fixture.big, 40), ERR_NETWORK);
	finish(&fixture);
}

static void test_nobody_there(void **state)
{
	start(&fixture, "doq", "127.0.0.1");
	struct address gone = quic_server_address(fixture.server);
	quic_server_free(fixture.server);
	fixture.server = NULL;
	connect_client(&fixture, &gone);
	turn_until(&fixture, &fixture.closed, 1);
	assert_int_equal(fixture.error, ERR_NETWORK);
	finish(&fixture);
}

static void test_other_protocol(void **state)
{
	start(&fixture, "h3", "0.0.0.0");
	fixture.welcome = QUIC_WELCOME;
	connect_here(&fixture);
	turn_until(&fixture, &fixture.closed, 1);
	assert_int_equal(fixture.error, ERR_CRYPTO);
	assert_int_equal(fixture.opened, 0);
	finish(&fixture);
}

static void test_server_ends(void **state)
{
	start(&fixture, "doq", "0.0.0.0");
	fixture.welcome = QUIC_WELCOME;
	connect_here(&fixture);
	assert_int_equal(quic_ask(fixture.client, 1, fixture.big, 1), OK);
	turn_until(&fixture, &fixture.closed, 1);
	assert_int_equal(fixture.error, ERR_NETWORK);
	assert_non_null(strstr(fixture.sentence, "code 7"));
	finish(&fixture);
}

static size_t answer_rubbish(void *context, const struct udp_request *request, uint8_t *answer)
{
	int *count = context;
	memset(answer, *count % 2 == 0 ? 0xff : 0x00, 600);
	memcpy(answer, request->data, request->size_bytes < 40 ? request->size_bytes : 40);
	*count += 1;
	return 600;
}

static void test_rubbish(void **state)
{
	static const struct udp_server_handler handler = {.answer = answer_rubbish};
	struct udp_server *udp;
	int count = 0;
	start(&fixture, "doq", "127.0.0.1");
	struct address local = quic_server_address(fixture.server);
	local.port = 0;
	assert_int_equal(udp_server_new(fixture.loop, &local, &handler, &count, &udp), OK);
	struct address peer = udp_server_address(udp);
	connect_client(&fixture, &peer);
	turn_until(&fixture, &count, 3);
	assert_int_equal(fixture.opened, 0);
	quic_free(fixture.client, 0);
	fixture.client = NULL;
	udp_server_free(udp);
	finish(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_questions_and_answers),
		cmocka_unit_test(test_many_streams),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_other_protocol),
		cmocka_unit_test(test_server_ends),
		cmocka_unit_test(test_rubbish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
