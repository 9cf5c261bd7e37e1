/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Askers who are told that an answer takes long, ask again themselves, and leave. */
#include "../../failing_memory.h"
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>

#include <cmocka.h>

/* An asker, and what he does when it takes long. */
struct asking {
	struct told told; /* first: it is the context of told_done() too */
	struct bench *bench;
	struct flight *flight;
	struct asking *also; /* leaves as well */
	unsigned late, rests;
	unsigned again_max;
	bool leaves;
	uint8_t sent; /* when left */
};

static void leave(struct asking *asking)
{
	struct flight *flight = asking->flight;
	asking->flight = NULL;
	asking->sent = transport_leave(asking->bench->transport, flight, asking);
}

static void done(void *context, const struct exchange_result *result)
{
	struct asking *asking = context;
	assert_non_null(asking->flight);
	asking->flight = NULL;
	told_done(&asking->told, result);
}

static void late(void *context, bool rests)
{
	struct asking *asking = context;
	assert_non_null(asking->flight); /* who has left is not told */
	asking->late += !rests;
	asking->rests += rests;
	if (asking->leaves) {
		leave(asking);
		if (asking->also != NULL)
			leave(asking->also);
	} else if (rests && asking->rests <= asking->again_max) {
		transport_again(asking->bench->transport, asking->flight);
	}
}

static void begin_with(struct asking *asking, struct bench *bench,
		       const struct exchange_question *question)
{
	const struct exchange_asker asker = {done, late, asking};
	asking->bench = bench;
	assert_int_equal(transport_begin(bench->transport, question, &asker, &asking->flight), OK);
	assert_non_null(asking->flight);
	assert_int_equal(asking->told.count + asking->late + asking->rests, 0);
}

static void begin(struct asking *asking, struct bench *bench, const char *name)
{
	const struct exchange_question question = bench_question(bench, name);
	begin_with(asking, bench, &question);
}

static size_t silence(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake, (void)query, (void)answer;
	return 0;
}

/* Time enough for an answer to be late before its attempt is over. */
static struct transport_settings patient_settings(void)
{
	struct transport_settings settings = bench_settings();
	settings.first_timeout_ms = 800;
	settings.tcp_timeout_ms = 2000;
	return settings;
}

/* ---- attempts ---- */

static void test_rests_until_asked_again(void **state)
{
	struct asking asking = {0};
	struct bench bench;
	bench_open(&bench, NULL, silence);
	begin(&asking, &bench, "silent.example");
	bench_run(&bench, &asking.rests, 1);
	bench_run_for(&bench, 200);
	assert_int_equal(bench.fake.udp_queries, 1);
	asking.again_max = 10;
	transport_again(bench.transport, asking.flight);
	transport_again(bench.transport, asking.flight); /* it does not rest */
	bench_run(&bench, &asking.told.count, 1);
	assert_int_equal(asking.told.result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(asking.told.result.attempts, 4); /* the last without EDNS */
	assert_int_equal(asking.told.result.sent, 4);
	assert_int_equal(bench.fake.udp_queries, 4);
	assert_int_equal(asking.rests, 3);
	assert_int_equal(asking.late, 0);
	bench_close(&bench);
}

/* As with attempts that are made by themselves. */
static void test_again_within_its_share(void **state)
{
	for (uint8_t most = 1; most <= 5; most++) {
		struct asking asking = {.again_max = 10};
		struct bench bench;
		bench_open(&bench, NULL, silence);
		struct exchange_question question = bench_question(&bench, "silent.example");
		question.sends_max = most;
		begin_with(&asking, &bench, &question);
		bench_run(&bench, &asking.told.count, 1);
		assert_int_equal(bench.fake.udp_queries, most < 4 ? most : 4);
		assert_int_equal(asking.told.result.sent, bench.fake.udp_queries);
		bench_close(&bench);
	}
}

/* A reply that comes while nobody has asked again. */
static size_t keep(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)answer;
	fake->kept_request = fake->request;
	fake->kept_size = fake_plainly(fake, query, fake->kept_answer);
	return 0;
}

static void answer_now(struct fake *fake)
{
	assert_int_equal(udp_server_send(fake->udp, &fake->kept_request, fake->kept_answer,
					 fake->kept_size),
			 OK);
}

static void test_reply_while_resting(void **state)
{
	struct asking asking = {0};
	struct bench bench;
	bench_open(&bench, NULL, keep);
	begin(&asking, &bench, "late.example");
	bench_run(&bench, &asking.rests, 1);
	answer_now(&bench.fake);
	bench_run(&bench, &asking.told.count, 1);
	assert_int_equal(asking.told.result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(asking.told.result.attempts, 1);
	assert_in_range(asking.told.result.rtt_us, 39000, 5000000);
	assert_int_equal(transport_counts(bench.transport).in_flight, 0);
	bench_close(&bench);
}

/* Who must have the result has all attempts made, whoever else waits. */
static void test_beside_one_who_waits(void **state)
{
	struct asking asking = {0};
	struct bench bench;
	bench_open(&bench, NULL, silence);
	const struct exchange_question question = bench_question(&bench, "silent.example");
	begin_with(&asking, &bench, &question);
	bench_run(&bench, &asking.rests, 1);
	bench_ask(&bench, &question, &bench.told); /* comes while it rests */
	bench_run(&bench, &bench.told.count, 1);
	assert_int_equal(bench.told.result.attempts, 4);
	assert_int_equal(asking.told.count, 1);
	assert_int_equal(asking.rests, 1);
	assert_int_equal(transport_counts(bench.transport).coalesced, 1);
	bench_close(&bench);
}

/* ---- late ---- */

static void test_late_and_then_answered(void **state)
{
	const struct transport_settings settings = patient_settings();
	struct asking asking = {0};
	struct bench bench;
	bench_open(&bench, &settings, keep);
	begin(&asking, &bench, "slow.example");
	const uint64_t began_ns = loop_refresh_now(bench.loop);
	bench_run(&bench, &asking.late, 1);
	assert_in_range((loop_refresh_now(bench.loop) - began_ns) / 1000000, 390, 790);
	/* Until it is heard, it is the last to be asked. */
	const struct address *server = &bench.fake.address;
	assert_int_equal(transport_expected_ms(bench.transport, server), 800);
	answer_now(&bench.fake);
	bench_run(&bench, &asking.told.count, 1);
	assert_int_equal(asking.told.result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(asking.late, 1);
	assert_int_equal(asking.rests, 0);
	assert_int_equal(bench.fake.udp_queries, 1);
	assert_int_equal(transport_expected_ms(bench.transport, server), 1000);
	bench_close(&bench);
}

/* What waits for its turn at a silent server may go elsewhere. */
static void test_waiting_behind_the_silent(void **state)
{
	static const char *names[] = {"a.example", "b.example", "c.example", "d.example"};
	struct transport_settings settings = patient_settings();
	struct asking askings[4] = {0};
	struct bench bench;
	settings.rate_per_server = 1;
	bench_open(&bench, &settings, silence);
	for (unsigned i = 0; i < 4; i++)
		begin(&askings[i], &bench, names[i]);
	bench_run(&bench, &askings[0].late, 1);
	bench_run_for(&bench, 1500);
	assert_true(bench.fake.udp_queries < 4); /* the last one has not even been sent */
	assert_int_equal(askings[3].late, 1);
	assert_int_equal(askings[3].rests, 0);
	for (unsigned i = 0; i < 4; i++) {
		if (askings[i].flight != NULL)
			leave(&askings[i]);
	}
	bench_close(&bench);
}

/* ---- leaving ---- */

static void test_leave_at_any_time(void **state)
{
	struct asking at_once = {0}, resting = {0}, on_the_way = {0};
	struct bench bench;
	bench_open(&bench, NULL, silence);
	begin(&resting, &bench, "resting.example");
	bench_run(&bench, &resting.rests, 1);
	leave(&resting);
	assert_int_equal(resting.sent, 1);
	begin(&on_the_way, &bench, "on-the-way.example");
	bench_run_for(&bench, 10);
	leave(&on_the_way);
	assert_int_equal(on_the_way.sent, 1);
	begin(&at_once, &bench, "at-once.example");
	leave(&at_once);
	bench_run_for(&bench, 300);
	assert_in_range(bench.fake.udp_queries, 2, 3); /* no second attempt of any */
	assert_int_equal(resting.told.count + on_the_way.told.count + at_once.told.count, 0);
	const struct transport_counts counts = transport_counts(bench.transport);
	assert_int_equal(counts.in_flight, 0);
	assert_int_equal(counts.waiting, 0);
	bench_close(&bench);
}

/* The answer that nobody waits for any more tells how long answers from there take. */
static void test_answer_after_leaving(void **state)
{
	struct asking asking = {0};
	struct bench bench;
	bench_open(&bench, NULL, keep);
	begin(&asking, &bench, "left.example");
	while (bench.fake.udp_queries == 0)
		bench_run_for(&bench, 5);
	leave(&asking);
	answer_now(&bench.fake);
	bench_run_for(&bench, 30);
	assert_int_equal(asking.told.count, 0);
	assert_int_equal(transport_expected_ms(bench.transport, &bench.fake.address), 200);
	bench_close(&bench);
}

/* From within, and another one as well. */
static void test_leave_when_told(void **state)
{
	struct asking first = {.leaves = true}, second = {.leaves = true}, waits = {0};
	struct bench bench;
	first.also = &second;
	second.also = &first;
	bench_open(&bench, NULL, silence);
	begin(&first, &bench, "silent.example");
	begin(&second, &bench, "silent.example");
	assert_ptr_equal(first.flight, second.flight);
	bench_run_for(&bench, 200);
	assert_int_equal(first.rests + second.rests, 1);
	assert_int_equal(bench.fake.udp_queries, 1);
	first = second = (struct asking){0};
	first.leaves = true;
	begin(&first, &bench, "other.example");
	begin(&waits, &bench, "other.example");
	bench_run(&bench, &waits.rests, 1);
	assert_int_equal(first.rests, 1);
	leave(&waits);
	bench_close(&bench);
}

static void test_the_end_of_all(void **state)
{
	struct asking resting = {0}, on_the_way = {0}, left = {0};
	struct bench bench;
	bench_open(&bench, NULL, silence);
	begin(&resting, &bench, "resting.example");
	bench_run(&bench, &resting.rests, 1);
	begin(&on_the_way, &bench, "on-the-way.example");
	begin(&left, &bench, "left.example");
	bench_run_for(&bench, 5);
	leave(&left);
	bench_close(&bench);
	assert_int_equal(resting.told.result.outcome, EXCHANGE_NOT_ASKED);
	assert_int_equal(on_the_way.told.result.outcome, EXCHANGE_NOT_ASKED);
	assert_int_equal(left.told.count, 0);
}

/* ---- what it costs ---- */

/* Who leaves others behind pays for what may yet be sent; else it would be on nobody's account. */
static void test_leaving_others(void **state)
{
	struct asking rich = {0}, poor = {.again_max = 10};
	struct bench bench;
	bench_open(&bench, NULL, silence);
	struct exchange_question question = bench_question(&bench, "silent.example");
	question.sends_max = 9;
	begin_with(&rich, &bench, &question);
	question.sends_max = 1;
	begin_with(&poor, &bench, &question);
	bench_run_for(&bench, 10);
	leave(&rich);
	assert_int_equal(rich.sent, 9);
	bench_run(&bench, &poor.told.count, 1);
	assert_in_range(bench.fake.udp_queries, 1, rich.sent + 1u);
	bench_close(&bench);
}

/* What was left is joined while it is on its way: with what the new one may send. */
static void test_joining_what_was_left(void **state)
{
	struct asking rich = {0}, poor = {.again_max = 10};
	struct bench bench;
	bench_open(&bench, NULL, silence);
	struct exchange_question question = bench_question(&bench, "silent.example");
	question.sends_max = 9;
	begin_with(&rich, &bench, &question);
	bench_run_for(&bench, 10);
	leave(&rich);
	assert_int_equal(rich.sent, 1);
	question.sends_max = 2;
	begin_with(&poor, &bench, &question);
	bench_run(&bench, &poor.told.count, 1);
	assert_int_equal(poor.told.result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(bench.fake.udp_queries, 2);
	bench_close(&bench);
}

/* The second asker's place has to be allocated. */
static void test_joining_without_memory(void **state)
{
	struct asking first = {0}, second = {0};
	struct bench bench;
	bench_open(&bench, NULL, keep);
	const struct exchange_question question = bench_question(&bench, "both.example");
	const struct exchange_asker asker = {done, late, &second};
	begin_with(&first, &bench, &question);
	memory_fail_at(1);
	const int error = transport_begin(bench.transport, &question, &asker, &second.flight);
	memory_fail_at(0);
	assert_int_equal(error, ERR_MEMORY);
	assert_null(second.flight);
	bench_run_for(&bench, 10);
	answer_now(&bench.fake);
	bench_run(&bench, &first.told.count, 1);
	assert_int_equal(second.told.count, 0);
	bench_close(&bench);
}

/* ---- connections ---- */

/* The first question is answered, and the connection closed at the second. */
static size_t answer_first(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	if (fake->number++ == 0)
		return fake_plainly(fake, query, answer);
	fake->close_after_answer = true;
	return 0;
}

static void test_left_on_a_connection(void **state)
{
	for (unsigned leaves = 0; leaves < 2; leaves++) {
		struct asking asking = {0};
		struct bench bench;
		bench_open(&bench, NULL, answer_first);
		fake_listen(&bench.fake);
		assert_int_equal(
			bench_exchange_over(&bench, "first.example", EXCHANGE_TCP)->result.outcome,
			EXCHANGE_ANSWER);
		struct exchange_question question = bench_question(&bench, "second.example");
		question.transport = EXCHANGE_TCP;
		begin_with(&asking, &bench, &question);
		if (leaves)
			leave(&asking);
		bench_run_for(&bench, 200);
		/* RFC 7766 s6.2.4: asked once more on a new one, if anybody waits. */
		assert_int_equal(bench.fake.stream_queries, leaves ? 2 : 3);
		assert_int_equal(asking.told.count, !leaves);
		bench_close(&bench);
	}
}

static void test_late_over_tcp(void **state)
{
	const struct transport_settings settings = patient_settings();
	struct asking asking = {0};
	struct bench bench;
	bench_open(&bench, &settings, silence);
	fake_listen(&bench.fake);
	struct exchange_question question = bench_question(&bench, "silent.example");
	question.transport = EXCHANGE_TCP;
	begin_with(&asking, &bench, &question);
	bench_run(&bench, &asking.late, 1);
	assert_int_equal(asking.told.count, 0);
	bench_run(&bench, &asking.told.count, 1);
	assert_int_equal(asking.told.result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(asking.late, 1);
	assert_int_equal(asking.rests, 0);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rests_until_asked_again),
		cmocka_unit_test(test_again_within_its_share),
		cmocka_unit_test(test_reply_while_resting),
		cmocka_unit_test(test_beside_one_who_waits),
		cmocka_unit_test(test_late_and_then_answered),
		cmocka_unit_test(test_waiting_behind_the_silent),
		cmocka_unit_test(test_leave_at_any_time),
		cmocka_unit_test(test_answer_after_leaving),
		cmocka_unit_test(test_leave_when_told),
		cmocka_unit_test(test_the_end_of_all),
		cmocka_unit_test(test_leaving_others),
		cmocka_unit_test(test_joining_what_was_left),
		cmocka_unit_test(test_joining_without_memory),
		cmocka_unit_test(test_left_on_a_connection),
		cmocka_unit_test(test_late_over_tcp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
