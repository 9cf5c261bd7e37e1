/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every way a question over UDP can end. */
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

static size_t silence(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake, (void)query, (void)answer;
	return 0;
}

static void test_answer(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, fake_plainly);
	const struct told *told = bench_exchange(&bench, "www.example.com");
	assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(told->result.attempts, 1);
	assert_int_equal(told->result.transport, EXCHANGE_UDP);
	assert_int_equal(told->result.mismatches, 0);
	assert_false(told->result.case_differs || told->result.without_edns);
	assert_false(told->result.truncated || told->result.tcp_failed);
	assert_int_equal(told->records, 1);
	assert_true(told->result.rtt_us < 40000);
	const struct transport_counts counts = transport_counts(bench.transport);
	assert_int_equal(counts.asked, 1);
	assert_int_equal(counts.sent_udp, 1);
	assert_int_equal(counts.received, 1);
	assert_int_equal(counts.in_flight, 0);
	assert_int_equal(counts.waiting, 0);
	bench_close(&bench);
}

/* What goes out: EDNS, DO, 1232 octets, a client cookie, mixed case, no RD. */
static size_t check_query(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	assert_true(query->message.edns.present);
	assert_int_equal(query->message.edns.udp_size, 1232);
	assert_int_equal(query->message.edns.flags, EDNS_FLAG_DO);
	assert_int_equal(query->cookie_size, 8);
	assert_int_equal(query->message.flags, 0);
	fake->number += query->is_lower;
	return fake_plainly(fake, query, answer);
}

static void test_what_goes_out(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, check_query);
	assert_int_equal(
		bench_exchange(&bench, "a-long-name-with-many-letters.example.com")->result.outcome,
		EXCHANGE_ANSWER);
	assert_int_equal(bench.fake.number, 0); /* all lower case: once in 2^38 */
	bench_close(&bench);
}

static void test_silence(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, silence);
	const struct told *told = bench_exchange(&bench, "silent.example");
	assert_int_equal(told->result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(told->result.attempts, 4); /* the last without EDNS */
	assert_int_equal(bench.fake.udp_queries, 4);
	assert_int_equal(bench.fake.plain_queries, 1);
	assert_int_equal(transport_counts(bench.transport).timeouts, 4);
	bench_close(&bench);
}

/* No more than the caller has room for, whatever is left untried. */
static void test_sends_max(void **state)
{
	for (uint8_t most = 1; most <= 6; most++) {
		struct told told = {0};
		struct bench bench;
		bench_open(&bench, NULL, silence);
		struct exchange_question question = bench_question(&bench, "silent.example");
		question.sends_max = most;
		bench_ask(&bench, &question, &told);
		bench_run(&bench, &told.count, 1);
		assert_int_equal(told.result.outcome, EXCHANGE_TIMEOUT);
		assert_int_equal(bench.fake.udp_queries, most < 4 ? most : 4);
		assert_int_equal(told.result.sent, bench.fake.udp_queries);
		bench_close(&bench);
	}
}

static size_t lose_two(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	return fake->number++ < 2 ? 0 : fake_plainly(fake, query, answer);
}

static void test_lossy(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, lose_two);
	const struct told *told = bench_exchange(&bench, "lossy.example");
	assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(told->result.attempts, 3);
	assert_true(told->result.rtt_us < 40000); /* of the third attempt */
	bench_close(&bench);
}

/* The reply to the first attempt comes after the second has left: taken, with its own time. */
static size_t answer_late(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)answer;
	if (fake->number++ == 0) {
		fake->kept_request = fake->request;
		fake->kept_size = fake_plainly(fake, query, fake->kept_answer);
	} else {
		assert_int_equal(udp_server_send(fake->udp, &fake->kept_request, fake->kept_answer,
						 fake->kept_size),
				 OK);
	}
	return 0;
}

static void test_late_reply(void **state)
{
	struct bench bench;
	unsigned late = 0;
	bench_open(&bench, NULL, answer_late);
	/* Once in 16 both attempts use the same socket, and the reply counts for the second. */
	for (unsigned i = 0; i < 5; i++) {
		const struct told *told = bench_exchange(&bench, "late.example");
		assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
		bool is_first = told->result.attempts == 1;
		assert_true(!is_first || told->result.rtt_us >= 39000);
		late += is_first;
		bench.fake.number = 0;
	}
	assert_in_range(late, 1, 5);
	bench_close(&bench);
}

static size_t wrong_id(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	size_t size = fake_plainly(fake, query, answer);
	answer[0] ^= 0x55;
	return size;
}

static void test_wrong_id(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, wrong_id);
	const struct told *told = bench_exchange(&bench, "wrong-id.example");
	assert_int_equal(told->result.outcome, EXCHANGE_MISMATCH);
	assert_int_equal(told->result.attempts, 2);
	assert_int_equal(told->result.mismatches, 2);
	bench_close(&bench);
}

static size_t wrong_question(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	size_t size = fake_plainly(fake, query, answer);
	answer[13] ^= 1; /* the first letter */
	return size;
}

static size_t not_a_reply(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	size_t size = fake_plainly(fake, query, answer);
	answer[2] &= 0x7f; /* QR */
	return size;
}

static void test_wrong_question(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, wrong_question);
	assert_int_equal(bench_exchange(&bench, "q.example")->result.outcome, EXCHANGE_MISMATCH);
	bench.fake.script = not_a_reply;
	assert_int_equal(bench_exchange(&bench, "qr.example")->result.outcome, EXCHANGE_MISMATCH);
	bench_close(&bench);
}

static size_t wrong_then_right(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	return fake->number++ == 0 ? wrong_id(fake, query, answer)
				   : fake_plainly(fake, query, answer);
}

static void test_wrong_then_right(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, wrong_then_right);
	const struct told *told = bench_exchange(&bench, "odd.example");
	assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(told->result.attempts, 2);
	assert_int_equal(told->result.mismatches, 1);
	bench_close(&bench);
}

static size_t garbage_with_id(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake;
	memset(answer, 0xff, 40);
	answer[0] = (uint8_t)(query->message.id >> 8);
	answer[1] = (uint8_t)query->message.id;
	return 40;
}

static size_t garbage(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)query;
	for (unsigned i = 0; i < 40; i++)
		answer[i] = (uint8_t)(0xff - fake->number++ % 3);
	return 40;
}

static size_t one_octet(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake, (void)query;
	answer[0] = 0;
	return 1;
}

static void test_garbage(void **state)
{
	fake_script *const scripts[] = {garbage_with_id, garbage, one_octet};
	for (unsigned i = 0; i < 3; i++) {
		struct bench bench;
		bench_open(&bench, NULL, scripts[i]);
		const struct told *told = bench_exchange(&bench, "garbage.example");
		assert_int_equal(told->result.outcome, EXCHANGE_MALFORMED);
		assert_int_equal(told->result.attempts, 2);
		bench_close(&bench);
	}
}

static size_t lower_case(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake;
	const struct fake_answer how = {.lower_case = true};
	return fake_reply(query, &how, answer);
}

static void test_lower_case(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, lower_case);
	const struct told *told = bench_exchange(&bench, "case-is-not-kept-here.example");
	assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
	assert_true(told->result.case_differs);
	bench_close(&bench);
}

static void test_closed(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, silence);
	struct address address = bench.fake.address;
	udp_server_free(bench.fake.udp);
	bench.fake.udp = NULL;
	(void)address;
	uint64_t before = loop_refresh_now(bench.loop);
	const struct told *told = bench_exchange(&bench, "closed.example");
	assert_int_equal(told->result.outcome, EXCHANGE_CLOSED);
	assert_int_equal(told->result.attempts, 1);
	assert_true(loop_now_ns(bench.loop) - before < UINT64_C(30000000));
	bench_close(&bench);
}

static void test_unreachable(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, silence);
	struct exchange_question question = bench_question(&bench, "unreachable.example");
	/* The kernel refuses to send to this one: 240/4 is nobody's (RFC 1112 s4). */
	const uint8_t reserved[4] = {255, 255, 255, 255};
	question.server = address_from_ipv4(reserved, 53);
	bench_ask(&bench, &question, &bench.told);
	bench_run(&bench, &bench.told.count, 1);
	assert_int_equal(bench.told.result.outcome, EXCHANGE_UNREACHABLE);
	bench_close(&bench);
}

static void test_coalesced(void **state)
{
	struct bench bench;
	struct told told[5] = {0};
	bench_open(&bench, NULL, fake_plainly);
	struct exchange_question question = bench_question(&bench, "same.example");
	struct exchange_question capital = bench_question(&bench, "SAME.example");
	bench_ask(&bench, &question, &told[0]);
	bench_ask(&bench, &question, &told[1]);
	bench_ask(&bench, &capital, &told[2]);
	question.once = true;
	bench_ask(&bench, &question, &told[3]);
	question.once = false;
	question.type = TYPE_AAAA;
	bench_ask(&bench, &question, &told[4]);
	for (unsigned i = 0; i < 5; i++)
		bench_run(&bench, &told[i].count, 1);
	assert_int_equal(bench.fake.udp_queries, 3);
	assert_int_equal(transport_counts(bench.transport).coalesced, 2);
	assert_int_equal(transport_counts(bench.transport).asked, 5);
	assert_int_equal(told[0].id, told[2].id);
	assert_int_not_equal(told[0].id, told[3].id);
	bench_close(&bench);
}

static void test_once(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, silence);
	struct exchange_question question = bench_question(&bench, "once.example");
	question.once = true;
	bench_ask(&bench, &question, &bench.told);
	bench_run(&bench, &bench.told.count, 1);
	assert_int_equal(bench.told.result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(bench.told.result.attempts, 1);
	assert_int_equal(bench.fake.udp_queries, 1);
	bench_close(&bench);
}

struct noted {
	const uint8_t *note;
	uint8_t name[NAME_MAX_OCTETS];
	unsigned count;
};

static void note_done(void *context, const struct exchange_result *result)
{
	struct noted *noted = context;
	(void)result;
	name_copy(noted->name, noted->note);
	noted->count++;
}

/* What is being read stands in the note, and nothing afterwards. */
static void test_note(void **state)
{
	struct bench bench;
	uint8_t note[NAME_MAX_OCTETS] = {0};
	struct noted noted = {.note = note};
	struct transport_settings settings = bench_settings();
	settings.note = note;
	bench_open(&bench, &settings, fake_plainly);
	const struct exchange_question question = bench_question(&bench, "Noted.example");
	assert_int_equal(transport_ask(bench.transport, &question, note_done, &noted), OK);
	bench_run(&bench, &noted.count, 1);
	assert_true(name_equal(noted.name, question.name));
	assert_int_equal(note[0], 0);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer),         cmocka_unit_test(test_what_goes_out),
		cmocka_unit_test(test_silence),        cmocka_unit_test(test_lossy),
		cmocka_unit_test(test_late_reply),     cmocka_unit_test(test_wrong_id),
		cmocka_unit_test(test_wrong_question), cmocka_unit_test(test_wrong_then_right),
		cmocka_unit_test(test_garbage),        cmocka_unit_test(test_lower_case),
		cmocka_unit_test(test_closed),         cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_coalesced),      cmocka_unit_test(test_once),
		cmocka_unit_test(test_note),           cmocka_unit_test(test_sends_max),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
