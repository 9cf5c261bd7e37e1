/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail and web servers that hang, lie, send without end, close half-way: each conversation with
 * them ends, in bounded time and octets, with the word for it.
 */
#include "base/clock.h"
#include "gather/scan/conversation_private.h"
#include "net/loop.h"
#include "net/stream.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A server that says one thing, then another when it is spoken to, and so on. */
struct lines {
	const char *said[6]; /* the first is the greeting; "" says nothing, NULL closes */
	bool floods;         /* the last one is said again and again */
};

struct lab {
	struct loop *loop;
	struct listener *listener;
	struct tls_context *tls;
	struct conversation *conversation;
	const struct lines *lines;
	struct stream *peer;
	size_t at;
	uint64_t now_ns; /* our clock's */
	size_t flooded;
	struct conversation_result result;
	bool is_over;
};

static uint64_t lab_now(void *context)
{
	return ((struct lab *)context)->now_ns;
}

static int64_t lab_wall(void *context)
{
	return (int64_t)(((struct lab *)context)->now_ns / 1000000000u);
}

static void speak(struct lab *lab)
{
	const char *text = lab->at < 6 ? lab->lines->said[lab->at] : NULL;
	if (text == NULL) {
		stream_free(lab->peer);
		lab->peer = NULL;
		return;
	}
	assert_int_equal(stream_write(lab->peer, text, strlen(text)), OK);
	if (!lab->lines->floods || lab->lines->said[lab->at + 1] != NULL)
		lab->at++;
}

static void peer_opened(void *context, struct stream *stream)
{
	speak(context);
}

static void peer_received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	speak(context);
}

static void peer_drained(void *context, struct stream *stream)
{
	struct lab *lab = context;
	if (!lab->lines->floods || lab->lines->said[lab->at + 1] != NULL)
		return;
	lab->flooded += strlen(lab->lines->said[lab->at]);
	speak(lab);
}

static void peer_closed(void *context, struct stream *stream, int error, const char *sentence)
{
	struct lab *lab = context;
	stream_free(lab->peer);
	lab->peer = NULL;
}

static void accepted(void *context, struct stream *stream)
{
	static const struct stream_handler handler = {.opened = peer_opened,
						      .received = peer_received,
						      .drained = peer_drained,
						      .closed = peer_closed};
	struct lab *lab = context;
	lab->peer = stream;
	stream_handle(stream, &handler, lab);
}

static void over(void *context, const struct conversation_result *result)
{
	struct lab *lab = context;
	lab->result = *result;
	lab->is_over = true;
	conversation_free(lab->conversation);
	lab->conversation = NULL;
}

/* The conversation with such a server; `seconds` pass after each turn without anything to do. */
static void converse(struct lab *lab, uint8_t protocol, const struct lines *lines, uint64_t step_ms)
{
	static const uint8_t here[4] = {127, 0, 0, 1};
	const struct clock clock = {.monotonic_ns = lab_now, .wall_s = lab_wall, .context = lab};
	*lab = (struct lab){.lines = lines, .now_ns = 1000000000u};
	assert_int_equal(loop_new(&clock, &lab->loop), OK);
	assert_int_equal(tls_client_new(NULL, NULL, &lab->tls), OK);
	const struct listener_options listen = {.local = address_from_ipv4(here, 0)};
	assert_int_equal(listener_new(lab->loop, &listen, accepted, lab, &lab->listener), OK);
	struct conversation_question question = {
		.peer = listener_address(lab->listener), .protocol = protocol, .tls = lab->tls};
	memcpy(question.host, "mail.example.com", 17);
	question.gets_policy = protocol == SESSION_HTTPS;
	assert_int_equal(conversation_new(lab->loop, &question, over, lab, &lab->conversation), OK);
	for (int turn = 0; turn < 4000 && !lab->is_over; turn++) {
		assert_int_equal(loop_turn(lab->loop, 1), OK);
		lab->now_ns += step_ms * 1000000u;
	}
	assert_true(lab->is_over);
	stream_free(lab->peer);
	listener_free(lab->listener);
	tls_context_free(lab->tls);
	loop_free(lab->loop);
}

#define MINUTE_NS UINT64_C(61000000000)

static void test_smtp(void **state)
{
	static const struct {
		struct lines lines;
		enum session_outcome outcome;
		uint16_t status;
	} trials[] = {
		{{{NULL}, false}, SESSION_CLOSED, 0},
		{{{"554 go away\r\n", "", "221 bye\r\n"}, false}, SESSION_CLOSED, 554},
		{{{"421-busy\r\n421 later\r\n", NULL}, false}, SESSION_CLOSED, 421},
		{{{"SSH-2.0-OpenSSH_9.2\r\n", ""}, false}, SESSION_PROTOCOL, 0},
		{{{"\x16\x03\x01\x02\r\n", ""}, false}, SESSION_PROTOCOL, 0},
		{{{"220 hello\r\n", "250-mail\r\n250 SIZE\r\n", "221 bye\r\n"}, false},
		 SESSION_NOT_OFFERED,
		 250},
		{{{"220 hello\r\n", "502 what\r\n", "221 bye\r\n"}, false},
		 SESSION_NOT_OFFERED,
		 502},
		{{{"220 hello\r\n", "250-mail\r\n250 STARTTLS\r\n", "454 not now\r\n", ""}, false},
		 SESSION_NOT_OFFERED,
		 454},
		{{{"220 hello\r\n", "250-mail\r\n250 STARTTLS\r\n", "220 go\r\n250 injected\r\n"},
		  false},
		 SESSION_PROTOCOL,
		 220},
		{{{"220 hello\r\n", "250-mail\r\n250 STARTTLS\r\n", "220 go\r\n",
		   "this is no TLS at all, whatever it may be\r\n"},
		  false},
		 SESSION_TLS_FAILED,
		 220},
		{{{"220 hello\r\n", "250-mail\r\n250 STARTTLS\r\n", "220 go\r\n", NULL}, false},
		 SESSION_CLOSED,
		 220},
	};
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		struct lab lab;
		converse(&lab, SESSION_SMTP, &trials[i].lines, 1);
		assert_int_equal(lab.result.outcome, trials[i].outcome);
		assert_int_equal(lab.result.status, trials[i].status);
		assert_null(lab.result.facts);
	}
}

static void test_silence(void **state)
{
	static const struct lines trials[] = {
		{{""}, false},
		{{"220 hello\r\n", ""}, false},
		{{"220-hello\r\n", ""}, false},
		{{"220 hello\r\n", "250-mail\r\n250 STARTTLS\r\n", ""}, false},
		{{"220 hello\r\n", "250-mail\r\n250 STARTTLS\r\n", "220 go\r\n", ""}, false},
	};
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		struct lab lab;
		converse(&lab, SESSION_SMTP, &trials[i], 100);
		assert_int_equal(lab.result.outcome, SESSION_TIMEOUT);
		assert_true(lab.now_ns < MINUTE_NS + 1000000000u);
		assert_true(lab.result.note[0] != 0);
	}
}

/* However fast it is said, it is not read for long. */
static void test_floods(void **state)
{
	static const struct lines trials[] = {
		{{"220-and so on and so on and so on\r\n", NULL}, true},
		{{"220 no end of the line ", NULL}, true},
		{{"220 hello\r\n", "250-SIZE\r\n", NULL}, true},
	};
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		struct lab lab;
		converse(&lab, SESSION_SMTP, &trials[i], 1);
		assert_int_equal(lab.result.outcome, SESSION_PROTOCOL);
		assert_true(lab.flooded < (size_t)1 << 20);
	}
}

static void test_https(void **state)
{
	static const struct {
		struct lines lines;
		enum session_outcome outcome;
	} trials[] = {
		{{{"", "HTTP/1.1 400 Bad Request\r\n\r\n"}, false}, SESSION_TLS_FAILED},
		{{{"220 mail\r\n", ""}, false}, SESSION_TLS_FAILED},
		{{{NULL}, false}, SESSION_CLOSED},
		{{{"", ""}, false}, SESSION_TIMEOUT},
	};
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		struct lab lab;
		converse(&lab, SESSION_HTTPS, &trials[i].lines, 50);
		assert_int_equal(lab.result.outcome, trials[i].outcome);
		assert_null(lab.result.body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smtp),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_https),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
