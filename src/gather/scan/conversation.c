/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "gather/scan/conversation_private.h"
#include "gather/scan/http_response.h"
#include "gather/scan/smtp_reply.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* RFC 5321 s4.5.3.2 has minutes for those who have mail to deliver. Whoever greets later than this
 * loses mail to it; some greet after ten seconds or twenty on purpose, to be rid of the impatient.
 */
#define CONNECT_MS 10000u
#define GREETING_MS 30000u
#define STEP_MS 15000u
#define WHOLE_MS 60000u
#define GOODBYE_MS 2000u
/* All that a mail server may say in the clear. */
#define PLAIN_OCTETS_MAX 65536u
#define REQUEST_OCTETS_MAX 512

enum step {
	STEP_CONNECT,
	STEP_GREETING,
	STEP_EHLO,
	STEP_STARTTLS,
	STEP_HANDSHAKE,
	STEP_POLICY,
	STEP_GOODBYE, /* after QUIT */
	STEP_DONE,
};

struct conversation {
	struct loop *loop;
	struct conversation_question question;
	conversation_done *done;
	void *context;
	struct stream *stream;
	struct timer timer;
	struct deferred telling; /* what is known is told from the loop, not from within */
	enum step step;
	uint64_t begun_ns, step_ns, whole_due_ns;
	uint32_t plain_octets;
	struct smtp_reply reply;
	struct http_response *response;
	uint8_t *body;
	struct conversation_result result;
};

static void note(struct conversation *conversation, const char *text)
{
	(void)snprintf(conversation->result.note, sizeof(conversation->result.note), "%s", text);
}

static uint32_t since_us(const struct conversation *conversation, uint64_t then_ns)
{
	const uint64_t took_us = (loop_read_clock_ns(conversation->loop) - then_ns) / 1000u;
	return took_us < UINT32_MAX ? (uint32_t)took_us : UINT32_MAX;
}

static void tell(void *context)
{
	struct conversation *conversation = context;
	assert(conversation->step == STEP_DONE && conversation->result.outcome != 0);
	if (conversation->stream != NULL)
		conversation->result.facts = stream_tls_facts(conversation->stream);
	conversation->done(conversation->context, &conversation->result);
}

static void end(struct conversation *conversation, enum session_outcome outcome)
{
	assert(conversation->step != STEP_DONE);
	conversation->step = STEP_DONE;
	timer_stop(&conversation->timer);
	conversation->result.outcome = (uint8_t)outcome;
	loop_defer(conversation->loop, &conversation->telling);
}

static void enter(struct conversation *conversation, enum step step, uint32_t timeout_ms)
{
	const uint64_t due_ns = loop_now_ns(conversation->loop) + timeout_ms * UINT64_C(1000000);
	conversation->step = step;
	conversation->step_ns = loop_read_clock_ns(conversation->loop);
	timer_start_at(conversation->loop, &conversation->timer,
		       due_ns < conversation->whole_due_ns ? due_ns : conversation->whole_due_ns);
}

static void time_over(void *context)
{
	struct conversation *conversation = context;
	static const char *const waited[] = {
		[STEP_CONNECT] = "no connection",
		[STEP_GREETING] = "no greeting",
		[STEP_EHLO] = "no reply to EHLO",
		[STEP_STARTTLS] = "no reply to STARTTLS",
		[STEP_HANDSHAKE] = "no handshake",
		[STEP_POLICY] = "no whole response",
		[STEP_GOODBYE] = "",
		[STEP_DONE] = "",
	};
	if (conversation->step == STEP_GOODBYE) {
		end(conversation, conversation->result.outcome);
		return;
	}
	note(conversation, waited[conversation->step]);
	end(conversation, conversation->step == STEP_POLICY ? SESSION_NO_ANSWER : SESSION_TIMEOUT);
}

static bool say(struct conversation *conversation, const char *text)
{
	return stream_write(conversation->stream, text, strlen(text)) == OK;
}

/* ---- SMTP ---- */

/* RFC 5321 s4.1.3: who has no name that anybody knows says its address. */
static void say_ehlo(struct conversation *conversation)
{
	char address[ADDRESS_TEXT_MAX];
	char line[ADDRESS_TEXT_MAX + 32];
	const struct address local = stream_local(conversation->stream);
	address_to_text(&local, address);
	(void)snprintf(line, sizeof(line), "EHLO [%s%s]\r\n",
		       local.family == ADDRESS_IPV6 ? "IPv6:" : "", address);
	enter(conversation, STEP_EHLO, STEP_MS);
	if (!say(conversation, line))
		end(conversation, SESSION_CLOSED);
}

/* RFC 5321 s4.1.1.10: a client waits for the answer to QUIT, for a moment. */
static void quit(struct conversation *conversation, enum session_outcome outcome)
{
	conversation->result.outcome = (uint8_t)outcome;
	enter(conversation, STEP_GOODBYE, GOODBYE_MS);
	if (!say(conversation, "QUIT\r\n"))
		end(conversation, outcome);
}

static void begin_tls(struct conversation *conversation)
{
	const char *host = conversation->question.host;
	enter(conversation, STEP_HANDSHAKE, STEP_MS);
	if (stream_start_tls(conversation->stream, conversation->question.tls,
			     host[0] != 0 ? host : NULL) != OK)
		end(conversation, SESSION_TLS_FAILED);
}

/* One whole reply; `is_last`: nothing came behind it. */
static void take_reply(struct conversation *conversation, bool is_last)
{
	const struct smtp_reply *reply = &conversation->reply;
	conversation->result.status = reply->code;
	note(conversation, reply->text);
	switch (conversation->step) {
	case STEP_GREETING:
		if (reply->code == 220)
			say_ehlo(conversation);
		else
			quit(conversation, SESSION_CLOSED);
		return;
	case STEP_EHLO:
		if (reply->code != 250 || !reply->has_starttls) {
			quit(conversation, SESSION_NOT_OFFERED);
			return;
		}
		enter(conversation, STEP_STARTTLS, STEP_MS);
		if (!say(conversation, "STARTTLS\r\n"))
			end(conversation, SESSION_CLOSED);
		return;
	default:
		assert(conversation->step == STEP_STARTTLS);
		if (reply->code != 220)
			quit(conversation, SESSION_NOT_OFFERED);
		else if (!is_last)
			end(conversation, SESSION_PROTOCOL); /* words put in before TLS */
		else
			begin_tls(conversation);
	}
}

static bool awaits_reply(const struct conversation *conversation)
{
	return conversation->step == STEP_GREETING || conversation->step == STEP_EHLO ||
	       conversation->step == STEP_STARTTLS;
}

static void take_plain(struct conversation *conversation, const uint8_t *data, size_t size)
{
	conversation->plain_octets += (uint32_t)size;
	if (conversation->plain_octets > PLAIN_OCTETS_MAX) {
		note(conversation, "more than is read");
		end(conversation, SESSION_PROTOCOL);
		return;
	}
	size_t taken;
	if (smtp_reply_take(&conversation->reply, data, size, &taken) != OK) {
		note(conversation, "not a reply of SMTP");
		end(conversation, SESSION_PROTOCOL);
		return;
	}
	if (!conversation->reply.is_whole)
		return;
	/* One who speaks before being asked (RFC 5321 s4.3.1) is not read further. */
	take_reply(conversation, taken == size);
	smtp_reply_reset(&conversation->reply);
}

/* ---- HTTPS ---- */

static void ask_policy(struct conversation *conversation)
{
	char request[REQUEST_OCTETS_MAX + HOST_TEXT_MAX];
	conversation->response = memory_take(sizeof(*conversation->response));
	conversation->body = memory_take(HTTP_BODY_MAX);
	if (conversation->response == NULL || conversation->body == NULL) {
		end(conversation, SESSION_NO_ANSWER);
		return;
	}
	http_response_init(conversation->response, conversation->body);
	(void)snprintf(request, sizeof(request),
		       "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: %s\r\n"
		       "User-Agent: dsfi/" DSFI_VERSION "\r\nAccept: text/plain\r\n"
		       "Connection: close\r\n\r\n",
		       conversation->question.host);
	enter(conversation, STEP_POLICY, STEP_MS);
	if (!say(conversation, request))
		end(conversation, SESSION_NO_ANSWER);
}

static void end_policy(struct conversation *conversation)
{
	const struct http_response *response = conversation->response;
	struct conversation_result *result = &conversation->result;
	result->answer_us = since_us(conversation, conversation->step_ns);
	result->status = response->status;
	/* RFC 8461 s3.2: nothing that a stranger may have put there as a picture. */
	if (response->status == 200 && !response->is_text)
		note(conversation, "the media type is not text/plain");
	if (response->status == 200) {
		result->body = conversation->body;
		result->body_size = response->body_size;
	}
	end(conversation, SESSION_ESTABLISHED);
}

static void take_policy(struct conversation *conversation, const uint8_t *data, size_t size)
{
	int error = http_response_take(conversation->response, data, size);
	conversation->result.status = conversation->response->status;
	if (error != OK) {
		note(conversation, error == ERR_LIMIT ? "more than is read" : "not HTTP/1.1");
		end(conversation, SESSION_NO_ANSWER);
	} else if (conversation->response->part == HTTP_WHOLE) {
		end_policy(conversation);
	}
}

/* ---- the stream ---- */

static void learn_tls(struct conversation *conversation)
{
	const struct tls_facts *facts = stream_tls_facts(conversation->stream);
	struct conversation_result *result = &conversation->result;
	result->handshake_us = since_us(conversation, conversation->step_ns);
	result->tls_version = facts->version;
	(void)snprintf(result->alpn, sizeof(result->alpn), "%s", facts->alpn);
	result->note[0] = 0; /* what was said before tells nothing now */
	if (conversation->question.gets_policy)
		ask_policy(conversation);
	else if (conversation->question.protocol == SESSION_SMTP)
		quit(conversation, SESSION_ESTABLISHED);
	else
		end(conversation, SESSION_ESTABLISHED);
}

static void opened(void *context, struct stream *stream)
{
	struct conversation *conversation = context;
	if (stream_tls_facts(stream) != NULL)
		learn_tls(conversation);
	else
		enter(conversation, STEP_GREETING, GREETING_MS);
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	struct conversation *conversation = context;
	(void)stream;
	if (awaits_reply(conversation))
		take_plain(conversation, data, size);
	else if (conversation->step == STEP_POLICY)
		take_policy(conversation, data, size);
	else if (conversation->step == STEP_GOODBYE)
		end(conversation, conversation->result.outcome);
}

static enum session_outcome outcome_of_end(struct conversation *conversation, int error)
{
	switch (conversation->step) {
	case STEP_POLICY:
		return SESSION_NO_ANSWER;
	case STEP_HANDSHAKE:
		return error == ERR_CRYPTO ? SESSION_TLS_FAILED : SESSION_CLOSED;
	default:
		/* Without TLS inside, connecting and shaking hands are one step. */
		return error == ERR_CRYPTO    ? SESSION_TLS_FAILED
		       : error == ERR_TIMEOUT ? SESSION_TIMEOUT
					      : SESSION_CLOSED;
	}
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	struct conversation *conversation = context;
	(void)stream;
	if (conversation->step == STEP_DONE)
		return;
	if (conversation->step == STEP_GOODBYE) {
		end(conversation, conversation->result.outcome);
		return;
	}
	if (conversation->step == STEP_POLICY && http_response_end(conversation->response)) {
		end_policy(conversation);
		return;
	}
	note(conversation, sentence);
	end(conversation, outcome_of_end(conversation, error));
}

static int begin(struct conversation *conversation)
{
	static const struct stream_handler handler = {
		.opened = opened, .received = received, .closed = closed};
	const struct conversation_question *question = &conversation->question;
	const bool is_smtp = question->protocol == SESSION_SMTP;
	const struct stream_options options = {
		.peer = question->peer,
		.tls = is_smtp ? NULL : question->tls,
		.server_name = question->host[0] != 0 ? question->host : NULL,
	};
	conversation->begun_ns = loop_now_ns(conversation->loop);
	conversation->whole_due_ns = conversation->begun_ns + WHOLE_MS * UINT64_C(1000000);
	enter(conversation, STEP_CONNECT, is_smtp ? CONNECT_MS : CONNECT_MS + STEP_MS);
	int error = stream_connect(conversation->loop, &options, &handler, conversation,
				   &conversation->stream);
	if (error == OK || error == ERR_MEMORY)
		return error;
	/* No route from here: nobody's fault but ours. */
	note(conversation, error_text(error));
	conversation->stream = NULL;
	end(conversation, SESSION_UNREACHABLE);
	return OK;
}

int conversation_new(struct loop *loop, const struct conversation_question *question,
		     conversation_done *done, void *context, struct conversation **ret_conversation)
{
	assert(question->protocol == SESSION_SMTP || question->protocol == SESSION_HTTPS);
	assert(question->tls != NULL && done != NULL);
	struct conversation *conversation = memory_take_zeroed(1, sizeof(*conversation));
	if (conversation == NULL)
		return ERR_MEMORY;
	conversation->loop = loop;
	conversation->question = *question;
	conversation->done = done;
	conversation->context = context;
	timer_init(&conversation->timer, time_over, conversation);
	deferred_init(&conversation->telling, tell, conversation);
	int error = begin(conversation);
	if (error != OK) {
		conversation_free(conversation);
		return error;
	}
	*ret_conversation = conversation;
	return OK;
}

void conversation_free(struct conversation *conversation)
{
	if (conversation == NULL)
		return;
	timer_stop(&conversation->timer);
	deferred_cancel(conversation->loop, &conversation->telling);
	stream_free(conversation->stream);
	memory_give(conversation->response);
	memory_give(conversation->body);
	memory_give(conversation);
}
