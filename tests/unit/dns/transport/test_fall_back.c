/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking again in another way: without EDNS, with another cookie, over TCP. */
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static size_t with(const struct fake_query *query, uint16_t flags, uint16_t rcode, bool without_opt,
		   uint8_t *answer)
{
	const struct fake_answer how = {.flags = flags, .rcode = rcode, .without_opt = without_opt};
	return fake_reply(query, &how, answer);
}

/* ---- EDNS ---- */

static size_t formerr(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	if (query->message.edns.present)
		return with(query, 0, RCODE_FORMERR, true, answer);
	return fake_plainly(fake, query, answer);
}

static size_t formerr_header_only(struct fake *fake, const struct fake_query *query,
				  uint8_t *answer)
{
	if (!query->message.edns.present)
		return fake_plainly(fake, query, answer);
	const uint8_t header[12] = {(uint8_t)(query->message.id >> 8), (uint8_t)query->message.id,
				    0x80, RCODE_FORMERR};
	memcpy(answer, header, 12);
	return 12;
}

static size_t notimp(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	if (query->message.edns.present)
		return with(query, 0, RCODE_NOTIMP, true, answer);
	return fake_plainly(fake, query, answer);
}

static size_t badvers(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	if (query->message.edns.present)
		return with(query, 0, RCODE_BADVERS, false, answer);
	return fake_plainly(fake, query, answer);
}

static size_t edns_dropped(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	return query->message.edns.present ? 0 : fake_plainly(fake, query, answer);
}

static void test_no_edns(void **state)
{
	fake_script *const scripts[] = {formerr, formerr_header_only, notimp, badvers,
					edns_dropped};
	for (unsigned i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct bench bench;
		bench_open(&bench, NULL, scripts[i]);
		const struct told *told = bench_exchange(&bench, "old.example");
		assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
		assert_true(told->result.without_edns);
		assert_int_equal(told->result.attempts, 1);
		assert_int_equal(told->rcode, RCODE_NOERROR);
		unsigned asked = bench.fake.udp_queries;
		assert_int_equal(asked, scripts[i] == edns_dropped ? 4 : 2);
		/* What was said is remembered; what was silent is not taken for a refusal. */
		told = bench_exchange(&bench, "again.example");
		assert_true(told->result.without_edns);
		assert_int_equal(bench.fake.udp_queries - asked,
				 scripts[i] == edns_dropped ? 4 : 1);
		bench_close(&bench);
	}
}

/* FORMERR to one question of a server that is known to speak EDNS: that question only. */
static size_t formerr_to_second(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	if (++fake->number == 2)
		return with(query, 0, RCODE_FORMERR, true, answer);
	return fake_plainly(fake, query, answer);
}

static void test_edns_known(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, formerr_to_second);
	assert_false(bench_exchange(&bench, "one.example")->result.without_edns);
	assert_true(bench_exchange(&bench, "two.example")->result.without_edns);
	assert_false(bench_exchange(&bench, "three.example")->result.without_edns);
	bench_close(&bench);
}

static size_t silence_to_second(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	return ++fake->number > 1 ? 0 : fake_plainly(fake, query, answer);
}

static void test_silence_of_edns_speaker(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, silence_to_second);
	bench_exchange(&bench, "one.example");
	const struct told *told = bench_exchange(&bench, "two.example");
	assert_int_equal(told->result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(told->result.attempts, 3);
	assert_int_equal(bench.fake.plain_queries, 0);
	bench_close(&bench);
}

static void test_once_shows_refusal(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, formerr);
	struct exchange_question question = bench_question(&bench, "probe.example");
	question.once = true;
	bench_ask(&bench, &question, &bench.told);
	bench_run(&bench, &bench.told.count, 1);
	assert_int_equal(bench.told.rcode, RCODE_FORMERR);
	assert_int_equal(bench.fake.udp_queries, 1);
	bench_close(&bench);
}

/* ---- cookies (RFC 7873) ---- */

static const uint8_t server_part[8] = {1, 2, 3, 4, 5, 6, 7, 8};

static size_t cookie_kept(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	const struct fake_answer how = {.cookie = server_part, .cookie_size = 8};
	fake->number = query->cookie_size;
	if (query->cookie_size == 16)
		assert_memory_equal(query->cookie + 8, server_part, 8);
	return fake_reply(query, &how, answer);
}

static size_t cookie_wrong(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	static const uint8_t wrong[8] = {9, 9, 9, 9, 9, 9, 9, 9};
	struct fake_query changed = *query;
	const struct fake_answer how = {.cookie = server_part, .cookie_size = 8};
	(void)fake;
	changed.cookie = wrong;
	return fake_reply(&changed, &how, answer);
}

static void test_cookie(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, cookie_kept);
	fake_listen(&bench.fake);
	assert_int_equal(bench_exchange(&bench, "one.example")->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(bench.fake.number, 8);
	assert_int_equal(bench_exchange(&bench, "two.example")->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(bench.fake.number, 16);
	bench.fake.script = cookie_wrong;
	const struct told *told = bench_exchange(&bench, "three.example");
	assert_int_equal(told->result.outcome, EXCHANGE_MISMATCH);
	assert_int_equal(told->result.attempts, 2);
	/* A server known to send cookies that sends none: somebody else, or another server of a
	 * cluster. TCP tells (RFC 7873 s5.3). */
	bench.fake.script = fake_plainly;
	told = bench_exchange(&bench, "four.example");
	assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(told->result.transport, EXCHANGE_TCP);
	assert_int_equal(told->result.mismatches, 1);
	told = bench_exchange(&bench, "five.example");
	assert_int_equal(told->result.transport, EXCHANGE_UDP);
	bench_close(&bench);
}

static size_t badcookie(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	const struct fake_answer how = {
		.rcode = RCODE_BADCOOKIE, .cookie = server_part, .cookie_size = 8};
	fake->number++;
	if (query->cookie_size == 16 || query->is_stream)
		return fake_plainly(fake, query, answer);
	return fake_reply(query, &how, answer);
}

static size_t badcookie_always(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	const struct fake_answer how = {
		.rcode = RCODE_BADCOOKIE, .cookie = server_part, .cookie_size = 8};
	if (query->is_stream)
		return fake_plainly(fake, query, answer);
	return fake_reply(query, &how, answer);
}

static size_t cookie_refused(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	if (query->cookie_size > 0)
		return with(query, 0, RCODE_FORMERR, false, answer);
	return fake_plainly(fake, query, answer);
}

static void test_badcookie(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, badcookie);
	const struct told *told = bench_exchange(&bench, "one.example");
	assert_int_equal(told->rcode, RCODE_NOERROR);
	assert_int_equal(told->result.attempts, 1);
	assert_int_equal(bench.fake.number, 2);
	bench_close(&bench);

	bench_open(&bench, NULL, badcookie_always);
	fake_listen(&bench.fake);
	told = bench_exchange(&bench, "one.example");
	assert_int_equal(told->result.transport, EXCHANGE_TCP);
	assert_int_equal(bench.fake.udp_queries, 2);
	bench_close(&bench);

	bench_open(&bench, NULL, cookie_refused);
	told = bench_exchange(&bench, "one.example");
	assert_int_equal(told->rcode, RCODE_NOERROR);
	assert_false(told->result.without_edns);
	assert_int_equal(bench.fake.udp_queries, 2);
	told = bench_exchange(&bench, "two.example");
	assert_int_equal(bench.fake.udp_queries, 3);
	bench_close(&bench);
}

/* ---- truncation ---- */

static size_t truncates(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	if (!query->is_stream)
		return with(query, FLAG_TC | FLAG_AA, RCODE_NOERROR, false, answer);
	return fake_plainly(fake, query, answer);
}

static size_t truncates_then_silent(struct fake *fake, const struct fake_query *query,
				    uint8_t *answer)
{
	return query->is_stream ? 0 : truncates(fake, query, answer);
}

static void test_truncation(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, truncates);
	fake_listen(&bench.fake);
	const struct told *told = bench_exchange(&bench, "big.example");
	assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(told->result.transport, EXCHANGE_TCP);
	assert_true(told->result.truncated);
	assert_false(told->result.tcp_failed);
	assert_int_equal(told->flags & FLAG_TC, 0);
	assert_int_equal(told->result.attempts, 1);
	bench_close(&bench);
}

static void test_truncation_without_tcp(void **state)
{
	for (unsigned i = 0; i < 2; i++) {
		struct bench bench;
		bench_open(&bench, NULL, truncates_then_silent);
		if (i == 1)
			fake_listen(&bench.fake);
		const struct told *told = bench_exchange(&bench, "big.example");
		assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
		assert_int_equal(told->result.transport, EXCHANGE_UDP);
		assert_true(told->result.truncated && told->result.tcp_failed);
		assert_int_equal(told->flags & FLAG_TC, FLAG_TC);
		assert_int_equal(told->result.attempts, 1);
		assert_true(told->result.rtt_us < 40000);
		bench_close(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_edns),
		cmocka_unit_test(test_edns_known),
		cmocka_unit_test(test_silence_of_edns_speaker),
		cmocka_unit_test(test_once_shows_refusal),
		cmocka_unit_test(test_cookie),
		cmocka_unit_test(test_badcookie),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_truncation_without_tcp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
