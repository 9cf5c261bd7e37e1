/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/rtr.h"

#include "base/memory.h"
#include "gather/routing/rtr_session_private.h"
#include "net/stream.h"

#include <assert.h>
#include <string.h>

#define ANSWER_DEFAULT_MS 30000u
#define TRANSFER_DEFAULT_MS 600000u
#define QUERY_GAP_DEFAULT_MS 60000u
/* For an Error Report to leave. */
#define LINGER_MS 1000u

struct rtr {
	struct loop *loop;
	struct rtr_options options;
	const struct rtr_handler *handler;
	void *context;
	struct stream *stream; /* NULL: not connected */
	bool is_open;
	bool has_fallen_back; /* from an end without a word; the next attempt begins anew */
	struct rtr_session session;
	struct timer answer;   /* an octet is due */
	struct timer transfer; /* the whole answer is due */
	struct timer next;     /* when to ask or connect again */
	struct timer expire;
	uint64_t asked_ns;
	unsigned int calls; /* callbacks under way */
	bool is_freed;
};

static void connect_now(struct rtr *rtr);

static void release(struct rtr *rtr)
{
	rtr_session_release(&rtr->session);
	memory_give(rtr);
}

/* Between these rtr_free only marks. */
static void enter(struct rtr *rtr)
{
	rtr->calls++;
}

/* False: it is gone. */
static bool leave(struct rtr *rtr)
{
	assert(rtr->calls > 0);
	rtr->calls--;
	if (!rtr->is_freed)
		return true;
	if (rtr->calls == 0)
		release(rtr);
	return false;
}

static void disconnect(struct rtr *rtr)
{
	stream_free(rtr->stream);
	rtr->stream = NULL;
	rtr->is_open = false;
	timer_stop(&rtr->answer);
	timer_stop(&rtr->transfer);
}

static void wait_to_retry(struct rtr *rtr)
{
	const uint64_t retry_ms = rtr->options.retry_ms != 0
					  ? rtr->options.retry_ms
					  : (uint64_t)rtr->session.facts.retry_s * 1000;
	timer_stop(&rtr->answer);
	timer_stop(&rtr->transfer);
	timer_start(rtr->loop, &rtr->next, retry_ms);
}

/* The last thing that is done: rtr may be gone behind it. */
static void fail(struct rtr *rtr, int error, const char *sentence)
{
	disconnect(rtr);
	wait_to_retry(rtr);
	rtr->handler->failed(rtr->context, rtr, error, sentence);
}

/* ERR_* of the stream: it is told when it closes. */
static void ask(struct rtr *rtr)
{
	uint8_t query[RTR_QUERY_MAX];
	timer_stop(&rtr->next);
	const size_t size = rtr_session_query(&rtr->session, query);
	rtr->asked_ns = loop_now_ns(rtr->loop);
	timer_start(rtr->loop, &rtr->answer, rtr->options.answer_ms);
	timer_start(rtr->loop, &rtr->transfer, rtr->options.transfer_ms);
	/* 12 octets into an empty queue; should it fail, no answer comes. */
	(void)!stream_write(rtr->stream, query, size);
}

/* ---- events ---- */

static void on_updated(struct rtr *rtr)
{
	const struct rtr_facts *facts = &rtr->session.facts;
	timer_stop(&rtr->answer);
	timer_stop(&rtr->transfer);
	timer_start(rtr->loop, &rtr->next, (uint64_t)facts->refresh_s * 1000);
	timer_start(rtr->loop, &rtr->expire, (uint64_t)facts->expire_s * 1000);
	rtr->handler->updated(rtr->context, rtr);
}

static void on_notified(struct rtr *rtr)
{
	const uint64_t gap_ns = (uint64_t)rtr->options.query_gap_ms * 1000000;
	const uint64_t due_ns = rtr->asked_ns + gap_ns;
	if (due_ns <= loop_now_ns(rtr->loop))
		ask(rtr);
	else if (!timer_is_started(&rtr->next) ||
		 rtr->options.query_gap_ms < rtr->session.facts.refresh_s * UINT64_C(1000))
		timer_start_at(rtr->loop, &rtr->next, due_ns);
}

static void on_broken(struct rtr *rtr)
{
	const struct rtr_session *session = &rtr->session;
	struct complaint complaint = session->complaint;
	if (session->report_size > 0 && rtr->stream != NULL &&
	    stream_write(rtr->stream, session->report, session->report_size) == OK) {
		stream_finish(rtr->stream, LINGER_MS);
		rtr->stream = NULL;
	}
	fail(rtr, session->error, complaint.text);
}

static void act(struct rtr *rtr, enum rtr_event event)
{
	switch (event) {
	case RTR_UPDATED:
		on_updated(rtr);
		break;
	case RTR_NOTIFIED:
		on_notified(rtr);
		break;
	case RTR_ASK_ALL:
		ask(rtr);
		break;
	case RTR_NOT_READY: {
		struct complaint complaint = rtr->session.complaint;
		wait_to_retry(rtr);
		rtr->handler->failed(rtr->context, rtr, rtr->session.error, complaint.text);
		break;
	}
	case RTR_OLDER:
		disconnect(rtr);
		connect_now(rtr);
		break;
	case RTR_BROKEN:
		on_broken(rtr);
		break;
	case RTR_NOTHING:
		break;
	}
}

/* ---- the stream ---- */

static void opened(void *context, struct stream *stream)
{
	struct rtr *rtr = context;
	assert(stream == rtr->stream);
	rtr->is_open = true;
	ask(rtr);
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size_bytes)
{
	struct rtr *rtr = context;
	assert(stream == rtr->stream);
	if (timer_is_started(&rtr->answer))
		timer_start(rtr->loop, &rtr->answer, rtr->options.answer_ms);
	enter(rtr);
	/* Until an event ends this connection; what is left was of it. */
	while (size_bytes > 0 && rtr->stream == stream && !rtr->is_freed) {
		size_t taken;
		const enum rtr_event event =
			rtr_session_receive(&rtr->session, data, size_bytes, &taken);
		data += taken;
		size_bytes -= taken;
		act(rtr, event);
	}
	(void)leave(rtr);
}

/* A cache of version 0 may end the connection without a word (RFC 8210 s7). Tried once, and not of
 * a cache that has answered in version 1: networks and busy caches end connections, too. */
static bool fall_back(struct rtr *rtr, int error)
{
	struct rtr_session *session = &rtr->session;
	const bool was_silent = rtr->is_open && !session->has_heard;
	if (rtr->has_fallen_back) {
		rtr->has_fallen_back = false;
		if (was_silent || !rtr->is_open)
			rtr_session_set_version(session, RTR_VERSION_MAX);
		return false;
	}
	if (!was_silent || session->version == 0 || (error != OK && error != ERR_NETWORK) ||
	    (session->facts.has_data && session->facts.version >= session->version))
		return false;
	rtr->has_fallen_back = true;
	rtr_session_set_version(session, (uint8_t)(session->version - 1));
	return true;
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	struct rtr *rtr = context;
	assert(stream == rtr->stream);
	struct complaint complaint;
	char cache[ADDRESS_TEXT_MAX];
	address_to_text_with_port(&rtr->options.cache, cache);
	(void)complain(&complaint, error, "%s: %s", cache,
		       error == OK ? "the cache ended the connection" : sentence);
	const bool is_tried_again = fall_back(rtr, error);
	enter(rtr);
	if (is_tried_again) {
		disconnect(rtr);
		connect_now(rtr);
	} else {
		fail(rtr, error == OK ? ERR_NETWORK : error, complaint.text);
	}
	(void)leave(rtr);
}

static const struct stream_handler STREAM_HANDLER = {opened, received, NULL, closed};

static void connect_now(struct rtr *rtr)
{
	const struct stream_options options = {.peer = rtr->options.cache,
					       .source = rtr->options.source};
	assert(rtr->stream == NULL);
	timer_stop(&rtr->next);
	rtr_session_connect(&rtr->session);
	int error = stream_connect(rtr->loop, &options, &STREAM_HANDLER, rtr, &rtr->stream);
	if (error != OK) {
		rtr->stream = NULL;
		char text[ADDRESS_TEXT_MAX];
		struct complaint complaint;
		address_to_text_with_port(&rtr->options.cache, text);
		(void)complain(&complaint, error, "%s cannot be reached: %s", text,
			       error_text(error));
		fail(rtr, error, complaint.text);
		return;
	}
	timer_start(rtr->loop, &rtr->answer, rtr->options.answer_ms);
}

/* ---- timers ---- */

static void on_time_out(void *context)
{
	struct rtr *rtr = context;
	enter(rtr);
	fail(rtr, ERR_TIMEOUT,
	     rtr->is_open ? "the cache does not answer, or not to the end"
			  : "the cache does not take the connection");
	(void)leave(rtr);
}

static void on_next(void *context)
{
	struct rtr *rtr = context;
	enter(rtr);
	if (rtr->stream == NULL)
		connect_now(rtr);
	else if (rtr->session.phase == RTR_IDLE)
		ask(rtr);
	(void)leave(rtr);
}

static void on_expired(void *context)
{
	struct rtr *rtr = context;
	/* A session that was given up took its set with it. */
	const bool had_data = rtr->session.facts.has_data;
	rtr_session_expire(&rtr->session);
	enter(rtr);
	if (had_data)
		rtr->handler->expired(rtr->context, rtr);
	(void)leave(rtr);
}

/* ---- life ---- */

static unsigned int or_default(unsigned int value, unsigned int otherwise)
{
	return value != 0 ? value : otherwise;
}

int rtr_new(struct loop *loop, const struct rtr_options *options, const struct rtr_handler *handler,
	    void *context, struct rtr **ret_rtr)
{
	assert(loop != NULL && options != NULL && handler != NULL && ret_rtr != NULL);
	const size_t vrps_max =
		options->vrps_max != 0 ? options->vrps_max : ROUTING_ENTRIES_MAX / 2;
	if (options->cache.family == ADDRESS_NONE || vrps_max > ROUTING_ENTRIES_MAX / 2)
		return ERR_ARGUMENT;
	struct rtr *rtr = memory_take_zeroed(1, sizeof(*rtr));
	if (rtr == NULL)
		return ERR_MEMORY;
	rtr->loop = loop;
	rtr->options = *options;
	rtr->options.answer_ms = or_default(options->answer_ms, ANSWER_DEFAULT_MS);
	rtr->options.transfer_ms = or_default(options->transfer_ms, TRANSFER_DEFAULT_MS);
	rtr->options.query_gap_ms = or_default(options->query_gap_ms, QUERY_GAP_DEFAULT_MS);
	rtr->handler = handler;
	rtr->context = context;
	rtr_session_init(&rtr->session, vrps_max);
	timer_init(&rtr->answer, on_time_out, rtr);
	timer_init(&rtr->transfer, on_time_out, rtr);
	timer_init(&rtr->next, on_next, rtr);
	timer_init(&rtr->expire, on_expired, rtr);
	/* From the loop, so that no callback comes before the caller has what it made. */
	timer_start(loop, &rtr->next, 0);
	*ret_rtr = rtr;
	return OK;
}

void rtr_free(struct rtr *rtr)
{
	if (rtr == NULL || rtr->is_freed)
		return;
	disconnect(rtr);
	timer_stop(&rtr->next);
	timer_stop(&rtr->expire);
	rtr->is_freed = true;
	if (rtr->calls == 0)
		release(rtr);
}

struct rtr_facts rtr_facts(const struct rtr *rtr)
{
	return rtr->session.facts;
}

int rtr_vrps(const struct rtr *rtr, struct vrps **ret_vrps)
{
	assert(rtr != NULL && ret_vrps != NULL);
	if (!rtr->session.facts.has_data)
		return ERR_NOT_FOUND;
	return rtr_set_to_vrps(&rtr->session.set, ret_vrps);
}
