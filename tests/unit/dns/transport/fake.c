/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake.h"

#include "dns/wire/build.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool has_capital(const uint8_t *name)
{
	size_t size = name_size(name);
	for (size_t i = 0; i < size; i++) {
		if (name[i] >= 'A' && name[i] <= 'Z')
			return true;
	}
	return false;
}

static size_t run_script(struct fake *fake, const uint8_t *data, size_t size, bool is_stream,
			 uint8_t *answer)
{
	struct fake_query query = {.is_stream = is_stream};
	uint16_t cookie_size = 0;
	arena_reset(&fake->arena);
	if (message_walk(&fake->arena, data, size, &query.message) != OK)
		return 0; /* a test makes memory run out: as if it had been lost */
	assert_int_equal(query.message.fault, MESSAGE_SOUND);
	query.is_lower = !has_capital(query.message.question_name);
	query.cookie = message_option(&query.message, EDNS_COOKIE, &cookie_size);
	query.cookie_size = cookie_size;
	fake->udp_queries += !is_stream;
	fake->stream_queries += is_stream;
	fake->plain_queries += !query.message.edns.present;
	return fake->script(fake, &query, answer);
}

static size_t answer_datagram(void *context, const struct udp_request *request, uint8_t *answer)
{
	struct fake *fake = context;
	fake->request = *request;
	return run_script(fake, request->data, request->size_bytes, false, answer);
}

/* Queries are far shorter than what one read gives, so each arrives whole. */
static void stream_received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	struct fake *fake = context;
	while (size > 2) {
		uint8_t answer[2 + 4096];
		size_t query_size = (size_t)data[0] << 8 | data[1];
		assert_true(query_size + 2 <= size);
		size_t answer_size = run_script(fake, data + 2, query_size, true, answer + 2);
		data += query_size + 2;
		size -= query_size + 2;
		if (answer_size == 0)
			continue;
		answer[0] = (uint8_t)(answer_size >> 8);
		answer[1] = (uint8_t)answer_size;
		if (stream_write(stream, answer, answer_size + 2) != OK)
			return; /* no memory */
	}
	if (fake->close_after_answer) {
		for (unsigned i = 0; i < 64; i++) {
			if (fake->streams[i] == stream)
				fake->streams[i] = NULL;
		}
		stream_finish(stream, 1000);
	}
}

static void stream_opened(void *context, struct stream *stream)
{
	(void)context;
	(void)stream;
}

static void stream_closed(void *context, struct stream *stream, int error, const char *sentence)
{
	struct fake *fake = context;
	(void)error;
	(void)sentence;
	for (unsigned i = 0; i < 64; i++) {
		if (fake->streams[i] == stream)
			fake->streams[i] = NULL;
	}
	stream_free(stream);
}

static const struct stream_handler stream_side = {
	.opened = stream_opened,
	.received = stream_received,
	.closed = stream_closed,
};

static void accepted(void *context, struct stream *stream)
{
	struct fake *fake = context;
	fake->connections++;
	stream_handle(stream, &stream_side, fake);
	for (unsigned i = 0; i < 64; i++) {
		if (fake->streams[i] == NULL) {
			fake->streams[i] = stream;
			return;
		}
	}
	fail_msg("too many streams");
}

void fake_open(struct fake *fake, struct loop *loop, fake_script *script)
{
	static const struct udp_server_handler handler = {answer_datagram};
	const uint8_t loopback[4] = {127, 0, 0, 1};
	struct address any = address_from_ipv4(loopback, 0);
	*fake = (struct fake){.loop = loop, .script = script};
	arena_init(&fake->arena, (size_t)1 << 20, 0);
	assert_int_equal(udp_server_new(loop, &any, &handler, fake, &fake->udp), OK);
	fake->address = udp_server_address(fake->udp);
}

void fake_listen(struct fake *fake)
{
	const struct listener_options options = {.local = fake->address};
	assert_int_equal(listener_new(fake->loop, &options, accepted, fake, &fake->tcp), OK);
}

void fake_listen_tls(struct fake *fake)
{
	const uint8_t loopback[4] = {127, 0, 0, 1};
	const struct tls_identity identity = {
		.common_name = "ns1.example",
		.not_before = 1600000000,
		.not_after = 2600000000,
	};
	assert_int_equal(tls_server_new(&identity, "dot", NULL, &fake->context), OK);
	const struct listener_options options = {
		.local = address_from_ipv4(loopback, 0),
		.tls = fake->context,
	};
	assert_int_equal(listener_new(fake->loop, &options, accepted, fake, &fake->tls), OK);
	fake->tls_address = listener_address(fake->tls);
}

void fake_close(struct fake *fake)
{
	for (unsigned i = 0; i < 64; i++)
		stream_free(fake->streams[i]);
	listener_free(fake->tcp);
	listener_free(fake->tls);
	tls_context_free(fake->context);
	udp_server_free(fake->udp);
	arena_release(&fake->arena);
}

size_t fake_reply(const struct fake_query *query, const struct fake_answer *how, uint8_t *answer)
{
	const struct message *message = &query->message;
	static const uint8_t address[4] = {192, 0, 2, 1};
	struct name name;
	struct builder builder;
	uint8_t option[4 + 40];
	name_copy(name.octets, message->question_name);
	if (how->lower_case)
		name_lower(name.octets);
	builder_init(&builder, answer, 4096, message->id, (uint16_t)(FLAG_QR | how->flags));
	builder_question(&builder, name.octets, message->question_type, CLASS_IN);
	const struct record record = {
		.owner = name.octets,
		.rdata = address,
		.ttl = 60,
		.type = TYPE_A,
		.class = CLASS_IN,
		.rdata_size = 4,
		.section = SECTION_ANSWER,
	};
	if (how->rcode == RCODE_NOERROR)
		builder_record(&builder, SECTION_ANSWER, &record);
	size_t option_size = 0;
	if (how->cookie != NULL) {
		const uint8_t head[4] = {0, EDNS_COOKIE, 0, (uint8_t)(8 + how->cookie_size)};
		memcpy(option, head, 4);
		memcpy(option + 4, query->cookie, 8);
		memcpy(option + 12, how->cookie, how->cookie_size);
		option_size = 12 + how->cookie_size;
	}
	if (message->edns.present && !how->without_opt)
		builder_opt(&builder,
			    &(struct edns){.udp_size = 1232,
					   .flags = message->edns.flags,
					   .options = option,
					   .options_size = (uint16_t)option_size},
			    how->rcode);
	size_t size = builder_finish(&builder, how->rcode);
	assert_true(size > 0);
	return size;
}

size_t fake_plainly(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake;
	const struct fake_answer how = {.flags = FLAG_AA};
	return fake_reply(query, &how, answer);
}

/* ---- the asking side ---- */

struct transport_settings bench_settings(void)
{
	return (struct transport_settings){
		.first_timeout_ms = 40,
		.tcp_timeout_ms = 300,
		.dead_for_ms = 300,
	};
}

void bench_open(struct bench *bench, const struct transport_settings *settings, fake_script *script)
{
	const struct clock clock = clock_system();
	const struct transport_settings fallback = bench_settings();
	*bench = (struct bench){0};
	random_system(&bench->random);
	assert_int_equal(loop_new(&clock, &bench->loop), OK);
	assert_int_equal(transport_new(bench->loop, settings != NULL ? settings : &fallback,
				       &bench->random, &bench->transport, NULL),
			 OK);
	fake_open(&bench->fake, bench->loop, script);
}

void bench_close(struct bench *bench)
{
	transport_free(bench->transport);
	bench_run_for(bench, 5); /* streams that end in order find out that their peer is gone */
	fake_close(&bench->fake);
	loop_free(bench->loop);
}

struct exchange_question bench_question(const struct bench *bench, const char *name)
{
	static struct name kept[8];
	static unsigned next;
	struct name *place = &kept[next++ % 8];
	assert_int_equal(name_from_text(name, place, NULL), OK);
	return (struct exchange_question){
		.server = bench->fake.address,
		.name = place->octets,
		.type = TYPE_A,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = true,
	};
}

void told_done(void *context, const struct exchange_result *result)
{
	struct told *told = context;
	told->count++;
	told->result = *result;
	told->has_message = result->message != NULL;
	assert_int_equal(told->has_message, result->outcome == EXCHANGE_ANSWER);
	if (result->message != NULL) {
		told->rcode = result->message->rcode;
		told->flags = result->message->flags;
		told->records = result->message->record_count;
		told->id = result->message->id;
	}
	told->result.message = NULL;
}

void bench_ask(struct bench *bench, const struct exchange_question *question, struct told *told)
{
	unsigned before = told->count;
	assert_int_equal(transport_ask(bench->transport, question, told_done, told), OK);
	assert_int_equal(told->count, before); /* never from within */
}

void bench_run(struct bench *bench, const unsigned *count, unsigned wanted)
{
	uint64_t end_ns = loop_refresh_now(bench->loop) + UINT64_C(10000000000);
	while (*count < wanted && loop_now_ns(bench->loop) < end_ns)
		assert_int_equal(loop_turn(bench->loop, 100), OK);
	assert_int_equal(*count, wanted);
}

void bench_run_for(struct bench *bench, unsigned milliseconds)
{
	uint64_t end_ns = loop_refresh_now(bench->loop) + UINT64_C(1000000) * milliseconds;
	while (loop_now_ns(bench->loop) < end_ns)
		assert_int_equal(loop_turn(bench->loop, 5), OK);
}

struct told *bench_exchange_over(struct bench *bench, const char *name, uint8_t transport)
{
	struct exchange_question question = bench_question(bench, name);
	question.transport = transport;
	if (transport == EXCHANGE_DOT)
		question.server = bench->fake.tls_address;
	bench->told = (struct told){0};
	bench_ask(bench, &question, &bench->told);
	bench_run(bench, &bench->told.count, 1);
	return &bench->told;
}

struct told *bench_exchange(struct bench *bench, const char *name)
{
	return bench_exchange_over(bench, name, EXCHANGE_UDP);
}
