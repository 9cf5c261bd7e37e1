/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one look shows: the worst address decides, and what is no answer does not count. */
#include "model/sample.h"
#include "tell/study/study_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct observation make(struct arena *arena, bool is_signed, uint8_t silent)
{
	struct sample sample = sample_plain(1, 1);
	arena_init(arena, 16 << 20, 0);
	sample.is_signed = is_signed;
	sample.silent = silent;
	return sample_make(arena, &sample);
}

static struct study_measure measure_of(bool is_signed, uint8_t silent)
{
	struct arena arena;
	struct study_measure measure;
	const struct observation observation = make(&arena, is_signed, silent);
	study_measure(&observation, &measure);
	arena_release(&arena);
	return measure;
}

/* What came at one server to one question, put together again. */
static size_t received(const struct observation *observation, struct arena *arena, uint16_t type,
		       uint8_t server)
{
	size_t size = 0;
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->type == type && exchange->server == server)
			assert_non_null(observation_wire(arena, observation, exchange, &size));
	}
	return size;
}

static void the_largest_answer_counts(void **state)
{
	struct arena arena;
	struct study_measure measure;
	(void)state;
	struct observation observation = make(&arena, true, 0);
	study_measure(&observation, &measure);
	assert_true(measure.is_there && measure.was_asked && !measure.is_too_large);
	/* Servers 0 and 2 give a cookie, which makes their answers larger. */
	const size_t wanted = received(&observation, &arena, TYPE_DNSKEY, 0);
	assert_true(wanted > received(&observation, &arena, TYPE_DNSKEY, 1));
	assert_int_equal(measure.udp[STUDY_DNSKEY], wanted);
	assert_int_equal(measure.octets[STUDY_DNSKEY], wanted);
	assert_int_equal(measure.udp[STUDY_SOA], received(&observation, &arena, TYPE_SOA, 0));
	/* 12, the name domain-000001.example. of 23, 4 and 11. */
	assert_int_equal(measure.question_octets, 12 + 23 + 4 + 11);
	/* The second of the four round trips. */
	assert_in_range(measure.latency_us, 10000, 40000);
	arena_release(&arena);
	assert_true(measure_of(true, 0).octets[STUDY_NS] > measure_of(false, 0).octets[STUDY_NS]);
}

static void silence_is_no_answer(void **state)
{
	(void)state;
	const struct study_measure silent = measure_of(false, 0x0f);
	assert_true(silent.is_there && !silent.was_asked);
	for (unsigned i = 0; i < STUDY_QUESTION_COUNT; i++)
		assert_int_equal(silent.octets[i] + silent.udp[i], 0);
	assert_int_equal(silent.latency_us, 0);
	const struct study_measure one = measure_of(false, 0x0e);
	assert_true(one.was_asked && one.latency_us > 0);
}

/* Of an answer that did not fit, what came over TCP is its size, and none over UDP is known. */
static void what_does_not_fit_is_noted(void **state)
{
	struct arena arena;
	struct study_measure measure;
	(void)state;
	struct observation observation = make(&arena, true, 0);
	for (uint16_t i = 0; i < observation.exchange_count; i++) {
		struct exchange *exchange = &observation.exchanges[i];
		if (exchange->server == SERVER_PARENT)
			continue;
		if (exchange->type == TYPE_DNSKEY) {
			exchange->flags |= EXCHANGE_TRUNCATED;
			exchange->transport = TRANSPORT_TCP;
		} else if (exchange->type == TYPE_SOA) {
			exchange->flags |= EXCHANGE_TRUNCATED | EXCHANGE_TCP_FAILED;
		}
	}
	study_measure(&observation, &measure);
	assert_true(measure.is_too_large);
	assert_int_equal(measure.udp[STUDY_DNSKEY], 0);
	assert_true(measure.octets[STUDY_DNSKEY] > 0);
	assert_int_equal(measure.octets[STUDY_SOA], 0);
	assert_int_equal(measure.latency_us, 0);
	assert_true(measure.udp[STUDY_NS] > 0);
	/* Odd questions, and answers that refuse, are none of it. */
	for (uint16_t i = 0; i < observation.exchange_count; i++)
		observation.exchanges[i].kind = PROBE_LARGE;
	study_measure(&observation, &measure);
	assert_false(measure.was_asked);
	arena_release(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_answer_counts),
		cmocka_unit_test(silence_is_no_answer),
		cmocka_unit_test(what_does_not_fit_is_noted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
