/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* ---- what the cache says ---- */

struct cache_step *cache_new_step(struct cache_fixture *fixture)
{
	assert_true(fixture->step_count < CACHE_STEPS_MAX);
	return &fixture->steps[fixture->step_count++];
}

void cache_say(struct cache_step *step, const struct rtr_pdu *pdu)
{
	struct writer writer;
	writer_init(&writer, step->octets + step->size, sizeof(step->octets) - step->size);
	rtr_pdu_write(&writer, pdu);
	assert_int_equal(writer.error, OK);
	step->size += writer_used(&writer);
}

void cache_say_response(struct cache_step *step, uint8_t version, uint16_t session)
{
	const struct rtr_pdu pdu = {
		.version = version, .type = RTR_CACHE_RESPONSE, .number = session};
	cache_say(step, &pdu);
}

void cache_say_vrp(struct cache_step *step, uint8_t version, const char *text, bool is_announced)
{
	struct rtr_pdu pdu = {
		.version = version, .is_announced = is_announced, .vrp = given_vrp(text)};
	pdu.type = pdu.vrp.prefix.family == ADDRESS_IPV4 ? RTR_IPV4_PREFIX : RTR_IPV6_PREFIX;
	cache_say(step, &pdu);
}

void cache_say_end(struct cache_step *step, uint8_t version, uint16_t session, uint32_t serial)
{
	const struct rtr_pdu pdu = {.version = version,
				    .type = RTR_END_OF_DATA,
				    .number = session,
				    .serial = serial,
				    .refresh = 3600,
				    .retry = 600,
				    .expire = 7200};
	cache_say(step, &pdu);
}

void cache_say_simple(struct cache_step *step, uint8_t version, uint8_t type, uint16_t number,
		      uint32_t serial)
{
	const struct rtr_pdu pdu = {
		.version = version, .type = type, .number = number, .serial = serial};
	cache_say(step, &pdu);
}

void cache_say_report(struct cache_step *step, uint8_t version, uint16_t code, const char *text)
{
	const struct rtr_pdu pdu = {.version = version,
				    .type = RTR_ERROR_REPORT,
				    .number = code,
				    .text = text,
				    .text_size = (uint32_t)strlen(text)};
	cache_say(step, &pdu);
}

/* Three VRPs under serial 10 of session 7. */
struct cache_step *cache_say_sample(struct cache_fixture *fixture, uint8_t version)
{
	struct cache_step *step = cache_new_step(fixture);
	cache_say_response(step, version, 7);
	cache_say_vrp(step, version, "192.0.2.0/24-24 64496", true);
	cache_say_vrp(step, version, "2001:db8::/32-48 64511", true);
	cache_say_vrp(step, version, "203.0.113.0/24-26 65551", true);
	cache_say_end(step, version, 7, 10);
	return step;
}

static void perform(struct cache_fixture *fixture, struct cache_step *step)
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
	struct cache_fixture *fixture = context;
	assert_true(fixture->heard_size + size <= CACHE_ROOM);
	memcpy(fixture->heard + fixture->heard_size, data, size);
	fixture->heard_size += size;
}

static void cache_closed(void *context, struct stream *stream, int error, const char *sentence)
{
	(void)error;
	(void)sentence;
	struct cache_fixture *fixture = context;
	stream_free(stream);
	if (fixture->stream == stream)
		fixture->stream = NULL;
}

static const struct stream_handler CACHE = {cache_opened, cache_received, NULL, cache_closed};

static void accepted(void *context, struct stream *stream)
{
	struct cache_fixture *fixture = context;
	stream_free(fixture->stream);
	fixture->stream = stream;
	fixture->connections++;
	stream_handle(stream, &CACHE, fixture);
}

/* ---- what the client tells ---- */

static void updated(void *context, struct rtr *rtr)
{
	struct cache_fixture *fixture = context;
	assert_true(rtr_facts(rtr).has_data);
	fixture->updated++;
	if (fixture->frees_when_updated) {
		rtr_free(rtr);
		fixture->rtr = NULL;
	}
}

static void failed(void *context, struct rtr *rtr, int error, const char *sentence)
{
	struct cache_fixture *fixture = context;
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
	struct cache_fixture *fixture = context;
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
	return clock_monotonic_ns(&system) + ((struct cache_fixture *)context)->ahead_ns;
}

void cache_open(struct cache_fixture *fixture)
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

struct rtr_options cache_options_of(const struct cache_fixture *fixture)
{
	return (struct rtr_options){
		.cache = fixture->address,
		.answer_ms = 5000,
		.transfer_ms = 10000,
		.query_gap_ms = 1,
		.retry_ms = 20,
	};
}

void cache_start_with(struct cache_fixture *fixture, const struct rtr_options *options)
{
	assert_int_equal(rtr_new(fixture->loop, options, &HANDLER, fixture, &fixture->rtr), OK);
}

void cache_start(struct cache_fixture *fixture)
{
	const struct rtr_options options = cache_options_of(fixture);
	cache_start_with(fixture, &options);
}

/* The size of the client's next PDU behind what was answered; 0: not whole. */
static size_t next_heard(const struct cache_fixture *fixture)
{
	struct rtr_pdu pdu;
	const size_t left = fixture->heard_size - fixture->answered_size;
	const uint8_t *octets = fixture->heard + fixture->answered_size;
	if (rtr_header_read(octets, left, &pdu) != OK || pdu.length > left)
		return 0;
	return pdu.length;
}

void cache_turn(struct cache_fixture *fixture)
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

void cache_turn_until(struct cache_fixture *fixture, const int *counter, int value)
{
	while (*counter < value)
		cache_turn(fixture);
}

void cache_turn_for_ms(struct cache_fixture *fixture, uint64_t wait_ms)
{
	const uint64_t end_ns = loop_refresh_now(fixture->loop) + wait_ms * 1000000;
	while (loop_refresh_now(fixture->loop) < end_ns)
		cache_turn(fixture);
}

/* The n-th PDU that the client has sent. */
struct rtr_pdu cache_heard(const struct cache_fixture *fixture, size_t number)
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

void cache_end(struct cache_fixture *fixture)
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

enum roa_state cache_state_of(const struct cache_fixture *fixture, const char *text,
			      uint32_t origin)
{
	struct vrps *vrps;
	struct route_prefix prefix = given_prefix(text);
	assert_int_equal(rtr_vrps(fixture->rtr, &vrps), OK);
	const enum roa_state state = vrps_state(vrps, &prefix, origin);
	vrps_free(vrps);
	return state;
}

void cache_expect_sample(const struct cache_fixture *fixture)
{
	const struct rtr_facts facts = rtr_facts(fixture->rtr);
	assert_true(facts.has_data);
	assert_int_equal(facts.vrps, 3);
	assert_int_equal(facts.session, 7);
	assert_int_equal(facts.serial, 10);
	assert_int_equal(cache_state_of(fixture, "192.0.2.0/24", 64496), ROA_VALID);
	assert_int_equal(cache_state_of(fixture, "203.0.113.0/26", 65551), ROA_VALID);
	assert_int_equal(cache_state_of(fixture, "203.0.113.0/27", 65551), ROA_INVALID_LENGTH);
	assert_int_equal(cache_state_of(fixture, "2001:db8:1::/48", 64511), ROA_VALID);
}
