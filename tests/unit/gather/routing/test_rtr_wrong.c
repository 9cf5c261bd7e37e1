/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client: what a cache must not do. */
#include "cache.h"
#include "failing_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* ---- what a cache must not do ---- */

struct wrong {
	const char *name;
	void (*say)(struct cache_fixture *fixture);
	const char *words;
	int error;
	int code; /* of the report that goes back; -1: none */
};

static void say_octets(struct cache_fixture *fixture, const void *octets, size_t size)
{
	struct cache_step *step = cache_new_step(fixture);
	memcpy(step->octets, octets, size);
	step->size = size;
}

static void say_short_length(struct cache_fixture *fixture)
{
	say_octets(fixture, "\1\3\0\7\0\0\0\7", 8);
}

static void say_huge_length(struct cache_fixture *fixture)
{
	say_octets(fixture, "\1\12\0\0\xff\xff\xff\xff", 8);
}

static void say_http(struct cache_fixture *fixture)
{
	say_octets(fixture, "\1\3tp/1.1 400 Bad Request\r\n", 26);
}

static void say_unknown_type(struct cache_fixture *fixture)
{
	say_octets(fixture, "\1\5\0\0\0\0\0\10", 8);
}

static void say_aspa(struct cache_fixture *fixture)
{
	cache_say_response(cache_new_step(fixture), 1, 7);
	struct cache_step *step = &fixture->steps[0];
	memcpy(step->octets + step->size, "\1\13\1\0\0\0\0\14\0\0\373\360", 12);
	step->size += 12;
}

static void say_wrong_length(struct cache_fixture *fixture)
{
	say_octets(fixture, "\1\3\0\7\0\0\0\14\0\0\0\0", 12);
}

static void say_query(struct cache_fixture *fixture)
{
	cache_say_simple(cache_new_step(fixture), 1, RTR_RESET_QUERY, 0, 0);
}

static void say_prefix_first(struct cache_fixture *fixture)
{
	cache_say_vrp(cache_new_step(fixture), 1, "192.0.2.0/24-24 64496", true);
}

static void say_end_first(struct cache_fixture *fixture)
{
	cache_say_end(cache_new_step(fixture), 1, 7, 1);
}

static void say_response_twice(struct cache_fixture *fixture)
{
	struct cache_step *step = cache_new_step(fixture);
	cache_say_response(step, 1, 7);
	cache_say_response(step, 1, 7);
}

static void say_reset_to_reset(struct cache_fixture *fixture)
{
	cache_say_simple(cache_new_step(fixture), 1, RTR_CACHE_RESET, 0, 0);
}

static void say_duplicate(struct cache_fixture *fixture)
{
	struct cache_step *step = cache_new_step(fixture);
	cache_say_response(step, 1, 7);
	cache_say_vrp(step, 1, "192.0.2.0/24-24 64496", true);
	cache_say_vrp(step, 1, "192.0.2.0/24-24 64496", true);
	cache_say_end(step, 1, 7, 1);
}

static void say_unknown_withdrawal(struct cache_fixture *fixture)
{
	struct cache_step *step = cache_new_step(fixture);
	cache_say_response(step, 1, 7);
	cache_say_vrp(step, 1, "192.0.2.0/24-24 64496", false);
	cache_say_end(step, 1, 7, 1);
}

static void say_other_session_at_end(struct cache_fixture *fixture)
{
	struct cache_step *step = cache_new_step(fixture);
	cache_say_response(step, 1, 7);
	cache_say_end(step, 1, 8, 1);
}

static void say_other_version(struct cache_fixture *fixture)
{
	struct cache_step *step = cache_new_step(fixture);
	cache_say_response(step, 1, 7);
	cache_say_end(step, 0, 7, 1);
}

static void say_host_bits(struct cache_fixture *fixture)
{
	say_octets(fixture,
		   "\1\3\0\7\0\0\0\10"
		   "\1\4\0\0\0\0\0\24\1\30\30\0\300\0\2\1\0\0\373\360",
		   28);
}

static void say_bad_max_length(struct cache_fixture *fixture)
{
	say_octets(fixture,
		   "\1\3\0\7\0\0\0\10"
		   "\1\4\0\0\0\0\0\24\1\30\41\0\300\0\2\0\0\0\373\360",
		   28);
}

static void say_too_much(struct cache_fixture *fixture)
{
	struct cache_step *step = cache_new_step(fixture);
	cache_say_response(step, 1, 7);
	for (char digit = '0'; digit < '9'; digit++) {
		char text[] = "198.51.100.0/24-24 6450?";
		text[sizeof(text) - 2] = digit;
		cache_say_vrp(step, 1, text, true);
	}
	cache_say_end(step, 1, 7, 1);
}

static void say_bad_report(struct cache_fixture *fixture)
{
	say_octets(fixture, "\1\12\0\0\0\0\0\20\0\0\1\0\0\0\0\0", 16);
}

static void say_hostile_report(struct cache_fixture *fixture)
{
	cache_say_report(cache_new_step(fixture), 1, RTR_INTERNAL_ERROR, "\x1b[2J");
}

static const struct wrong WRONGS[] = {
	{"a length below the header", say_short_length, "7 octets", ERR_FORMAT, RTR_CORRUPT_DATA},
	{"a huge length", say_huge_length, "4294967295 octets", ERR_FORMAT, -1},
	{"another protocol", say_http, "is this an RTR service?", ERR_FORMAT, RTR_CORRUPT_DATA},
	{"an unknown type", say_unknown_type, "type 5", ERR_FORMAT, RTR_UNSUPPORTED_TYPE},
	{"a type of version 2", say_aspa, "type 11", ERR_FORMAT, RTR_UNSUPPORTED_TYPE},
	{"a wrong length", say_wrong_length, "Cache Response that is malformed", ERR_FORMAT,
	 RTR_CORRUPT_DATA},
	{"a query", say_query, "the cache asks", ERR_FORMAT, RTR_INVALID_REQUEST},
	{"a prefix without a response", say_prefix_first, "IPv4 Prefix when none was due",
	 ERR_FORMAT, RTR_CORRUPT_DATA},
	{"an end without a response", say_end_first, "End of Data when none was due", ERR_FORMAT,
	 RTR_CORRUPT_DATA},
	{"two responses", say_response_twice, "Cache Response when none", ERR_FORMAT,
	 RTR_CORRUPT_DATA},
	{"a reset to a reset", say_reset_to_reset, "Cache Reset when none", ERR_FORMAT,
	 RTR_CORRUPT_DATA},
	{"an announcement twice", say_duplicate, "announced already", ERR_FORMAT,
	 RTR_DUPLICATE_ANNOUNCEMENT},
	{"a withdrawal of nothing", say_unknown_withdrawal, "not announced", ERR_FORMAT,
	 RTR_WITHDRAWAL_OF_UNKNOWN},
	{"another session", say_other_session_at_end, "session 8 within session 7", ERR_FORMAT,
	 RTR_CORRUPT_DATA},
	{"another version", say_other_version, "from version 1 to 0", ERR_FORMAT,
	 RTR_UNEXPECTED_VERSION},
	{"host bits", say_host_bits, "IPv4 Prefix that is malformed", ERR_FORMAT, RTR_CORRUPT_DATA},
	{"an impossible length", say_bad_max_length, "IPv4 Prefix that is malformed", ERR_FORMAT,
	 RTR_CORRUPT_DATA},
	{"more than is allowed", say_too_much, "more than 8 prefixes", ERR_LIMIT,
	 RTR_INTERNAL_ERROR},
	{"a malformed report", say_bad_report, "Error Report that is malformed", ERR_FORMAT, -1},
	{"a report for terminals", say_hostile_report, "the cache reports: internal error",
	 ERR_FORMAT, -1},
};

static void what_breaks_the_protocol_is_told_and_survived(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(WRONGS) / sizeof(WRONGS[0]); i++) {
		const struct wrong *wrong = &WRONGS[i];
		struct cache_fixture fixture;
		cache_open(&fixture);
		wrong->say(&fixture);
		cache_say_sample(&fixture, 1);
		struct rtr_options options = cache_options_of(&fixture);
		options.vrps_max = 8;
		cache_start_with(&fixture, &options);
		cache_turn_until(&fixture, &fixture.failed, 1);
		if (fixture.error != wrong->error || strstr(fixture.sentence, wrong->words) == NULL)
			fail_msg("%s: %d %s", wrong->name, fixture.error, fixture.sentence);
		assert_null(strchr(fixture.sentence, '\x1b'));
		assert_false(rtr_facts(fixture.rtr).has_data);
		/* And then it is asked again, and all is well. */
		cache_turn_until(&fixture, &fixture.updated, 1);
		cache_expect_sample(&fixture);
		assert_int_equal(fixture.connections, 2);
		const struct rtr_pdu second = cache_heard(&fixture, 1);
		if (wrong->code >= 0) {
			assert_int_equal(second.type, RTR_ERROR_REPORT);
			assert_int_equal(second.number, wrong->code);
		} else {
			assert_int_equal(second.type, RTR_RESET_QUERY);
		}
		cache_end(&fixture);
	}
}

/* RFC 8210 s5.1: another session, and what was learnt before is not to be kept. */
static void another_session_loses_the_set(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct cache_step *step = cache_say_sample(&fixture, 1);
	cache_say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 11);
	step = cache_new_step(&fixture);
	cache_say_response(step, 1, 8);
	struct rtr_options options = cache_options_of(&fixture);
	options.retry_ms = 10000;
	cache_start_with(&fixture, &options);
	cache_turn_until(&fixture, &fixture.failed, 1);
	assert_non_null(strstr(fixture.sentence, "session 8 within session 7"));
	assert_false(rtr_facts(fixture.rtr).has_data);
	struct vrps *vrps;
	assert_int_equal(rtr_vrps(fixture.rtr, &vrps), ERR_NOT_FOUND);
	cache_end(&fixture);
}

/* A change that cannot be is not taken by half: the old set stays, and everything is asked for. */
static void a_bad_change_leaves_the_set_alone(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct cache_step *step = cache_say_sample(&fixture, 1);
	cache_say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 11);
	step = cache_new_step(&fixture);
	cache_say_response(step, 1, 7);
	cache_say_vrp(step, 1, "192.0.2.0/24-24 64496", false);
	cache_say_vrp(step, 1, "2001:db8::/32-48 64511", true);
	cache_say_end(step, 1, 7, 11);
	cache_say_sample(&fixture, 1);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.failed, 1);
	cache_expect_sample(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(cache_heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(cache_heard(&fixture, 2).type, RTR_ERROR_REPORT);
	assert_int_equal(cache_heard(&fixture, 3).type, RTR_RESET_QUERY);
	cache_expect_sample(&fixture);
	cache_end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_breaks_the_protocol_is_told_and_survived),
		cmocka_unit_test(another_session_loses_the_set),
		cmocka_unit_test(a_bad_change_leaves_the_set_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
