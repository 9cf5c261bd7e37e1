/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client: what it asks, what it takes, how long it waits. */
#include "cache.h"
#include "failing_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* ---- what must work ---- */

static void everything_is_asked_for_and_taken(void **state)
{
	(void)state;
	static const size_t PIECES[] = {0, 1, 3, 19};
	for (size_t i = 0; i < sizeof(PIECES) / sizeof(PIECES[0]); i++) {
		struct cache_fixture fixture;
		cache_open(&fixture);
		cache_say_sample(&fixture, 1)->piece = PIECES[i];
		cache_start(&fixture);
		cache_turn_until(&fixture, &fixture.updated, 1);
		cache_expect_sample(&fixture);
		const struct rtr_facts facts = rtr_facts(fixture.rtr);
		assert_int_equal(facts.version, 1);
		assert_int_equal(facts.refresh_s, 3600);
		assert_int_equal(facts.expire_s, 7200);
		assert_int_equal(cache_heard(&fixture, 0).type, RTR_RESET_QUERY);
		assert_int_equal(cache_heard(&fixture, 0).version, 1);
		assert_int_equal(fixture.failed, 0);
		cache_end(&fixture);
	}
}

static void changes_are_asked_for_when_the_cache_has_them(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct cache_step *step = cache_say_sample(&fixture, 1);
	cache_say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 10); /* nothing new */
	cache_say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 11);
	step = cache_new_step(&fixture);
	cache_say_response(step, 1, 7);
	cache_say_vrp(step, 1, "192.0.2.0/24-24 64496", false);
	cache_say_vrp(step, 1, "198.51.100.0/24-24 64500", true);
	cache_say_vrp(step, 1, "2001:db8::/32-48 64511", false); /* and back again */
	cache_say_vrp(step, 1, "2001:db8::/32-48 64511", true);
	cache_say_end(step, 1, 7, 11);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(cache_heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(cache_heard(&fixture, 1).serial, 10);
	assert_int_equal(cache_heard(&fixture, 1).number, 7);
	assert_int_equal(rtr_facts(fixture.rtr).serial, 11);
	assert_int_equal(rtr_facts(fixture.rtr).vrps, 3);
	assert_int_equal(cache_state_of(&fixture, "192.0.2.0/24", 64496), ROA_NOT_FOUND);
	assert_int_equal(cache_state_of(&fixture, "198.51.100.0/24", 64500), ROA_VALID);
	assert_int_equal(cache_state_of(&fixture, "2001:db8::/48", 64511), ROA_VALID);
	cache_end(&fixture);
}

/* RFC 8210 s8.3: the cache cannot tell what changed; what stands stays until the new stands. */
static void a_cache_reset_means_everything_again(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct cache_step *step = cache_say_sample(&fixture, 1);
	cache_say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 500);
	cache_say_simple(cache_new_step(&fixture), 1, RTR_CACHE_RESET, 0, 0);
	step = cache_new_step(&fixture);
	cache_say_response(step, 1, 8); /* another session is right, since everything is new */
	cache_say_vrp(step, 1, "192.0.2.0/24-24 64497", true);
	cache_say_end(step, 1, 8, 1);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(cache_heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(cache_heard(&fixture, 2).type, RTR_RESET_QUERY);
	assert_int_equal(rtr_facts(fixture.rtr).vrps, 1);
	assert_int_equal(cache_state_of(&fixture, "192.0.2.0/24", 64496), ROA_INVALID_AS);
	assert_int_equal(fixture.connections, 1);
	cache_end(&fixture);
}

static void a_broken_connection_is_mended(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	cache_say_sample(&fixture, 1)->closes = true;
	struct cache_step *step = cache_new_step(&fixture);
	cache_say_response(step, 1, 7);
	cache_say_end(step, 1, 7, 12);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.failed, 1);
	assert_int_equal(fixture.error, ERR_NETWORK);
	cache_expect_sample(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(fixture.connections, 2);
	/* What has changed since, not everything. */
	assert_int_equal(cache_heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(rtr_facts(fixture.rtr).vrps, 3);
	assert_int_equal(rtr_facts(fixture.rtr).serial, 12);
	cache_end(&fixture);
}

static void no_data_yet_is_asked_again(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	cache_say_report(cache_new_step(&fixture), 1, RTR_NO_DATA, "still validating");
	cache_say_sample(&fixture, 1);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.failed, 1);
	assert_int_equal(fixture.error, ERR_NOT_FOUND);
	assert_non_null(strstr(fixture.sentence, "no data available: still validating"));
	cache_turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(fixture.connections, 1);
	cache_expect_sample(&fixture);
	cache_end(&fixture);
}

/* ---- versions, RFC 8210 s7 ---- */

/* Of whatever version, which settles nothing. */
static void a_notice_before_the_answer_is_ignored(void **state)
{
	(void)state;
	static const uint8_t NOTICES[] = {2, 0, 0, 7, 0, 0, 0, 12, 0, 0, 0, 1,
					  0, 0, 0, 7, 0, 0, 0, 12, 0, 0, 0, 1};
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct cache_step *step = cache_say_sample(&fixture, 1);
	memmove(step->octets + sizeof(NOTICES), step->octets, step->size);
	memcpy(step->octets, NOTICES, sizeof(NOTICES));
	step->size += sizeof(NOTICES);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(rtr_facts(fixture.rtr).version, 1);
	assert_int_equal(fixture.failed, 0);
	cache_expect_sample(&fixture);
	cache_end(&fixture);
}

static void an_older_cache_that_answers_is_followed(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct cache_step *step = cache_say_sample(&fixture, 0);
	cache_say_simple(step, 0, RTR_SERIAL_NOTIFY, 7, 11);
	step = cache_new_step(&fixture);
	cache_say_response(step, 0, 7);
	cache_say_end(step, 0, 7, 11);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(rtr_facts(fixture.rtr).version, 0);
	assert_int_equal(cache_heard(&fixture, 0).version, 1);
	assert_int_equal(cache_heard(&fixture, 1).version, 0);
	assert_int_equal(cache_heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(fixture.connections, 1);
	assert_int_equal(fixture.failed, 0);
	cache_end(&fixture);
}

static void an_older_cache_that_reports_is_asked_anew(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct cache_step *step = cache_new_step(&fixture);
	cache_say_report(step, 0, RTR_UNSUPPORTED_VERSION, "");
	step->closes = true;
	cache_say_sample(&fixture, 0);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(fixture.connections, 2);
	assert_int_equal(cache_heard(&fixture, 1).version, 0);
	assert_int_equal(fixture.failed, 0);
	cache_expect_sample(&fixture);
	cache_end(&fixture);
}

static void an_older_cache_that_closes_is_asked_anew(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	cache_new_step(&fixture)->closes = true;
	cache_say_sample(&fixture, 0);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(fixture.connections, 2);
	assert_int_equal(cache_heard(&fixture, 0).version, 1);
	assert_int_equal(cache_heard(&fixture, 1).version, 0);
	cache_end(&fixture);
}

/* Closing is not proof: the next attempt begins with version 1. */
static void a_cache_that_only_closes_keeps_its_version(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	cache_new_step(&fixture)->closes = true;
	cache_new_step(&fixture)->closes = true;
	cache_say_sample(&fixture, 1);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(fixture.failed, 1);
	assert_int_equal(cache_heard(&fixture, 0).version, 1);
	assert_int_equal(cache_heard(&fixture, 1).version, 0);
	assert_int_equal(cache_heard(&fixture, 2).version, 1);
	assert_int_equal(rtr_facts(fixture.rtr).version, 1);
	cache_end(&fixture);
}

static void a_cache_of_version_2_alone_is_told_in_words(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	/* A notice of its own version is ignored before anything is settled. */
	struct cache_step *step = cache_new_step(&fixture);
	static const uint8_t OCTETS[] = {2, 0, 0, 7, 0, 0, 0, 12, 0, 0,
					 0, 1, 2, 3, 0, 7, 0, 0,  0, 8};
	memcpy(step->octets, OCTETS, sizeof(OCTETS));
	step->size = sizeof(OCTETS);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.failed, 1);
	assert_int_equal(fixture.error, ERR_UNSUPPORTED);
	assert_non_null(strstr(fixture.sentence, "version 2"));
	cache_turn_for_ms(&fixture, 50);
	assert_int_equal(cache_heard(&fixture, 1).type, RTR_ERROR_REPORT);
	assert_int_equal(cache_heard(&fixture, 1).number, RTR_UNSUPPORTED_VERSION);
	assert_int_equal(cache_heard(&fixture, 1).version, 1);
	assert_int_equal(fixture.updated, 0);
	cache_end(&fixture);
}

/* ---- waiting has an end ---- */

static void a_silent_cache_is_given_up(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	cache_new_step(&fixture)->is_silent = true;
	cache_say_sample(&fixture, 1);
	struct rtr_options options = cache_options_of(&fixture);
	options.answer_ms = 50;
	cache_start_with(&fixture, &options);
	cache_turn_until(&fixture, &fixture.failed, 1);
	assert_int_equal(fixture.error, ERR_TIMEOUT);
	cache_turn_until(&fixture, &fixture.updated, 1);
	cache_end(&fixture);
}

/* Octet after octet, and never an end. */
static void a_dripping_cache_is_given_up(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct cache_step *step = cache_new_step(&fixture);
	cache_say_response(step, 1, 7);
	struct rtr_options options = cache_options_of(&fixture);
	options.answer_ms = 100;
	options.transfer_ms = 250;
	options.retry_ms = 10000;
	cache_start_with(&fixture, &options);
	while (fixture.failed == 0) {
		cache_turn(&fixture);
		if (fixture.next_step == 1 && fixture.stream != NULL)
			assert_int_equal(stream_write(fixture.stream,
						      "\1\11\0\0\0\0\0\40"
						      "........................",
						      32),
					 OK);
	}
	assert_int_equal(fixture.error, ERR_TIMEOUT);
	assert_true(rtr_facts(fixture.rtr).skipped > 2);
	cache_end(&fixture);
}

static void a_cache_that_is_not_there_is_told(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	listener_free(fixture.listener);
	fixture.listener = NULL;
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.failed, 2);
	assert_int_equal(fixture.error, ERR_NETWORK);
	assert_non_null(strstr(fixture.sentence, "127.0.0.1:"));
	cache_end(&fixture);
}

/* However often the cache calls, it is asked no more than once a gap. */
static void notices_do_not_make_us_ask_without_end(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	cache_say_sample(&fixture, 1);
	for (uint32_t i = 0; i < 8; i++) {
		struct cache_step *step = cache_new_step(&fixture);
		cache_say_response(step, 1, 7);
		cache_say_end(step, 1, 7, 11 + i);
	}
	struct rtr_options options = cache_options_of(&fixture);
	options.query_gap_ms = 100;
	cache_start_with(&fixture, &options);
	cache_turn_until(&fixture, &fixture.updated, 1);
	struct cache_step notice = {.size = 0};
	cache_say_simple(&notice, 1, RTR_SERIAL_NOTIFY, 7, 99);
	const uint64_t end_ns = loop_refresh_now(fixture.loop) + UINT64_C(350000000);
	while (loop_refresh_now(fixture.loop) < end_ns) {
		assert_int_equal(stream_write(fixture.stream, notice.octets, notice.size), OK);
		cache_turn(&fixture);
	}
	assert_true(fixture.updated >= 2 && fixture.updated <= 5);
	cache_end(&fixture);
}

/* Time goes by at once. */
static void pass_s(struct cache_fixture *fixture, uint64_t seconds)
{
	timer_stop(&fixture->alarm);
	fixture->ahead_ns += seconds * 1000000000;
	(void)loop_refresh_now(fixture->loop);
	timer_start(fixture->loop, &fixture->alarm, 20000);
}

static void a_set_is_refreshed_and_becomes_too_old(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	cache_say_sample(&fixture, 1);
	struct cache_step *step = cache_new_step(&fixture);
	cache_say_response(step, 1, 7);
	cache_say_end(step, 1, 7, 10);
	cache_new_step(&fixture)->is_silent = true;
	struct rtr_options options = cache_options_of(&fixture);
	options.retry_ms = 100000000;
	cache_start_with(&fixture, &options);
	cache_turn_until(&fixture, &fixture.updated, 1);
	pass_s(&fixture, 3590);
	cache_turn_for_ms(&fixture, 30);
	assert_int_equal(fixture.updated, 1);
	pass_s(&fixture, 11);
	cache_turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(cache_heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	pass_s(&fixture, 7190);
	cache_turn_until(&fixture, &fixture.failed, 1); /* the third query finds no answer */
	assert_int_equal(fixture.expired, 0);
	cache_expect_sample(&fixture);
	pass_s(&fixture, 11);
	cache_turn_until(&fixture, &fixture.expired, 1);
	struct vrps *vrps;
	assert_int_equal(rtr_vrps(fixture.rtr, &vrps), ERR_NOT_FOUND);
	cache_end(&fixture);
}

/* ---- without the network ---- */

static int take_all(struct rtr_session *session, const struct cache_step *step)
{
	uint8_t query[RTR_QUERY_MAX];
	rtr_session_connect(session);
	(void)rtr_session_query(session, query);
	size_t taken = 0;
	const enum rtr_event event = rtr_session_receive(session, step->octets, step->size, &taken);
	assert_true(event == RTR_UPDATED || event == RTR_BROKEN);
	assert_true(event == RTR_BROKEN || taken == step->size);
	return event == RTR_UPDATED ? OK : session->error;
}

static void lack_of_memory_is_told(void **state)
{
	(void)state;
	static struct cache_fixture fixture;
	static struct rtr_session session;
	memset(&fixture, 0, sizeof(fixture));
	const struct cache_step *first = cache_say_sample(&fixture, 1);
	struct cache_step *second = cache_new_step(&fixture);
	cache_say_response(second, 1, 7);
	cache_say_vrp(second, 1, "192.0.2.0/24-24 64496", false);
	cache_say_vrp(second, 1, "198.51.100.0/24-24 64500", true);
	cache_say_end(second, 1, 7, 11);
	FOR_EACH_FAILURE(allocation)
	{
		rtr_session_init(&session, 100);
		struct vrps *vrps = NULL;
		int error = take_all(&session, first);
		const size_t before = rtr_set_count(&session.set);
		if (error == OK) {
			error = take_all(&session, second);
			assert_int_equal(rtr_set_count(&session.set), before);
		}
		if (error == OK)
			error = rtr_set_to_vrps(&session.set, &vrps);
		assert_true(error == OK || error == ERR_MEMORY);
		vrps_free(vrps);
		rtr_session_release(&session);
		assert_int_equal(memory_in_use(), 0);
	}
}

static void a_client_may_go_from_its_callbacks(void **state)
{
	(void)state;
	struct cache_fixture fixture;
	cache_open(&fixture);
	fixture.frees_when_updated = true;
	struct cache_step *step = cache_say_sample(&fixture, 1);
	cache_say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 11);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.updated, 1);
	assert_null(fixture.rtr);
	cache_turn_for_ms(&fixture, 20);
	cache_end(&fixture);
	cache_open(&fixture);
	fixture.frees_when_failed = true;
	cache_say_simple(cache_new_step(&fixture), 1, RTR_CACHE_RESET, 0, 0);
	cache_start(&fixture);
	cache_turn_until(&fixture, &fixture.failed, 1);
	cache_turn_for_ms(&fixture, 20);
	cache_end(&fixture);
	rtr_free(NULL);
	assert_int_equal(memory_in_use(), 0);
}

static void bad_options_are_refused(void **state)
{
	(void)state;
	static const struct rtr_handler HANDLER = {0};
	struct cache_fixture fixture;
	cache_open(&fixture);
	struct rtr_options options = {0};
	assert_int_equal(rtr_new(fixture.loop, &options, &HANDLER, &fixture, &fixture.rtr),
			 ERR_ARGUMENT);
	options = cache_options_of(&fixture);
	options.vrps_max = ROUTING_ENTRIES_MAX;
	assert_int_equal(rtr_new(fixture.loop, &options, &HANDLER, &fixture, &fixture.rtr),
			 ERR_ARGUMENT);
	cache_end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_asked_for_and_taken),
		cmocka_unit_test(changes_are_asked_for_when_the_cache_has_them),
		cmocka_unit_test(a_cache_reset_means_everything_again),
		cmocka_unit_test(a_broken_connection_is_mended),
		cmocka_unit_test(no_data_yet_is_asked_again),
		cmocka_unit_test(a_notice_before_the_answer_is_ignored),
		cmocka_unit_test(an_older_cache_that_answers_is_followed),
		cmocka_unit_test(an_older_cache_that_reports_is_asked_anew),
		cmocka_unit_test(an_older_cache_that_closes_is_asked_anew),
		cmocka_unit_test(a_cache_that_only_closes_keeps_its_version),
		cmocka_unit_test(a_cache_of_version_2_alone_is_told_in_words),
		cmocka_unit_test(a_silent_cache_is_given_up),
		cmocka_unit_test(a_dripping_cache_is_given_up),
		cmocka_unit_test(a_cache_that_is_not_there_is_told),
		cmocka_unit_test(notices_do_not_make_us_ask_without_end),
		cmocka_unit_test(a_set_is_refreshed_and_becomes_too_old),
		cmocka_unit_test(lack_of_memory_is_told),
		cmocka_unit_test(a_client_may_go_from_its_callbacks),
		cmocka_unit_test(bad_options_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
