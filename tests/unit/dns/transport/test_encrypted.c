/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions over DoT, DoH and DoQ: what the session was, servers that break each protocol, memory
 * that fails. */
#include "../../failing_memory.h"
#include "dns/transport/connection_private.h"
#include "dns/transport/session_private.h"
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum mode { WELL, STATUS, LATER_ID, TWO_MESSAGES, CUT, SILENT, OTHER_NAME };

/* A server that speaks DoH and DoQ at one address each. */
struct lab {
	struct bench bench;
	struct tls_context *h2, *doq;
	struct listener *listener;
	struct quic_server *quic;
	struct stream *stream;
	struct http2 *http2;
	enum mode mode;
	unsigned asked, connections;
	size_t query_size;
	char path[64];
};

static size_t make_answer(struct lab *lab, const uint8_t *query, size_t size, uint8_t *answer)
{
	lab->asked++;
	lab->query_size = size;
	assert_int_equal(query[0] | query[1], 0); /* the id */
	memcpy(answer, query, size);
	answer[2] |= 0x80;
	if (lab->mode == LATER_ID)
		answer[1] = 1;
	if (lab->mode == OTHER_NAME)
		answer[13] ^= 1;
	return lab->mode == CUT ? 9 : size;
}

/* ---- DoH ---- */

static int write_octets(void *context, const uint8_t *data, size_t size)
{
	struct lab *lab = context;
	return stream_write(lab->stream, data, size);
}

static void http_asked(void *context, const struct http2_message *request)
{
	struct lab *lab = context;
	uint8_t answer[4096];
	size_t size = make_answer(lab, request->body, request->body_size, answer);
	snprintf(lab->path, sizeof(lab->path), "%.63s", request->path);
	if (lab->mode != SILENT)
		(void)!http2_answer(lab->http2, request->token, lab->mode == STATUS ? 404 : 200,
				    answer, size);
}

static const struct http2_handler http_side = {write_octets, http_asked};

static void drop_stream(struct lab *lab)
{
	http2_free(lab->http2);
	stream_free(lab->stream);
	lab->http2 = NULL;
	lab->stream = NULL;
}

static void stream_opened(void *context, struct stream *stream)
{
	(void)context, (void)stream;
}

static void stream_received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	struct lab *lab = context;
	(void)stream;
	if (lab->http2 == NULL || http2_receive(lab->http2, data, size) != OK)
		drop_stream(lab);
}

static void stream_closed(void *context, struct stream *stream, int error, const char *sentence)
{
	(void)stream, (void)error, (void)sentence;
	drop_stream(context);
}

static const struct stream_handler stream_side = {stream_opened, stream_received, NULL,
						  stream_closed};

static void accepted(void *context, struct stream *stream)
{
	struct lab *lab = context;
	if (lab->stream != NULL)
		drop_stream(lab);
	lab->connections++;
	lab->stream = stream;
	if (http2_server_new(&http_side, lab, &lab->http2) != OK)
		lab->http2 = NULL;
	stream_handle(stream, &stream_side, lab);
}

/* ---- DoQ ---- */

static void quic_opened(void *context, struct quic_connection *connection)
{
	struct lab *lab = context;
	(void)connection;
	lab->connections++;
}

static void quic_received(void *context, struct quic_connection *connection, uint32_t token,
			  const uint8_t *data, size_t size)
{
	struct lab *lab = context;
	uint8_t answer[8192];
	assert_int_equal(data[0] << 8 | data[1], size - 2);
	const size_t taken = make_answer(lab, data + 2, size - 2, answer + 2);
	answer[0] = (uint8_t)(taken >> 8);
	answer[1] = (uint8_t)taken;
	const size_t extra = lab->mode == TWO_MESSAGES ? 2 : 0;
	memset(answer + 2 + taken, 0, extra);
	if (lab->mode == STATUS)
		quic_close(connection, 2);
	else if (lab->mode != SILENT)
		(void)!quic_answer(connection, token, answer, 2 + taken + extra);
}

static void quic_closed(void *context, struct quic_connection *connection, int error,
			const char *sentence)
{
	(void)context, (void)connection, (void)error, (void)sentence;
}

static const struct quic_handler quic_side = {quic_opened, quic_received, quic_closed};

static enum quic_welcome choose(void *context, const struct address *local,
				struct tls_context **ret_tls)
{
	struct lab *lab = context;
	(void)local;
	*ret_tls = lab->doq;
	return QUIC_WELCOME;
}

/* ---- both ---- */

static void lab_open(struct lab *lab, enum mode mode, const char *h2, const char *doq)
{
	const uint8_t loopback[4] = {127, 0, 0, 1};
	const struct tls_identity identity = {
		.common_name = "ns1.example", .not_before = 1600000000, .not_after = 2600000000};
	struct transport_settings settings = bench_settings();
	settings.tcp_timeout_ms = 400;
	memset(lab, 0, sizeof(*lab));
	lab->mode = mode;
	bench_open(&lab->bench, &settings, fake_plainly);
	assert_int_equal(tls_server_new(&identity, h2, NULL, &lab->h2), OK);
	assert_int_equal(tls_server_new(&identity, doq, NULL, &lab->doq), OK);
	const struct listener_options listen = {.local = address_from_ipv4(loopback, 0),
						.tls = lab->h2};
	const struct quic_server_options quic = {.local = listen.local, .choose = choose};
	assert_int_equal(listener_new(lab->bench.loop, &listen, accepted, lab, &lab->listener), OK);
	assert_int_equal(quic_server_new(lab->bench.loop, &quic, &quic_side, lab, &lab->quic), OK);
}

static void lab_close(struct lab *lab)
{
	struct loop *loop = lab->bench.loop;
	drop_stream(lab);
	listener_free(lab->listener);
	quic_server_free(lab->quic);
	assert_non_null(loop);
	bench_close(&lab->bench);
	tls_context_free(lab->h2);
	tls_context_free(lab->doq);
}

static struct exchange_question question_over(struct lab *lab, uint8_t transport)
{
	struct exchange_question question = bench_question(&lab->bench, "a.example");
	question.transport = transport;
	question.once = true;
	question.host = "ns1.example";
	question.server = transport == EXCHANGE_DOH ? listener_address(lab->listener)
						    : quic_server_address(lab->quic);
	return question;
}

struct seen {
	unsigned count;
	enum exchange_outcome outcome;
	bool has_session, has_message;
	struct exchange_session session;
};

static void seen_done(void *context, const struct exchange_result *result)
{
	struct seen *seen = context;
	seen->count++;
	seen->outcome = result->outcome;
	seen->has_message = result->message != NULL;
	seen->has_session = result->session != NULL;
	if (result->session != NULL)
		seen->session = *result->session;
}

static struct seen ask(struct lab *lab, const struct exchange_question *question)
{
	struct seen seen = {0};
	assert_int_equal(transport_ask(lab->bench.transport, question, seen_done, &seen), OK);
	bench_run(&lab->bench, &seen.count, 1);
	assert_int_equal(seen.count, 1);
	return seen;
}

static struct seen ask_once(enum mode mode, uint8_t transport)
{
	struct lab lab;
	lab_open(&lab, mode, "h2", "doq");
	const struct exchange_question question = question_over(&lab, transport);
	const struct seen seen = ask(&lab, &question);
	lab_close(&lab);
	return seen;
}

static void test_sessions(void **state)
{
	struct lab lab;
	lab_open(&lab, WELL, "h2", "doq");
	for (uint8_t transport = EXCHANGE_DOH; transport <= EXCHANGE_DOQ; transport++) {
		struct exchange_question question = question_over(&lab, transport);
		question.path = "/other";
		const struct seen seen = ask(&lab, &question);
		assert_int_equal(seen.outcome, EXCHANGE_ANSWER);
		assert_true(seen.has_session && seen.session.is_established);
		assert_string_equal(seen.session.alpn, transport == EXCHANGE_DOH ? "h2" : "doq");
		assert_int_equal(seen.session.status, transport == EXCHANGE_DOH ? 200 : 0);
		assert_int_equal(seen.session.tls_version, 0x0304);
		assert_int_equal(seen.session.chain_count, 1);
		assert_true(seen.session.handshake_us > 0);
		assert_int_equal(lab.query_size % PADDING_BLOCK, 0);
	}
	assert_string_equal(lab.path, "/other");
	lab_close(&lab);
}

static void test_reuse(void **state)
{
	struct lab lab;
	lab_open(&lab, WELL, "h2", "doq");
	for (uint8_t transport = EXCHANGE_DOH; transport <= EXCHANGE_DOQ; transport++) {
		struct seen seen[40] = {0};
		lab.connections = 0;
		for (unsigned i = 0; i < 40; i++) {
			struct exchange_question question = question_over(&lab, transport);
			question.type = (uint16_t)(1 + i);
			assert_int_equal(transport_ask(lab.bench.transport, &question, seen_done,
						       &seen[i]),
					 OK);
		}
		for (unsigned i = 0; i < 40; i++) {
			bench_run(&lab.bench, &seen[i].count, 1);
			assert_int_equal(seen[i].outcome, EXCHANGE_ANSWER);
		}
		assert_int_equal(lab.connections, 1);
	}
	lab_close(&lab);
}

static void test_broken(void **state)
{
	static const struct {
		enum mode mode;
		uint8_t transport;
		enum exchange_outcome outcome;
	} rows[] = {
		{STATUS, EXCHANGE_DOH, EXCHANGE_MALFORMED},
		{LATER_ID, EXCHANGE_DOH, EXCHANGE_MISMATCH},
		{CUT, EXCHANGE_DOH, EXCHANGE_MALFORMED},
		{SILENT, EXCHANGE_DOH, EXCHANGE_TIMEOUT},
		{OTHER_NAME, EXCHANGE_DOH, EXCHANGE_MISMATCH},
		{STATUS, EXCHANGE_DOQ, EXCHANGE_CLOSED},
		{LATER_ID, EXCHANGE_DOQ, EXCHANGE_MISMATCH},
		{TWO_MESSAGES, EXCHANGE_DOQ, EXCHANGE_MALFORMED},
		{CUT, EXCHANGE_DOQ, EXCHANGE_MALFORMED},
		{SILENT, EXCHANGE_DOQ, EXCHANGE_TIMEOUT},
		{OTHER_NAME, EXCHANGE_DOQ, EXCHANGE_MISMATCH},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct seen seen = ask_once(rows[i].mode, rows[i].transport);
		assert_int_equal(seen.outcome, rows[i].outcome);
		assert_false(seen.has_message);
		assert_true(seen.has_session && seen.session.is_established);
		if (rows[i].mode == STATUS && rows[i].transport == EXCHANGE_DOH)
			assert_int_equal(seen.session.status, 404);
	}
}

static void test_other_protocol(void **state)
{
	struct lab lab;
	lab_open(&lab, WELL, "http/1.1", "h3");
	const struct exchange_question doh = question_over(&lab, EXCHANGE_DOH);
	struct seen seen = ask(&lab, &doh);
	assert_int_equal(seen.outcome, EXCHANGE_TLS_FAILED);
	assert_true(seen.session.is_not_offered);
	const struct exchange_question doq = question_over(&lab, EXCHANGE_DOQ);
	seen = ask(&lab, &doq);
	assert_int_equal(seen.outcome, EXCHANGE_TLS_FAILED);
	assert_false(seen.session.is_established);
	assert_true(seen.session.note[0] != '\0');
	assert_int_equal(lab.asked, 0);
	lab_close(&lab);
}

static void test_nobody_there(void **state)
{
	struct lab lab;
	lab_open(&lab, WELL, "h2", "doq");
	for (uint8_t transport = EXCHANGE_DOT; transport <= EXCHANGE_DOQ; transport++) {
		struct exchange_question question = question_over(&lab, transport);
		question.server.port = 1;
		const struct seen seen = ask(&lab, &question);
		assert_int_equal(seen.outcome, EXCHANGE_CLOSED);
		assert_true(seen.has_session && !seen.session.is_established);
	}
	lab_close(&lab);
}

static void test_freed_under_way(void **state)
{
	for (uint8_t transport = EXCHANGE_DOH; transport <= EXCHANGE_DOQ; transport++) {
		struct lab lab;
		struct seen seen = {0};
		lab_open(&lab, SILENT, "h2", "doq");
		const struct exchange_question question = question_over(&lab, transport);
		assert_int_equal(transport_ask(lab.bench.transport, &question, seen_done, &seen),
				 OK);
		bench_run(&lab.bench, &lab.asked, 1);
		lab_close(&lab);
		assert_int_equal(seen.count, 1);
		assert_int_equal(seen.outcome, EXCHANGE_NOT_ASKED);
	}
	assert_int_equal(memory_in_use(), 0);
}

static void test_memory(void **state)
{
	for (uint8_t transport = EXCHANGE_DOH; transport <= EXCHANGE_DOQ; transport++) {
		bool has_failed = true;
		for (unsigned long which = 1; has_failed; which++) {
			struct lab lab;
			struct seen seen = {0};
			lab_open(&lab, WELL, "h2", "doq");
			const struct exchange_question question = question_over(&lab, transport);
			memory_fail_at(which);
			const int error =
				transport_ask(lab.bench.transport, &question, seen_done, &seen);
			if (error == OK)
				bench_run(&lab.bench, &seen.count, 1);
			has_failed = memory_has_failed();
			memory_fail_at(0);
			assert_true(error == OK ? seen.count == 1 : error == ERR_MEMORY);
			lab_close(&lab);
			assert_int_equal(memory_in_use(), 0);
		}
	}
}

#define HANGING 300u

struct hall {
	struct stream *streams[HANGING];
	unsigned count;
};

static void hall_received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	(void)context, (void)stream, (void)data, (void)size;
}

static void hall_closed(void *context, struct stream *stream, int error, const char *sentence)
{
	(void)context, (void)stream, (void)error, (void)sentence;
}

static void hall_accepted(void *context, struct stream *stream)
{
	static const struct stream_handler silent = {stream_opened, hall_received, NULL,
						     hall_closed};
	struct hall *hall = context;
	assert_true(hall->count < HANGING);
	hall->streams[hall->count++] = stream;
	stream_handle(stream, &silent, hall);
}

/* More servers hang in their handshake than there are connections; TCP does not wait for them. */
static void test_nobody_waits(void **state)
{
	static struct hall hall;
	static struct seen seen[HANGING];
	struct bench bench;
	struct listener *listener;
	struct transport_settings settings = bench_settings();
	settings.tcp_timeout_ms = 2000;
	bench_open(&bench, &settings, fake_plainly);
	fake_listen(&bench.fake);
	const struct listener_options listen = {
		.local = address_from_ipv4((const uint8_t[4]){0}, 0), .connections_max = HANGING};
	assert_int_equal(listener_new(bench.loop, &listen, hall_accepted, &hall, &listener), OK);
	for (unsigned i = 0; i < HANGING; i++) {
		const uint8_t octets[4] = {127, 0, (uint8_t)(1 + i / 250), (uint8_t)(1 + i % 250)};
		struct exchange_question question = bench_question(&bench, "a.example");
		question.transport = EXCHANGE_DOT;
		question.once = true;
		question.server = address_from_ipv4(octets, listener_address(listener).port);
		assert_int_equal(transport_ask(bench.transport, &question, seen_done, &seen[i]),
				 OK);
	}
	bench_run_for(&bench, 100);
	const struct told *told = bench_exchange_over(&bench, "tcp.example", EXCHANGE_TCP);
	assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(seen[0].count, 0); /* still hangs */
	for (unsigned i = 0; i < HANGING; i++)
		stream_free(hall.streams[i]);
	listener_free(listener);
	bench_close(&bench);
	for (unsigned i = 0; i < HANGING; i++)
		assert_int_equal(seen[i].count, 1);
}

static void test_unframe(void **state)
{
	static const uint8_t data[] = {0, 3, 'a', 'b', 'c', 'd'};
	const uint8_t *message;
	size_t size;
	assert_int_equal(doq_unframe(data, 5, &message, &size), OK);
	assert_ptr_equal(message, data + 2);
	assert_int_equal(size, 3);
	assert_int_equal(doq_unframe(data, 4, &message, &size), ERR_FORMAT);
	assert_int_equal(doq_unframe(data, 6, &message, &size), ERR_FORMAT);
	assert_int_equal(doq_unframe(data, 1, &message, &size), ERR_FORMAT);
	assert_int_equal(doq_unframe(data, 0, &message, &size), ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sessions),     cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_broken),       cmocka_unit_test(test_other_protocol),
		cmocka_unit_test(test_nobody_there), cmocka_unit_test(test_freed_under_way),
		cmocka_unit_test(test_memory),       cmocka_unit_test(test_unframe),
		cmocka_unit_test(test_nobody_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
