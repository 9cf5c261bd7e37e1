/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing_memory.h"
#include "net/udp.h"
#include "net/udp_server.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define QUESTIONS 300
#define SLOTS_MAX 64

struct fixture {
	struct loop *loop;
	struct random random;
	struct udp_pool *pool;
	struct udp_server *server;
	struct address server_address;
	struct timer alarm;
	uint32_t slot_of[QUESTIONS];
	bool is_answered[QUESTIONS];
	int answers;
	int wanted;
	int failures;
	int errno_value;
	struct udp_datagram failure;
	uint8_t failure_data[UDP_SEND_MAX];
	uint16_t ports[SLOTS_MAX];
	size_t port_count;
};

static void note_port(struct fixture *fixture, uint16_t port)
{
	for (size_t i = 0; i < fixture->port_count; i++) {
		if (fixture->ports[i] == port)
			return;
	}
	assert_true(fixture->port_count < SLOTS_MAX);
	fixture->ports[fixture->port_count++] = port;
}

/* Answers with what it was sent and one octet more. */
static size_t echo(void *context, const struct udp_request *request, uint8_t *answer)
{
	struct fixture *fixture = context;
	note_port(fixture, request->peer.port);
	assert_true(address_same_host(&request->local, &fixture->server_address));
	memcpy(answer, request->data, request->size_bytes);
	answer[request->size_bytes] = '!';
	return request->size_bytes + 1;
}

static void received(void *context, const struct udp_datagram *datagram)
{
	struct fixture *fixture = context;
	uint16_t number;
	assert_int_equal(datagram->size_bytes, sizeof(number) + 1);
	assert_false(datagram->is_cut);
	memcpy(&number, datagram->data, sizeof(number));
	assert_true(number < QUESTIONS);
	assert_true(address_equal(&datagram->peer, &fixture->server_address));
	assert_int_equal(datagram->slot, fixture->slot_of[number]);
	assert_false(fixture->is_answered[number]);
	fixture->is_answered[number] = true;
	if (++fixture->answers == fixture->wanted)
		loop_stop(fixture->loop);
}

static void failed(void *context, const struct udp_datagram *datagram, int errno_value)
{
	struct fixture *fixture = context;
	fixture->failures++;
	fixture->failure = *datagram;
	assert_true(datagram->size_bytes <= sizeof(fixture->failure_data));
	memcpy(fixture->failure_data, datagram->data, datagram->size_bytes);
	fixture->errno_value = errno_value;
	loop_stop(fixture->loop);
}

static void too_late(void *context)
{
	(void)context;
	fail_msg("nothing came");
}

static void fixture_start(struct fixture *fixture, const char *address,
			  const struct udp_options *options)
{
	static const struct udp_handler HANDLER = {.received = received, .failed = failed};
	static const struct udp_server_handler ECHO = {.answer = echo};
	memset(fixture, 0, sizeof(*fixture));
	struct clock clock = clock_system();
	random_system(&fixture->random);
	assert_int_equal(loop_new(&clock, &fixture->loop), OK);
	struct address local;
	assert_int_equal(address_from_text(address, 0, &local), OK);
	assert_int_equal(udp_server_new(fixture->loop, &local, &ECHO, fixture, &fixture->server),
			 OK);
	fixture->server_address = udp_server_address(fixture->server);
	assert_int_equal(udp_pool_new(fixture->loop, &fixture->random, options, &fixture->pool),
			 OK);
	udp_pool_handle(fixture->pool, &HANDLER, fixture);
	timer_init(&fixture->alarm, too_late, fixture);
	timer_start(fixture->loop, &fixture->alarm, 10000);
}

static void fixture_end(struct fixture *fixture)
{
	timer_stop(&fixture->alarm);
	udp_pool_free(fixture->pool);
	udp_server_free(fixture->server);
	loop_free(fixture->loop);
	assert_int_equal(memory_in_use(), 0);
}

static void ask(struct fixture *fixture, int from, int to)
{
	for (int i = from; i < to; i++) {
		uint16_t number = (uint16_t)i;
		assert_int_equal(udp_send(fixture->pool, &fixture->server_address, &number,
					  sizeof(number), &fixture->slot_of[i]),
				 OK);
		assert_int_not_equal(fixture->slot_of[i], 0);
	}
	fixture->wanted = fixture->answers + to - from;
	assert_int_equal(loop_run(fixture->loop), OK);
}

static void every_question_is_answered(const char *address)
{
	struct fixture fixture;
	fixture_start(&fixture, address, NULL);
	ask(&fixture, 0, QUESTIONS);
	for (int i = 0; i < QUESTIONS; i++)
		assert_true(fixture.is_answered[i]);
	struct udp_counters counters = udp_pool_counters(fixture.pool);
	assert_int_equal(counters.sent, QUESTIONS);
	assert_int_equal(counters.received, QUESTIONS);
	assert_int_equal(counters.send_calls, (QUESTIONS + UDP_BATCH - 1) / UDP_BATCH);
	assert_int_equal(counters.errors, 0);
	assert_int_equal(counters.dropped_kernel, 0);
	fixture_end(&fixture);
}

static void questions_over_ipv4_are_answered(void **state)
{
	(void)state;
	every_question_is_answered("127.0.0.1");
}

static void questions_over_ipv6_are_answered(void **state)
{
	(void)state;
	every_question_is_answered("::1");
}

static void full_batches_share_a_slot_and_others_differ(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_start(&fixture, "127.0.0.1", NULL);
	ask(&fixture, 0, QUESTIONS);
	size_t differing = 0;
	for (int i = 1; i < QUESTIONS; i++) {
		bool same = fixture.slot_of[i] == fixture.slot_of[i - 1];
		assert_true(same || i % (int)UDP_BATCH == 0);
		differing += !same;
	}
	/* Five batches all over one of sixteen sockets: 2^-16. */
	assert_true(differing > 0);
	assert_true(fixture.port_count > 1);
	fixture_end(&fixture);
}

static void worn_sockets_are_replaced_and_closed_after_their_grace(void **state)
{
	(void)state;
	struct fixture fixture;
	struct udp_options options = {.sockets = 1, .questions_max = 1, .grace_ms = 20};
	fixture_start(&fixture, "127.0.0.1", &options);
	for (int i = 0; i < 20; i++)
		ask(&fixture, i, i + 1);
	for (int i = 1; i < 20; i++)
		assert_int_equal(fixture.slot_of[i], fixture.slot_of[i - 1] + 1);
	/* Twenty random ports out of 64,512: one double is conceivable, four are not. */
	assert_true(fixture.port_count > 16);
	assert_int_equal(udp_pool_counters(fixture.pool).sockets_opened, 20);
	uint64_t end_ns = loop_refresh_now(fixture.loop) + 60000000;
	long before = memory_in_use();
	while (loop_now_ns(fixture.loop) < end_ns)
		assert_int_equal(loop_turn(fixture.loop, 10), OK);
	assert_true(memory_in_use() < before);
	fixture_end(&fixture);
}

/* A port that nobody listens on. */
static struct address deaf_address(struct fixture *fixture, const char *text)
{
	static const struct udp_server_handler ECHO = {.answer = echo};
	struct address address;
	assert_int_equal(address_from_text(text, 0, &address), OK);
	struct udp_server *server;
	assert_int_equal(udp_server_new(fixture->loop, &address, &ECHO, fixture, &server), OK);
	address = udp_server_address(server);
	udp_server_free(server);
	return address;
}

static void refusal_is_told_with_the_question(const char *text)
{
	struct fixture fixture;
	fixture_start(&fixture, text, NULL);
	struct address deaf = deaf_address(&fixture, text);
	uint32_t slot;
	assert_int_equal(udp_send(fixture.pool, &deaf, "question", 8, &slot), OK);
	assert_int_equal(loop_run(fixture.loop), OK);
	assert_int_equal(fixture.failures, 1);
	assert_int_equal(fixture.errno_value, ECONNREFUSED);
	assert_true(address_equal(&fixture.failure.peer, &deaf));
	assert_int_equal(fixture.failure.slot, slot);
	assert_int_equal(fixture.failure.size_bytes, 8);
	assert_memory_equal(fixture.failure_data, "question", 8);
	fixture_end(&fixture);
}

static void refusals_are_told(void **state)
{
	(void)state;
	refusal_is_told_with_the_question("127.0.0.1");
	refusal_is_told_with_the_question("::1");
}

static void refusals_do_not_harm_other_questions(void **state)
{
	(void)state;
	struct fixture fixture;
	struct udp_options options = {.sockets = 1};
	fixture_start(&fixture, "127.0.0.1", &options);
	struct address deaf = deaf_address(&fixture, "127.0.0.1");
	for (int i = 0; i < 200; i++) {
		uint16_t number = (uint16_t)i;
		uint32_t slot;
		assert_int_equal(udp_send(fixture.pool, &deaf, "deaf", 4, &slot), OK);
		assert_int_equal(udp_send(fixture.pool, &fixture.server_address, &number,
					  sizeof(number), &fixture.slot_of[i]),
				 OK);
	}
	while (fixture.answers < 200 || fixture.failures < 200)
		assert_int_equal(loop_turn(fixture.loop, 1000), OK);
	assert_int_equal(fixture.answers, 200);
	assert_int_equal(fixture.failures, 200);
	fixture_end(&fixture);
}

static void unreachable_address_fails_alone(void **state)
{
	(void)state;
	struct fixture fixture;
	struct udp_options options = {0};
	assert_int_equal(address_from_text("127.0.0.1", 0, &options.source_ipv4), OK);
	fixture_start(&fixture, "127.0.0.1", &options);
	/* From a loopback source nothing leaves the machine: EINVAL or ENETUNREACH. */
	struct address away;
	assert_int_equal(address_from_text("192.0.2.1:53", 0, &away), OK);
	uint32_t slot;
	assert_int_equal(udp_send(fixture.pool, &away, "away", 4, &slot), OK);
	uint16_t number = 0;
	assert_int_equal(udp_send(fixture.pool, &fixture.server_address, &number, sizeof(number),
				  &fixture.slot_of[0]),
			 OK);
	while (fixture.answers < 1 || fixture.failures < 1)
		assert_int_equal(loop_turn(fixture.loop, 1000), OK);
	assert_true(address_equal(&fixture.failure.peer, &away));
	assert_int_equal(fixture.failures, 1);
	fixture_end(&fixture);
}

static void family_that_is_off_and_too_long_data_are_refused(void **state)
{
	(void)state;
	struct fixture fixture;
	struct udp_options options = {.without_ipv6 = true};
	fixture_start(&fixture, "127.0.0.1", &options);
	struct address ipv6;
	assert_int_equal(address_from_text("::1", 53, &ipv6), OK);
	uint32_t slot = 77;
	uint8_t data[UDP_SEND_MAX + 1] = {0};
	assert_int_equal(udp_send(fixture.pool, &ipv6, data, 1, &slot), ERR_UNSUPPORTED);
	assert_int_equal(udp_send(fixture.pool, &fixture.server_address, data, sizeof(data), &slot),
			 ERR_LIMIT);
	assert_int_equal(slot, 77);
	fixture_end(&fixture);
}

static size_t answer_long(void *context, const struct udp_request *request, uint8_t *answer)
{
	(void)context;
	(void)request;
	memset(answer, 'x', UDP_ANSWER_MAX);
	return UDP_ANSWER_MAX;
}

static void received_cut(void *context, const struct udp_datagram *datagram)
{
	struct fixture *fixture = context;
	assert_int_equal(datagram->size_bytes, 100);
	assert_true(datagram->is_cut);
	fixture->answers++;
	loop_stop(fixture->loop);
}

static void longer_answers_are_marked_as_cut(void **state)
{
	(void)state;
	static const struct udp_server_handler LONG = {.answer = answer_long};
	static const struct udp_handler HANDLER = {.received = received_cut};
	struct fixture fixture;
	struct udp_options options = {.receive_max_bytes = 100};
	fixture_start(&fixture, "127.0.0.1", &options);
	udp_pool_handle(fixture.pool, &HANDLER, &fixture);
	struct udp_server *server;
	struct address local = fixture.server_address;
	local.port = 0;
	assert_int_equal(udp_server_new(fixture.loop, &local, &LONG, NULL, &server), OK);
	struct address address = udp_server_address(server);
	uint32_t slot;
	assert_int_equal(udp_send(fixture.pool, &address, "q", 1, &slot), OK);
	assert_int_equal(loop_run(fixture.loop), OK);
	assert_int_equal(fixture.answers, 1);
	udp_server_free(server);
	fixture_end(&fixture);
}

/* A wildcard server answers from the address that was asked. */
static void wildcard_server_answers_from_the_address_asked(void **state)
{
	(void)state;
	static const struct udp_server_handler ECHO = {.answer = echo};
	struct fixture fixture;
	fixture_start(&fixture, "127.0.0.1", NULL);
	struct address any;
	struct udp_server *server;
	assert_int_equal(address_from_text("0.0.0.0", 0, &any), OK);
	assert_int_equal(udp_server_new(fixture.loop, &any, &ECHO, &fixture, &server), OK);
	uint16_t port = udp_server_address(server).port;
	assert_int_equal(address_from_text("127.1.2.3", port, &fixture.server_address), OK);
	ask(&fixture, 0, 1);
	udp_server_free(server);
	fixture_end(&fixture);
}

static void failed_allocations_are_told(void **state)
{
	(void)state;
	struct clock clock = clock_system();
	struct random random;
	random_system(&random);
	struct loop *loop;
	assert_int_equal(loop_new(&clock, &loop), OK);
	struct address local;
	assert_int_equal(address_from_text("127.0.0.1:9", 0, &local), OK);
	long before = memory_in_use();
	FOR_EACH_FAILURE(which)
	{
		struct udp_pool *pool = NULL;
		uint32_t slot;
		int error = udp_pool_new(loop, &random, NULL, &pool);
		if (error == OK)
			error = udp_send(pool, &local, "x", 1, &slot);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		udp_pool_free(pool);
		assert_int_equal(memory_in_use(), before);
	}
	FOR_EACH_FAILURE(again)
	{
		static const struct udp_server_handler ECHO = {.answer = echo};
		struct udp_server *server = NULL;
		local.port = 0;
		int error = udp_server_new(loop, &local, &ECHO, NULL, &server);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		udp_server_free(server);
	}
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_over_ipv4_are_answered),
		cmocka_unit_test(questions_over_ipv6_are_answered),
		cmocka_unit_test(full_batches_share_a_slot_and_others_differ),
		cmocka_unit_test(worn_sockets_are_replaced_and_closed_after_their_grace),
		cmocka_unit_test(refusals_are_told),
		cmocka_unit_test(refusals_do_not_harm_other_questions),
		cmocka_unit_test(unreachable_address_fails_alone),
		cmocka_unit_test(family_that_is_off_and_too_long_data_are_refused),
		cmocka_unit_test(longer_answers_are_marked_as_cut),
		cmocka_unit_test(wildcard_server_answers_from_the_address_asked),
		cmocka_unit_test(failed_allocations_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
