/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client against a cache of our own, which says what the test tells it to say. */
#include "failing_memory.h"
#include "gather/routing/rtr.h"
#include "gather/routing/rtr_session_private.h"
#include "given.h"
#include "net/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define ROOM ((size_t)1 << 16)
#define STEPS_MAX 16u

/* What the cache does when a query has come. */
struct step {
	uint8_t octets[512];
	size_t size;
	size_t piece;   /* sent so many at a time; 0: at once */
	bool closes;    /* in order, behind what it sends */
	bool is_silent; /* sends nothing */
};

struct fixture {
	struct loop *loop;
	struct listener *listener;
	struct address address;
	struct stream *stream; /* the cache's end */
	struct rtr *rtr;
	struct step steps[STEPS_MAX];
	size_t step_count;
	size_t next_step;
	size_t connections;
	uint8_t heard[ROOM]; /* all that the client has sent */
	size_t heard_size;
	size_t answered_size; /* of it */
	int updated;
	int failed;
	int expired;
	int error;
	char sentence[COMPLAINT_MAX];
	bool frees_when_updated;
	bool frees_when_failed;
	struct timer alarm;
	uint64_t ahead_ns; /* of the machine's clock */
};

/* ---- what the cache says ---- */

static struct step *new_step(struct fixture *fixture)
{
	assert_true(fixture->step_count < STEPS_MAX);
	return &fixture->steps[fixture->step_count++];
}

static void say(struct step *step, const struct rtr_pdu *pdu)
{
	struct writer writer;
	writer_init(&writer, step->octets + step->size, sizeof(step->octets) - step->size);
	rtr_pdu_write(&writer, pdu);
	assert_int_equal(writer.error, OK);
	step->size += writer_used(&writer);
}

static void say_response(struct step *step, uint8_t version, uint16_t session)
{
	const struct rtr_pdu pdu = {
		.version = version, .type = RTR_CACHE_RESPONSE, .number = session};
	say(step, &pdu);
}

static void say_vrp(struct step *step, uint8_t version, const char *text, bool is_announced)
{
	struct rtr_pdu pdu = {
		.version = version, .is_announced = is_announced, .vrp = given_vrp(text)};
	pdu.type = pdu.vrp.prefix.family == ADDRESS_IPV4 ? RTR_IPV4_PREFIX : RTR_IPV6_PREFIX;
	say(step, &pdu);
}

static void say_end(struct step *step, uint8_t version, uint16_t session, uint32_t serial)
{
	const struct rtr_pdu pdu = {.version = version,
				    .type = RTR_END_OF_DATA,
				    .number = session,
				    .serial = serial,
				    .refresh = 3600,
				    .retry = 600,
				    .expire = 7200};
	say(step, &pdu);
}

static void say_simple(struct step *step, uint8_t version, uint8_t type, uint16_t number,
		       uint32_t serial)
{
	const struct rtr_pdu pdu = {
		.version = version, .type = type, .number = number, .serial = serial};
	say(step, &pdu);
}

static void say_report(struct step *step, uint8_t version, uint16_t code, const char *text)
{
	const struct rtr_pdu pdu = {.version = version,
				    .type = RTR_ERROR_REPORT,
				    .number = code,
				    .text = text,
				    .text_size = (uint32_t)strlen(text)};
	say(step, &pdu);
}

/* Three VRPs under serial 10 of session 7. */
static struct step *say_sample(struct fixture *fixture, uint8_t version)
{
	struct step *step = new_step(fixture);
	say_response(step, version, 7);
	say_vrp(step, version, "192.0.2.0/24-24 64496", true);
	say_vrp(step, version, "2001:db8::/32-48 64511", true);
	say_vrp(step, version, "203.0.113.0/24-26 65551", true);
	say_end(step, version, 7, 10);
	return step;
}

static void perform(struct fixture *fixture, struct step *step)
{
	const size_t piece = step->piece > 0 ? step->piece : step->size;
	for (size_t at = 0; at < step->size && !step->is_silent; at += piece) {
		const size_t left = step->size - at;
		assert_int_equal(stream_write(fixture->stream, step->octets + at,
					      left < piece ? left : piece),
				 OK);
		/* One segment a piece. */
		if (step->piece > 0)
			assert_int_equal(loop_turn(fixture->loop, 1), OK);
	}
	if (step->closes) {
		stream_finish(fixture->stream, 1000);
		fixture->stream = NULL;
	}
}

static void cache_opened(void *context, struct stream *stream)
{
	(void)context;
	(void)stream;
}

static void cache_received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	(void)stream;
	struct fixture *fixture = context;
	assert_true(fixture->heard_size + size <= ROOM);
	memcpy(fixture->heard + fixture->heard_size, data, size);
	fixture->heard_size += size;
}

static void cache_closed(void *context, struct stream *stream, int error, const char *sentence)
{
	(void)error;
	(void)sentence;
	struct fixture *fixture = context;
	stream_free(stream);
	if (fixture->stream == stream)
		fixture->stream = NULL;
}

static const struct stream_handler CACHE = {cache_opened, cache_received, NULL, cache_closed};

static void accepted(void *context, struct stream *stream)
{
	struct fixture *fixture = context;
	stream_free(fixture->stream);
	fixture->stream = stream;
	fixture->connections++;
	stream_handle(stream, &CACHE, fixture);
}

/* ---- what the client tells ---- */

static void updated(void *context, struct rtr *rtr)
{
	struct fixture *fixture = context;
	assert_true(rtr_facts(rtr).has_data);
	fixture->updated++;
	if (fixture->frees_when_updated) {
		rtr_free(rtr);
		fixture->rtr = NULL;
	}
}

static void failed(void *context, struct rtr *rtr, int error, const char *sentence)
{
	struct fixture *fixture = context;
	fixture->failed++;
	fixture->error = error;
	assert_true(strlen(sentence) > 0 && strlen(sentence) < COMPLAINT_MAX);
	memcpy(fixture->sentence, sentence, strlen(sentence) + 1);
	if (fixture->frees_when_failed) {
		rtr_free(rtr);
		fixture->rtr = NULL;
	}
}

static void expired(void *context, struct rtr *rtr)
{
	struct fixture *fixture = context;
	assert_false(rtr_facts(rtr).has_data);
	fixture->expired++;
}

static const struct rtr_handler HANDLER = {updated, failed, expired};

static void too_late(void *context)
{
	(void)context;
	fail_msg("nothing happened for 20 s");
}

static uint64_t monotonic_ns(void *context)
{
	const struct clock system = clock_system();
	return clock_monotonic_ns(&system) + ((struct fixture *)context)->ahead_ns;
}

static void start_cache(struct fixture *fixture)
{
	memset(fixture, 0, sizeof(*fixture));
	struct clock clock = clock_system();
	clock.monotonic_ns = monotonic_ns;
	clock.context = fixture;
	assert_int_equal(loop_new(&clock, &fixture->loop), OK);
	struct listener_options options = {.local = given_address("127.0.0.1")};
	assert_int_equal(
		listener_new(fixture->loop, &options, accepted, fixture, &fixture->listener), OK);
	fixture->address = listener_address(fixture->listener);
	timer_init(&fixture->alarm, too_late, fixture);
	timer_start(fixture->loop, &fixture->alarm, 20000);
}

static struct rtr_options options_of(const struct fixture *fixture)
{
	return (struct rtr_options){
		.cache = fixture->address,
		.answer_ms = 5000,
		.transfer_ms = 10000,
		.query_gap_ms = 1,
		.retry_ms = 20,
	};
}

static void start_with(struct fixture *fixture, const struct rtr_options *options)
{
	assert_int_equal(rtr_new(fixture->loop, options, &HANDLER, fixture, &fixture->rtr), OK);
}

static void start(struct fixture *fixture)
{
	const struct rtr_options options = options_of(fixture);
	start_with(fixture, &options);
}

/* The size of the client's next PDU behind what was answered; 0: not whole. */
static size_t next_heard(const struct fixture *fixture)
{
	struct rtr_pdu pdu;
	const size_t left = fixture->heard_size - fixture->answered_size;
	const uint8_t *octets = fixture->heard + fixture->answered_size;
	if (rtr_header_read(octets, left, &pdu) != OK || pdu.length > left)
		return 0;
	return pdu.length;
}

static void turn(struct fixture *fixture)
{
	assert_int_equal(loop_turn(fixture->loop, 10), OK);
	const size_t size = next_heard(fixture);
	if (size == 0)
		return;
	const uint8_t type = fixture->heard[fixture->answered_size + 1];
	fixture->answered_size += size;
	if (type == RTR_ERROR_REPORT)
		return;
	if (fixture->stream != NULL && fixture->next_step < fixture->step_count)
		perform(fixture, &fixture->steps[fixture->next_step++]);
}

static void turn_until(struct fixture *fixture, const int *counter, int value)
{
	while (*counter < value)
		turn(fixture);
}

static void turn_for_ms(struct fixture *fixture, uint64_t wait_ms)
{
	const uint64_t end_ns = loop_refresh_now(fixture->loop) + wait_ms * 1000000;
	while (loop_refresh_now(fixture->loop) < end_ns)
		turn(fixture);
}

/* The n-th PDU that the client has sent. */
static struct rtr_pdu heard(const struct fixture *fixture, size_t number)
{
	struct rtr_pdu pdu = {0};
	size_t at = 0;
	for (size_t i = 0; i <= number; i++) {
		assert_int_equal(
			rtr_header_read(fixture->heard + at, fixture->heard_size - at, &pdu), OK);
		assert_true(at + pdu.length <= fixture->heard_size);
		at += pdu.length;
	}
	struct rtr_pdu whole;
	assert_int_equal(rtr_pdu_read(fixture->heard + at - pdu.length, pdu.length, &whole), OK);
	return whole;
}

static void end(struct fixture *fixture)
{
	rtr_free(fixture->rtr);
	stream_free(fixture->stream);
	listener_free(fixture->listener);
	timer_stop(&fixture->alarm);
	/* What was finished lingers. */
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_turn(fixture->loop, 1), OK);
	loop_free(fixture->loop);
}

static enum roa_state state_of(const struct fixture *fixture, const char *text, uint32_t origin)
{
	struct vrps *vrps;
	struct route_prefix prefix = given_prefix(text);
	assert_int_equal(rtr_vrps(fixture->rtr, &vrps), OK);
	const enum roa_state state = vrps_state(vrps, &prefix, origin);
	vrps_free(vrps);
	return state;
}

static void expect_sample(const struct fixture *fixture)
{
	const struct rtr_facts facts = rtr_facts(fixture->rtr);
	assert_true(facts.has_data);
	assert_int_equal(facts.vrps, 3);
	assert_int_equal(facts.session, 7);
	assert_int_equal(facts.serial, 10);
	assert_int_equal(state_of(fixture, "192.0.2.0/24", 64496), ROA_VALID);
	assert_int_equal(state_of(fixture, "203.0.113.0/26", 65551), ROA_VALID);
	assert_int_equal(state_of(fixture, "203.0.113.0/27", 65551), ROA_INVALID_LENGTH);
	assert_int_equal(state_of(fixture, "2001:db8:1::/48", 64511), ROA_VALID);
}

/* ---- what must work ---- */

static void everything_is_asked_for_and_taken(void **state)
{
	(void)state;
	static const size_t PIECES[] = {0, 1, 3, 19};
	for (size_t i = 0; i < sizeof(PIECES) / sizeof(PIECES[0]); i++) {
		struct fixture fixture;
		start_cache(&fixture);
		say_sample(&fixture, 1)->piece = PIECES[i];
		start(&fixture);
		turn_until(&fixture, &fixture.updated, 1);
		expect_sample(&fixture);
		const struct rtr_facts facts = rtr_facts(fixture.rtr);
		assert_int_equal(facts.version, 1);
		assert_int_equal(facts.refresh_s, 3600);
		assert_int_equal(facts.expire_s, 7200);
		assert_int_equal(heard(&fixture, 0).type, RTR_RESET_QUERY);
		assert_int_equal(heard(&fixture, 0).version, 1);
		assert_int_equal(fixture.failed, 0);
		end(&fixture);
	}
}

static void changes_are_asked_for_when_the_cache_has_them(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	struct step *step = say_sample(&fixture, 1);
	say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 10); /* nothing new */
	say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 11);
	step = new_step(&fixture);
	say_response(step, 1, 7);
	say_vrp(step, 1, "192.0.2.0/24-24 64496", false);
	say_vrp(step, 1, "198.51.100.0/24-24 64500", true);
	say_vrp(step, 1, "2001:db8::/32-48 64511", false); /* and back again */
	say_vrp(step, 1, "2001:db8::/32-48 64511", true);
	say_end(step, 1, 7, 11);
	start(&fixture);
	turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(heard(&fixture, 1).serial, 10);
	assert_int_equal(heard(&fixture, 1).number, 7);
	assert_int_equal(rtr_facts(fixture.rtr).serial, 11);
	assert_int_equal(rtr_facts(fixture.rtr).vrps, 3);
	assert_int_equal(state_of(&fixture, "192.0.2.0/24", 64496), ROA_NOT_FOUND);
	assert_int_equal(state_of(&fixture, "198.51.100.0/24", 64500), ROA_VALID);
	assert_int_equal(state_of(&fixture, "2001:db8::/48", 64511), ROA_VALID);
	end(&fixture);
}

/* RFC 8210 s8.3: the cache cannot tell what changed; what stands stays until the new stands. */
static void a_cache_reset_means_everything_again(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	struct step *step = say_sample(&fixture, 1);
	say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 500);
	say_simple(new_step(&fixture), 1, RTR_CACHE_RESET, 0, 0);
	step = new_step(&fixture);
	say_response(step, 1, 8); /* another session is right, since everything is new */
	say_vrp(step, 1, "192.0.2.0/24-24 64497", true);
	say_end(step, 1, 8, 1);
	start(&fixture);
	turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(heard(&fixture, 2).type, RTR_RESET_QUERY);
	assert_int_equal(rtr_facts(fixture.rtr).vrps, 1);
	assert_int_equal(state_of(&fixture, "192.0.2.0/24", 64496), ROA_INVALID_AS);
	assert_int_equal(fixture.connections, 1);
	end(&fixture);
}

static void a_broken_connection_is_mended(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	say_sample(&fixture, 1)->closes = true;
	struct step *step = new_step(&fixture);
	say_response(step, 1, 7);
	say_end(step, 1, 7, 12);
	start(&fixture);
	turn_until(&fixture, &fixture.failed, 1);
	assert_int_equal(fixture.error, ERR_NETWORK);
	expect_sample(&fixture);
	turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(fixture.connections, 2);
	/* What has changed since, not everything. */
	assert_int_equal(heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(rtr_facts(fixture.rtr).vrps, 3);
	assert_int_equal(rtr_facts(fixture.rtr).serial, 12);
	end(&fixture);
}

static void no_data_yet_is_asked_again(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	say_report(new_step(&fixture), 1, RTR_NO_DATA, "still validating");
	say_sample(&fixture, 1);
	start(&fixture);
	turn_until(&fixture, &fixture.failed, 1);
	assert_int_equal(fixture.error, ERR_NOT_FOUND);
	assert_non_null(strstr(fixture.sentence, "no data available: still validating"));
	turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(fixture.connections, 1);
	expect_sample(&fixture);
	end(&fixture);
}

/* ---- versions, RFC 8210 s7 ---- */

static void an_older_cache_that_answers_is_followed(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	struct step *step = say_sample(&fixture, 0);
	say_simple(step, 0, RTR_SERIAL_NOTIFY, 7, 11);
	step = new_step(&fixture);
	say_response(step, 0, 7);
	say_end(step, 0, 7, 11);
	start(&fixture);
	turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(rtr_facts(fixture.rtr).version, 0);
	assert_int_equal(heard(&fixture, 0).version, 1);
	assert_int_equal(heard(&fixture, 1).version, 0);
	assert_int_equal(heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(fixture.connections, 1);
	assert_int_equal(fixture.failed, 0);
	end(&fixture);
}

static void an_older_cache_that_reports_is_asked_anew(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	struct step *step = new_step(&fixture);
	say_report(step, 0, RTR_UNSUPPORTED_VERSION, "");
	step->closes = true;
	say_sample(&fixture, 0);
	start(&fixture);
	turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(fixture.connections, 2);
	assert_int_equal(heard(&fixture, 1).version, 0);
	assert_int_equal(fixture.failed, 0);
	expect_sample(&fixture);
	end(&fixture);
}

static void an_older_cache_that_closes_is_asked_anew(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	new_step(&fixture)->closes = true;
	say_sample(&fixture, 0);
	start(&fixture);
	turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(fixture.connections, 2);
	assert_int_equal(heard(&fixture, 0).version, 1);
	assert_int_equal(heard(&fixture, 1).version, 0);
	end(&fixture);
}

/* Closing is not proof: the next attempt begins with version 1. */
static void a_cache_that_only_closes_keeps_its_version(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	new_step(&fixture)->closes = true;
	new_step(&fixture)->closes = true;
	say_sample(&fixture, 1);
	start(&fixture);
	turn_until(&fixture, &fixture.updated, 1);
	assert_int_equal(fixture.failed, 1);
	assert_int_equal(heard(&fixture, 0).version, 1);
	assert_int_equal(heard(&fixture, 1).version, 0);
	assert_int_equal(heard(&fixture, 2).version, 1);
	assert_int_equal(rtr_facts(fixture.rtr).version, 1);
	end(&fixture);
}

static void a_cache_of_version_2_alone_is_told_in_words(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	/* A notice of its own version is ignored before anything is settled. */
	struct step *step = new_step(&fixture);
	static const uint8_t OCTETS[] = {2, 0, 0, 7, 0, 0, 0, 12, 0, 0,
					 0, 1, 2, 3, 0, 7, 0, 0,  0, 8};
	memcpy(step->octets, OCTETS, sizeof(OCTETS));
	step->size = sizeof(OCTETS);
	start(&fixture);
	turn_until(&fixture, &fixture.failed, 1);
	assert_int_equal(fixture.error, ERR_UNSUPPORTED);
	assert_non_null(strstr(fixture.sentence, "version 2"));
	turn_for_ms(&fixture, 50);
	assert_int_equal(heard(&fixture, 1).type, RTR_ERROR_REPORT);
	assert_int_equal(heard(&fixture, 1).number, RTR_UNSUPPORTED_VERSION);
	assert_int_equal(heard(&fixture, 1).version, 1);
	assert_int_equal(fixture.updated, 0);
	end(&fixture);
}

/* ---- what a cache must not do ---- */

struct wrong {
	const char *name;
	void (*say)(struct fixture *fixture);
	const char *words;
	int error;
	int code; /* of the report that goes back; -1: none */
};

static void say_octets(struct fixture *fixture, const void *octets, size_t size)
{
	struct step *step = new_step(fixture);
	memcpy(step->octets, octets, size);
	step->size = size;
}

static void say_short_length(struct fixture *fixture)
{
	say_octets(fixture, "\1\3\0\7\0\0\0\7", 8);
}

static void say_huge_length(struct fixture *fixture)
{
	say_octets(fixture, "\1\12\0\0\xff\xff\xff\xff", 8);
}

static void say_http(struct fixture *fixture)
{
	say_octets(fixture, "\1\3tp/1.1 400 Bad Request\r\n", 26);
}

static void say_unknown_type(struct fixture *fixture)
{
	say_octets(fixture, "\1\5\0\0\0\0\0\10", 8);
}

static void say_aspa(struct fixture *fixture)
{
	say_response(new_step(fixture), 1, 7);
	struct step *step = &fixture->steps[0];
	memcpy(step->octets + step->size, "\1\13\1\0\0\0\0\14\0\0\373\360", 12);
	step->size += 12;
}

static void say_wrong_length(struct fixture *fixture)
{
	say_octets(fixture, "\1\3\0\7\0\0\0\14\0\0\0\0", 12);
}

static void say_query(struct fixture *fixture)
{
	say_simple(new_step(fixture), 1, RTR_RESET_QUERY, 0, 0);
}

static void say_prefix_first(struct fixture *fixture)
{
	say_vrp(new_step(fixture), 1, "192.0.2.0/24-24 64496", true);
}

static void say_end_first(struct fixture *fixture)
{
	say_end(new_step(fixture), 1, 7, 1);
}

static void say_response_twice(struct fixture *fixture)
{
	struct step *step = new_step(fixture);
	say_response(step, 1, 7);
	say_response(step, 1, 7);
}

static void say_reset_to_reset(struct fixture *fixture)
{
	say_simple(new_step(fixture), 1, RTR_CACHE_RESET, 0, 0);
}

static void say_duplicate(struct fixture *fixture)
{
	struct step *step = new_step(fixture);
	say_response(step, 1, 7);
	say_vrp(step, 1, "192.0.2.0/24-24 64496", true);
	say_vrp(step, 1, "192.0.2.0/24-24 64496", true);
	say_end(step, 1, 7, 1);
}

static void say_unknown_withdrawal(struct fixture *fixture)
{
	struct step *step = new_step(fixture);
	say_response(step, 1, 7);
	say_vrp(step, 1, "192.0.2.0/24-24 64496", false);
	say_end(step, 1, 7, 1);
}

static void say_other_session_at_end(struct fixture *fixture)
{
	struct step *step = new_step(fixture);
	say_response(step, 1, 7);
	say_end(step, 1, 8, 1);
}

static void say_other_version(struct fixture *fixture)
{
	struct step *step = new_step(fixture);
	say_response(step, 1, 7);
	say_end(step, 0, 7, 1);
}

static void say_host_bits(struct fixture *fixture)
{
	say_octets(fixture,
		   "\1\3\0\7\0\0\0\10"
		   "\1\4\0\0\0\0\0\24\1\30\30\0\300\0\2\1\0\0\373\360",
		   28);
}

static void say_bad_max_length(struct fixture *fixture)
{
	say_octets(fixture,
		   "\1\3\0\7\0\0\0\10"
		   "\1\4\0\0\0\0\0\24\1\30\41\0\300\0\2\0\0\0\373\360",
		   28);
}

static void say_too_much(struct fixture *fixture)
{
	struct step *step = new_step(fixture);
	say_response(step, 1, 7);
	for (char digit = '0'; digit < '9'; digit++) {
		char text[] = "198.51.100.0/24-24 6450?";
		text[sizeof(text) - 2] = digit;
		say_vrp(step, 1, text, true);
	}
	say_end(step, 1, 7, 1);
}

static void say_bad_report(struct fixture *fixture)
{
	say_octets(fixture, "\1\12\0\0\0\0\0\20\0\0\1\0\0\0\0\0", 16);
}

static void say_hostile_report(struct fixture *fixture)
{
	say_report(new_step(fixture), 1, RTR_INTERNAL_ERROR, "\x1b[2J");
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
		struct fixture fixture;
		start_cache(&fixture);
		wrong->say(&fixture);
		say_sample(&fixture, 1);
		struct rtr_options options = options_of(&fixture);
		options.vrps_max = 8;
		start_with(&fixture, &options);
		turn_until(&fixture, &fixture.failed, 1);
		if (fixture.error != wrong->error || strstr(fixture.sentence, wrong->words) == NULL)
			fail_msg("%s: %d %s", wrong->name, fixture.error, fixture.sentence);
		assert_null(strchr(fixture.sentence, '\x1b'));
		assert_false(rtr_facts(fixture.rtr).has_data);
		/* And then it is asked again, and all is well. */
		turn_until(&fixture, &fixture.updated, 1);
		expect_sample(&fixture);
		assert_int_equal(fixture.connections, 2);
		const struct rtr_pdu second = heard(&fixture, 1);
		if (wrong->code >= 0) {
			assert_int_equal(second.type, RTR_ERROR_REPORT);
			assert_int_equal(second.number, wrong->code);
		} else {
			assert_int_equal(second.type, RTR_RESET_QUERY);
		}
		end(&fixture);
	}
}

/* RFC 8210 s5.1: another session, and what was learnt before is not to be kept. */
static void another_session_loses_the_set(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	struct step *step = say_sample(&fixture, 1);
	say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 11);
	step = new_step(&fixture);
	say_response(step, 1, 8);
	struct rtr_options options = options_of(&fixture);
	options.retry_ms = 10000;
	start_with(&fixture, &options);
	turn_until(&fixture, &fixture.failed, 1);
	assert_non_null(strstr(fixture.sentence, "session 8 within session 7"));
	assert_false(rtr_facts(fixture.rtr).has_data);
	struct vrps *vrps;
	assert_int_equal(rtr_vrps(fixture.rtr, &vrps), ERR_NOT_FOUND);
	end(&fixture);
}

/* A change that cannot be is not taken by half: the old set stays, and everything is asked for. */
static void a_bad_change_leaves_the_set_alone(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	struct step *step = say_sample(&fixture, 1);
	say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 11);
	step = new_step(&fixture);
	say_response(step, 1, 7);
	say_vrp(step, 1, "192.0.2.0/24-24 64496", false);
	say_vrp(step, 1, "2001:db8::/32-48 64511", true);
	say_end(step, 1, 7, 11);
	say_sample(&fixture, 1);
	start(&fixture);
	turn_until(&fixture, &fixture.failed, 1);
	expect_sample(&fixture);
	turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	assert_int_equal(heard(&fixture, 2).type, RTR_ERROR_REPORT);
	assert_int_equal(heard(&fixture, 3).type, RTR_RESET_QUERY);
	expect_sample(&fixture);
	end(&fixture);
}

/* ---- waiting has an end ---- */

static void a_silent_cache_is_given_up(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	new_step(&fixture)->is_silent = true;
	say_sample(&fixture, 1);
	struct rtr_options options = options_of(&fixture);
	options.answer_ms = 50;
	start_with(&fixture, &options);
	turn_until(&fixture, &fixture.failed, 1);
	assert_int_equal(fixture.error, ERR_TIMEOUT);
	turn_until(&fixture, &fixture.updated, 1);
	end(&fixture);
}

/* Octet after octet, and never an end. */
static void a_dripping_cache_is_given_up(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	struct step *step = new_step(&fixture);
	say_response(step, 1, 7);
	struct rtr_options options = options_of(&fixture);
	options.answer_ms = 100;
	options.transfer_ms = 250;
	options.retry_ms = 10000;
	start_with(&fixture, &options);
	while (fixture.failed == 0) {
		turn(&fixture);
		if (fixture.next_step == 1 && fixture.stream != NULL)
			assert_int_equal(stream_write(fixture.stream,
						      "\1\11\0\0\0\0\0\40"
						      "........................",
						      32),
					 OK);
	}
	assert_int_equal(fixture.error, ERR_TIMEOUT);
	assert_true(rtr_facts(fixture.rtr).skipped > 2);
	end(&fixture);
}

static void a_cache_that_is_not_there_is_told(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	listener_free(fixture.listener);
	fixture.listener = NULL;
	start(&fixture);
	turn_until(&fixture, &fixture.failed, 2);
	assert_int_equal(fixture.error, ERR_NETWORK);
	assert_non_null(strstr(fixture.sentence, "127.0.0.1:"));
	end(&fixture);
}

/* However often the cache calls, it is asked no more than once a gap. */
static void notices_do_not_make_us_ask_without_end(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	say_sample(&fixture, 1);
	for (uint32_t i = 0; i < 8; i++) {
		struct step *step = new_step(&fixture);
		say_response(step, 1, 7);
		say_end(step, 1, 7, 11 + i);
	}
	struct rtr_options options = options_of(&fixture);
	options.query_gap_ms = 100;
	start_with(&fixture, &options);
	turn_until(&fixture, &fixture.updated, 1);
	struct step notice = {.size = 0};
	say_simple(&notice, 1, RTR_SERIAL_NOTIFY, 7, 99);
	const uint64_t end_ns = loop_refresh_now(fixture.loop) + UINT64_C(350000000);
	while (loop_refresh_now(fixture.loop) < end_ns) {
		assert_int_equal(stream_write(fixture.stream, notice.octets, notice.size), OK);
		turn(&fixture);
	}
	assert_true(fixture.updated >= 2 && fixture.updated <= 5);
	end(&fixture);
}

/* Time goes by at once. */
static void pass_s(struct fixture *fixture, uint64_t seconds)
{
	timer_stop(&fixture->alarm);
	fixture->ahead_ns += seconds * 1000000000;
	(void)loop_refresh_now(fixture->loop);
	timer_start(fixture->loop, &fixture->alarm, 20000);
}

static void a_set_is_refreshed_and_becomes_too_old(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	say_sample(&fixture, 1);
	struct step *step = new_step(&fixture);
	say_response(step, 1, 7);
	say_end(step, 1, 7, 10);
	new_step(&fixture)->is_silent = true;
	struct rtr_options options = options_of(&fixture);
	options.retry_ms = 100000000;
	start_with(&fixture, &options);
	turn_until(&fixture, &fixture.updated, 1);
	pass_s(&fixture, 3590);
	turn_for_ms(&fixture, 30);
	assert_int_equal(fixture.updated, 1);
	pass_s(&fixture, 11);
	turn_until(&fixture, &fixture.updated, 2);
	assert_int_equal(heard(&fixture, 1).type, RTR_SERIAL_QUERY);
	pass_s(&fixture, 7190);
	turn_until(&fixture, &fixture.failed, 1); /* the third query finds no answer */
	assert_int_equal(fixture.expired, 0);
	expect_sample(&fixture);
	pass_s(&fixture, 11);
	turn_until(&fixture, &fixture.expired, 1);
	struct vrps *vrps;
	assert_int_equal(rtr_vrps(fixture.rtr, &vrps), ERR_NOT_FOUND);
	end(&fixture);
}

/* ---- without the network ---- */

static int take_all(struct rtr_session *session, const struct step *step)
{
	uint8_t query[RTR_QUERY_MAX];
	rtr_session_connect(session);
	(void)rtr_session_query(session, query);
	size_t taken = 0;
	const enum rtr_event event = rtr_session_receive(session, step->octets, step->size, &taken);
	assert_int_equal(taken, step->size);
	return event == RTR_UPDATED ? OK : session->error;
}

static void lack_of_memory_is_told(void **state)
{
	(void)state;
	static struct fixture fixture;
	static struct rtr_session session;
	memset(&fixture, 0, sizeof(fixture));
	const struct step *first = say_sample(&fixture, 1);
	struct step *second = new_step(&fixture);
	say_response(second, 1, 7);
	say_vrp(second, 1, "192.0.2.0/24-24 64496", false);
	say_vrp(second, 1, "198.51.100.0/24-24 64500", true);
	say_end(second, 1, 7, 11);
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
	struct fixture fixture;
	start_cache(&fixture);
	fixture.frees_when_updated = true;
	struct step *step = say_sample(&fixture, 1);
	say_simple(step, 1, RTR_SERIAL_NOTIFY, 7, 11);
	start(&fixture);
	turn_until(&fixture, &fixture.updated, 1);
	assert_null(fixture.rtr);
	turn_for_ms(&fixture, 20);
	end(&fixture);
	start_cache(&fixture);
	fixture.frees_when_failed = true;
	say_http(&fixture);
	start(&fixture);
	turn_until(&fixture, &fixture.failed, 1);
	turn_for_ms(&fixture, 20);
	end(&fixture);
	rtr_free(NULL);
	assert_int_equal(memory_in_use(), 0);
}

static void bad_options_are_refused(void **state)
{
	(void)state;
	struct fixture fixture;
	start_cache(&fixture);
	struct rtr_options options = {0};
	assert_int_equal(rtr_new(fixture.loop, &options, &HANDLER, &fixture, &fixture.rtr),
			 ERR_ARGUMENT);
	options = options_of(&fixture);
	options.vrps_max = ROUTING_ENTRIES_MAX;
	assert_int_equal(rtr_new(fixture.loop, &options, &HANDLER, &fixture, &fixture.rtr),
			 ERR_ARGUMENT);
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_asked_for_and_taken),
		cmocka_unit_test(changes_are_asked_for_when_the_cache_has_them),
		cmocka_unit_test(a_cache_reset_means_everything_again),
		cmocka_unit_test(a_broken_connection_is_mended),
		cmocka_unit_test(no_data_yet_is_asked_again),
		cmocka_unit_test(an_older_cache_that_answers_is_followed),
		cmocka_unit_test(an_older_cache_that_reports_is_asked_anew),
		cmocka_unit_test(an_older_cache_that_closes_is_asked_anew),
		cmocka_unit_test(a_cache_that_only_closes_keeps_its_version),
		cmocka_unit_test(a_cache_of_version_2_alone_is_told_in_words),
		cmocka_unit_test(what_breaks_the_protocol_is_told_and_survived),
		cmocka_unit_test(another_session_loses_the_set),
		cmocka_unit_test(a_bad_change_leaves_the_set_alone),
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
