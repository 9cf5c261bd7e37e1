/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions over TCP and DNS over TLS: reuse, pipelining, closing, failing. */
#include "dns/transport/connection_private.h"
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t silence(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake, (void)query, (void)answer;
	return 0;
}

static void test_reuse(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, fake_plainly);
	fake_listen(&bench.fake);
	for (unsigned i = 0; i < 3; i++) {
		const struct told *told = bench_exchange_over(&bench, "tcp.example", EXCHANGE_TCP);
		assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
		assert_int_equal(told->result.transport, EXCHANGE_TCP);
		assert_int_equal(told->result.attempts, 1);
	}
	assert_int_equal(bench.fake.connections, 1);
	assert_int_equal(bench.fake.udp_queries, 0);
	assert_int_equal(transport_counts(bench.transport).sent_tcp, 3);
	bench_close(&bench);
}

/* More than the pipeline takes at once; all are answered on one connection. */
static void test_pipeline(void **state)
{
	struct bench bench;
	struct told told[50] = {0};
	bench_open(&bench, NULL, fake_plainly);
	fake_listen(&bench.fake);
	for (unsigned i = 0; i < 50; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "n%u.example", i);
		struct exchange_question question = bench_question(&bench, name);
		question.transport = EXCHANGE_TCP;
		bench_ask(&bench, &question, &told[i]);
	}
	for (unsigned i = 0; i < 50; i++) {
		bench_run(&bench, &told[i].count, 1);
		assert_int_equal(told[i].result.outcome, EXCHANGE_ANSWER);
	}
	assert_int_equal(bench.fake.connections, 1);
	bench_close(&bench);
}

/* A server that closes after each answer: the next question finds out, and goes on a new one. */
static void test_closing_server(void **state)
{
	struct bench bench;
	struct told told[2] = {0};
	bench_open(&bench, NULL, fake_plainly);
	fake_listen(&bench.fake);
	bench.fake.close_after_answer = true;
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(
			bench_exchange_over(&bench, "one.example", EXCHANGE_TCP)->result.outcome,
			EXCHANGE_ANSWER);
	struct exchange_question first = bench_question(&bench, "a.example");
	struct exchange_question second = bench_question(&bench, "b.example");
	first.transport = second.transport = EXCHANGE_TCP;
	bench_ask(&bench, &first, &told[0]);
	bench_ask(&bench, &second, &told[1]);
	for (unsigned i = 0; i < 2; i++) {
		bench_run(&bench, &told[i].count, 1);
		assert_int_equal(told[i].result.outcome, EXCHANGE_ANSWER);
	}
	assert_true(bench.fake.connections >= 3);
	bench_close(&bench);
}

static size_t hang_up(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)query, (void)answer;
	fake->close_after_answer = true;
	return 0;
}

static void test_failures(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, silence);
	const struct told *told = bench_exchange_over(&bench, "refused.example", EXCHANGE_TCP);
	assert_int_equal(told->result.outcome, EXCHANGE_CLOSED);
	assert_int_equal(told->result.attempts, 1);
	fake_listen(&bench.fake);
	told = bench_exchange_over(&bench, "silent.example", EXCHANGE_TCP);
	assert_int_equal(told->result.outcome, EXCHANGE_TIMEOUT);
	bench.fake.script = hang_up;
	told = bench_exchange_over(&bench, "hangs-up.example", EXCHANGE_TCP);
	assert_int_equal(told->result.outcome, EXCHANGE_CLOSED);
	bench_close(&bench);
}

static size_t wrong_id(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	size_t size = fake_plainly(fake, query, answer);
	answer[1] ^= 1;
	return size;
}

static size_t garbage(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake;
	memset(answer, 0xff, 30);
	answer[0] = (uint8_t)(query->message.id >> 8);
	answer[1] = (uint8_t)query->message.id;
	return 30;
}

static void test_bad_replies(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, wrong_id);
	fake_listen(&bench.fake);
	assert_int_equal(bench_exchange_over(&bench, "id.example", EXCHANGE_TCP)->result.outcome,
			 EXCHANGE_MISMATCH);
	bench.fake.script = garbage;
	assert_int_equal(bench_exchange_over(&bench, "x.example", EXCHANGE_TCP)->result.outcome,
			 EXCHANGE_MALFORMED);
	bench_close(&bench);
}

static void test_tls(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, fake_plainly);
	fake_listen_tls(&bench.fake);
	for (unsigned i = 0; i < 2; i++) {
		const struct told *told = bench_exchange_over(&bench, "dot.example", EXCHANGE_DOT);
		assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
		assert_int_equal(told->result.transport, EXCHANGE_DOT);
	}
	assert_int_equal(bench.fake.connections, 1);
	assert_int_equal(transport_counts(bench.transport).sent_dot, 2);
	/* TCP without TLS at that port. */
	fake_listen(&bench.fake);
	bench.fake.tls_address = bench.fake.address;
	bench.fake.script = silence;
	bench_close(&bench);
}

/* ---- cutting a stream into messages ---- */

static unsigned taken;

static void take_counted(struct connection *connection, const uint8_t *message, size_t size)
{
	(void)connection;
	assert_int_equal(size, taken + 1);
	for (size_t i = 0; i < size; i++)
		assert_int_equal(message[i], taken);
	taken++;
}

static void test_cutting(void **state)
{
	uint8_t data[5 * 2 + 1 + 2 + 3 + 4 + 5];
	size_t size = 0;
	for (unsigned i = 0; i < 5; i++) {
		data[size++] = 0;
		data[size++] = (uint8_t)(i + 1);
		memset(data + size, (int)i, i + 1);
		size += i + 1;
	}
	for (size_t piece = 1; piece <= size; piece++) {
		struct connection connection = {0};
		taken = 0;
		for (size_t at = 0; at < size; at += piece) {
			size_t part = size - at < piece ? size - at : piece;
			assert_int_equal(connection_cut(&connection, data + at, part, take_counted),
					 OK);
		}
		assert_int_equal(taken, 5);
		assert_null(connection.partial);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reuse),          cmocka_unit_test(test_pipeline),
		cmocka_unit_test(test_closing_server), cmocka_unit_test(test_failures),
		cmocka_unit_test(test_bad_replies),    cmocka_unit_test(test_tls),
		cmocka_unit_test(test_cutting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
