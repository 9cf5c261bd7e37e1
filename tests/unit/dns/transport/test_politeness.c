/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pace, back-off, leases, opt-out, servers given up for dead. */
#include "dns/transport/pacer_private.h"
#include "dns/transport/window_private.h"
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)

static size_t silence(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake, (void)query, (void)answer;
	return 0;
}

/* ---- the arithmetic, with a clock of our own ---- */

/* Takes whenever it may for `ms`; gives how many. */
static unsigned taken_in(struct pacer *pacer, uint32_t rate, uint64_t *now_ns, unsigned ms)
{
	unsigned taken = 0;
	for (unsigned i = 0; i < ms; i++) {
		while (pacer_wait_ns(pacer, rate, *now_ns) == 0) {
			pacer_take(pacer, rate, *now_ns);
			taken++;
		}
		*now_ns += MS;
	}
	return taken;
}

static void test_pacer(void **state)
{
	const uint32_t rates[] = {1, 2, 7, 50, 999, 20000};
	for (unsigned i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct pacer pacer = {0};
		uint64_t now = 5 * SECOND;
		unsigned first = taken_in(&pacer, rates[i], &now, 1000);
		assert_in_range(first, rates[i], rates[i] + rates[i] / 50 + 2);
		unsigned ten = taken_in(&pacer, rates[i], &now, 10000);
		assert_in_range(ten, rates[i] * 10 - 1, rates[i] * 10 + 1);
		/* Rest is not saved up. */
		now += 100 * SECOND;
		unsigned later = taken_in(&pacer, rates[i], &now, 1000);
		assert_in_range(later, rates[i], rates[i] + rates[i] / 50 + 2);
	}
	struct pacer unlimited = {0};
	assert_int_equal(pacer_wait_ns(&unlimited, 0, 0), 0);
}

static void test_back_off(void **state)
{
	struct pacer pacer = {0};
	uint64_t now = SECOND;
	for (unsigned shift = 1; shift <= PACER_SHIFT_MAX; shift++) {
		for (unsigned i = 0; i < 4; i++)
			pacer_trouble(&pacer, now);
		assert_int_equal(pacer_shift(&pacer), shift);
	}
	for (unsigned i = 0; i < 100; i++)
		pacer_trouble(&pacer, now);
	assert_int_equal(pacer_shift(&pacer), PACER_SHIFT_MAX); /* the floor */
	assert_in_range(taken_in(&pacer, 80, &now, 1000), 10, 11);
	for (unsigned i = 0; i < PACER_TROUBLE_MAX; i++)
		pacer_ease(&pacer);
	assert_int_equal(pacer_shift(&pacer), 0);
	/* One refusal among five good answers changes nothing in the long run. */
	for (unsigned i = 0; i < 1000; i++) {
		pacer_trouble(&pacer, now);
		for (unsigned k = 0; k < 5; k++)
			pacer_ease(&pacer);
	}
	assert_int_equal(pacer_shift(&pacer), 0);
	/* Time heals. */
	for (unsigned i = 0; i < 100; i++)
		pacer_trouble(&pacer, now);
	now += 2 * PACER_FORGET_NS;
	(void)pacer_wait_ns(&pacer, 80, now);
	assert_int_equal(pacer_shift(&pacer), 0);
}

static void test_window(void **state)
{
	struct window window;
	uint64_t now = SECOND;
	window_init(&window, 4000);
	unsigned sent = 0;
	for (; window_is_open(&window, now); sent++)
		(void)window_sent(&window, now);
	assert_int_equal(sent, WINDOW_FIRST);
	/* Unanswered ones stop to count. */
	assert_true(window_opens_ns(&window) > now);
	now += 300 * MS;
	assert_true(window_is_open(&window, now));
	assert_int_equal(window.used, 0);
	/* Losses halve it, once a second at most. */
	window_lost(&window, now);
	window_lost(&window, now + 1);
	assert_int_equal(window.size, WINDOW_FIRST / 2);
	for (unsigned i = 1; i < 10; i++)
		window_lost(&window, now + i * SECOND);
	assert_int_equal(window.size, WINDOW_MIN);
	/* A window full of answers widens it by one. */
	uint32_t epoch = 0;
	while (window_is_open(&window, now))
		epoch = window_sent(&window, now);
	for (unsigned i = 0; i < WINDOW_MIN; i++) {
		window_release(&window, epoch);
		window_answered(&window);
	}
	assert_int_equal(window.size, WINDOW_MIN + 1);
	assert_int_equal(window.used, 0);
}

/* ---- with a server ---- */

static struct told *many(struct bench *bench, unsigned count)
{
	static struct told told[200];
	memset(told, 0, sizeof(told));
	assert_true(count <= 200);
	for (unsigned i = 0; i < count; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "n%u.example", i);
		struct exchange_question question = bench_question(bench, name);
		bench_ask(bench, &question, &told[i]);
	}
	return told;
}

static void test_rate_of_a_server(void **state)
{
	struct bench bench;
	struct transport_settings settings = bench_settings();
	settings.rate_per_server = 100;
	bench_open(&bench, &settings, fake_plainly);
	struct told *told = many(&bench, 60);
	uint64_t began = loop_refresh_now(bench.loop);
	bench_run(&bench, &told[59].count, 1);
	uint64_t took = loop_refresh_now(bench.loop) - began;
	assert_true(took >= 560 * MS); /* 57 intervals of 10 ms, 3 may be early */
	for (unsigned i = 0; i < 60; i++)
		assert_int_equal(told[i].result.outcome, EXCHANGE_ANSWER);
	bench_close(&bench);
}

/* Asked in later turns, while others wait and the pace would let one go. */
static void test_asked_while_others_wait(void **state)
{
	struct bench bench;
	static struct told told[60];
	struct transport_settings settings = bench_settings();
	memset(told, 0, sizeof(told));
	settings.rate_per_server = 500;
	bench_open(&bench, &settings, fake_plainly);
	for (unsigned i = 0; i < 60; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "n%u.example", i);
		struct exchange_question question = bench_question(&bench, name);
		bench_ask(&bench, &question, &told[i]);
		(void)loop_refresh_now(bench.loop);
		if (i % 20 == 19)
			(void)usleep(30000); /* the timer is due, and has not fired */
	}
	for (unsigned i = 0; i < 60; i++)
		bench_run(&bench, &told[i].count, 1);
	bench_close(&bench);
}

static void test_total_rate(void **state)
{
	struct bench bench;
	struct transport_settings settings = bench_settings();
	settings.rate_total = 200;
	bench_open(&bench, &settings, fake_plainly);
	struct told *told = many(&bench, 60);
	uint64_t began = loop_refresh_now(bench.loop);
	bench_run(&bench, &told[59].count, 1);
	assert_true(loop_refresh_now(bench.loop) - began >= 270 * MS);
	bench_close(&bench);
}

struct lessor {
	unsigned asked, wanted;
};

static void lease(void *context, const struct address *server, unsigned wanted)
{
	struct lessor *lessor = context;
	(void)server;
	lessor->asked++;
	lessor->wanted = wanted;
}

static void test_lease(void **state)
{
	struct bench bench;
	struct lessor lessor = {0};
	struct transport_settings settings = bench_settings();
	settings.lease = lease;
	settings.lease_context = &lessor;
	bench_open(&bench, &settings, fake_plainly);
	struct told *told = many(&bench, 10);
	bench_run_for(&bench, 20);
	assert_int_equal(bench.fake.udp_queries, 0);
	assert_int_equal(lessor.asked, 1);
	assert_int_equal(lessor.wanted, 1);
	transport_grant(bench.transport, &bench.fake.address, 4);
	bench_run(&bench, &told[3].count, 1);
	assert_int_equal(bench.fake.udp_queries, 4);
	assert_int_equal(lessor.asked, 2);
	assert_int_equal(lessor.wanted, 6);
	transport_grant(bench.transport, &bench.fake.address, 6);
	bench_run(&bench, &told[9].count, 1);
	assert_int_equal(lessor.asked, 2);
	bench_close(&bench);
}

static bool opted_out(void *context, const struct address *server)
{
	return address_equal(context, server);
}

static void test_opt_out(void **state)
{
	struct bench bench;
	struct address unwanted = {0};
	struct transport_settings settings = bench_settings();
	settings.opted_out = opted_out;
	settings.opted_out_context = &unwanted;
	bench_open(&bench, &settings, fake_plainly);
	assert_int_equal(bench_exchange(&bench, "a.example")->result.outcome, EXCHANGE_ANSWER);
	unwanted = bench.fake.address;
	const struct told *told = bench_exchange(&bench, "b.example");
	assert_int_equal(told->result.outcome, EXCHANGE_NOT_ASKED);
	assert_int_equal(told->result.attempts, 0);
	assert_false(told->result.server_dead);
	assert_int_equal(bench.fake.udp_queries, 1);
	bench_close(&bench);
}

static void test_dead(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, silence);
	struct told *told = many(&bench, 3);
	bench_run(&bench, &told[2].count, 1);
	assert_int_equal(told[0].result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(told[2].result.outcome, EXCHANGE_TIMEOUT);
	unsigned asked = bench.fake.udp_queries;
	const struct told *late = bench_exchange(&bench, "late.example");
	assert_int_equal(late->result.outcome, EXCHANGE_NOT_ASKED);
	assert_true(late->result.server_dead);
	assert_int_equal(bench.fake.udp_queries, asked);
	/* A probe is sent all the same. */
	struct exchange_question question = bench_question(&bench, "probe.example");
	struct told probe = {0};
	question.once = true;
	bench_ask(&bench, &question, &probe);
	bench_run(&bench, &probe.count, 1);
	assert_int_equal(probe.result.outcome, EXCHANGE_TIMEOUT);
	/* After its time, one more silent question gives it up again. */
	bench_run_for(&bench, 330);
	assert_int_equal(bench_exchange(&bench, "again.example")->result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(bench_exchange(&bench, "x.example")->result.outcome, EXCHANGE_NOT_ASKED);
	/* And one answer brings it back. */
	bench_run_for(&bench, 330);
	bench.fake.script = fake_plainly;
	assert_int_equal(bench_exchange(&bench, "y.example")->result.outcome, EXCHANGE_ANSWER);
	bench.fake.script = silence;
	assert_int_equal(bench_exchange(&bench, "z.example")->result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(bench_exchange(&bench, "w.example")->result.outcome, EXCHANGE_TIMEOUT);
	bench_close(&bench);
}

/* Questions waiting for their turn end with the server. */
static void test_dead_ends_waiting(void **state)
{
	struct bench bench;
	struct transport_settings settings = bench_settings();
	settings.rate_per_server = 40;
	bench_open(&bench, &settings, silence);
	struct told *told = many(&bench, 200);
	bench_run(&bench, &told[199].count, 1);
	unsigned not_asked = 0;
	bench_run_for(&bench, 500);
	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(told[i].count, 1);
		not_asked += told[i].result.outcome == EXCHANGE_NOT_ASKED;
	}
	assert_true(not_asked > 100);
	assert_int_equal(transport_counts(bench.transport).waiting, 0);
	bench_close(&bench);
}

/* A server that answers others and drops one type is alive. */
static size_t drops_caa(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	return query->message.question_type == TYPE_CAA ? 0 : fake_plainly(fake, query, answer);
}

static void test_picky_is_not_dead(void **state)
{
	struct bench bench;
	struct told told[8] = {0};
	bench_open(&bench, NULL, drops_caa);
	for (unsigned i = 0; i < 8; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "n%u.example", i / 2);
		struct exchange_question question = bench_question(&bench, name);
		question.type = i % 2 ? TYPE_A : TYPE_CAA;
		bench_ask(&bench, &question, &told[i]);
	}
	for (unsigned i = 0; i < 8; i++)
		bench_run(&bench, &told[i].count, 1);
	assert_int_equal(bench_exchange(&bench, "alive.example")->result.outcome, EXCHANGE_ANSWER);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pacer),
		cmocka_unit_test(test_back_off),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_rate_of_a_server),
		cmocka_unit_test(test_asked_while_others_wait),
		cmocka_unit_test(test_total_rate),
		cmocka_unit_test(test_lease),
		cmocka_unit_test(test_opt_out),
		cmocka_unit_test(test_dead),
		cmocka_unit_test(test_dead_ends_waiting),
		cmocka_unit_test(test_picky_is_not_dead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
