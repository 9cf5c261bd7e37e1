/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/http2.h"

#include "base/memory.h"

#include <assert.h>
#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DNS_MESSAGE_TYPE "application/dns-message"
#define BODY_ROOM_FIRST 512u

struct exchange {
	struct exchange *next;
	int32_t stream;
	bool is_whole;
	size_t body_room;
	size_t sent; /* of out */
	size_t out_size;
	uint8_t *out;
	struct http2_message in;
	uint8_t *body;
};

struct http2 {
	nghttp2_session *session;
	const struct http2_handler *handler;
	void *context;
	struct exchange *exchanges;
	size_t exchange_count;
	size_t octets; /* received */
	bool is_server;
	bool is_freed; /* while one of its functions is on the stack */
	unsigned int calls;
	int error; /* of a callback */
	const char *sentence;
};

/* ---- exchanges ---- */

static struct exchange *exchange_find(const struct http2 *http2, int32_t stream)
{
	struct exchange *exchange = http2->exchanges;
	while (exchange != NULL && exchange->stream != stream)
		exchange = exchange->next;
	return exchange;
}

static struct exchange *exchange_new(struct http2 *http2)
{
	if (http2->exchange_count >= HTTP2_STREAMS_MAX)
		return NULL;
	struct exchange *exchange = memory_take_zeroed(1, sizeof(*exchange));
	if (exchange == NULL)
		return NULL;
	exchange->next = http2->exchanges;
	http2->exchanges = exchange;
	http2->exchange_count++;
	return exchange;
}

static void exchange_drop(struct http2 *http2, struct exchange *exchange)
{
	struct exchange **link = &http2->exchanges;
	while (*link != exchange) {
		assert(*link != NULL);
		link = &(*link)->next;
	}
	*link = exchange->next;
	assert(http2->exchange_count > 0);
	http2->exchange_count--;
	memory_give(exchange->body);
	memory_give(exchange->out);
	memory_give(exchange);
}

static int fail(struct http2 *http2, int error, const char *sentence)
{
	if (http2->error == OK) {
		http2->error = error;
		http2->sentence = sentence;
	}
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

/* ---- what nghttp2 tells ---- */

static int headers_begin(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
	struct http2 *http2 = context;
	(void)session;
	if (!http2->is_server || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	struct exchange *exchange = exchange_new(http2);
	if (exchange == NULL)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; /* resets the stream */
	exchange->stream = frame->hd.stream_id;
	exchange->in.token = (uint32_t)frame->hd.stream_id;
	return 0;
}

static void take_text(char *text, size_t room, const uint8_t *value, size_t length)
{
	size_t taken = length < room ? length : room - 1;
	memcpy(text, value, taken);
	text[taken] = '\0';
}

static uint16_t read_status(const uint8_t *value, size_t length)
{
	unsigned int status = 0;
	/* nghttp2 has seen to it that these are three digits (RFC 9113 s8.3.2). */
	for (size_t i = 0; i < length && i < 3; i++)
		status = status * 10 + (unsigned int)(value[i] - '0') % 10;
	return (uint16_t)status;
}

static bool is_called(const uint8_t *name, size_t length, const char *wanted)
{
	return length == strlen(wanted) && memcmp(name, wanted, length) == 0;
}

/* The library says how many. NOLINTNEXTLINE(readability-function-size) */
static int header_came(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
		       size_t name_length, const uint8_t *value, size_t length, uint8_t flags,
		       void *context)
{
	struct http2 *http2 = context;
	struct exchange *exchange = exchange_find(http2, frame->hd.stream_id);
	(void)session;
	(void)flags;
	if (exchange == NULL || exchange->is_whole)
		return 0;
	struct http2_message *in = &exchange->in;
	if (is_called(name, name_length, ":status")) {
		in->status = read_status(value, length);
	} else if (is_called(name, name_length, ":method")) {
		take_text(in->method, sizeof(in->method), value, length);
	} else if (is_called(name, name_length, ":path")) {
		if (length >= sizeof(in->path))
			return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
		take_text(in->path, sizeof(in->path), value, length);
	} else if (is_called(name, name_length, "content-type")) {
		take_text(in->content_type, sizeof(in->content_type), value, length);
		in->content_type[strcspn(in->content_type, "; ")] = '\0';
	}
	return 0;
}

/* The library says how many. NOLINTNEXTLINE(readability-function-size) */
static int data_came(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *data,
		     size_t size, void *context)
{
	struct http2 *http2 = context;
	struct exchange *exchange = exchange_find(http2, stream);
	(void)session;
	(void)flags;
	if (exchange == NULL)
		return 0;
	const size_t had = exchange->in.body_size;
	if (size > HTTP2_BODY_MAX - had)
		return fail(http2, ERR_LIMIT, "a body longer than any DNS message");
	if (had + size > exchange->body_room) {
		size_t room = exchange->body_room ? exchange->body_room : BODY_ROOM_FIRST;
		while (room < had + size)
			room *= 2;
		uint8_t *body = memory_resize(exchange->body, room);
		if (body == NULL)
			return fail(http2, ERR_MEMORY, "out of memory");
		exchange->body = body;
		exchange->body_room = room;
	}
	if (size > 0)
		memcpy(exchange->body + had, data, size);
	exchange->in.body_size = had + size;
	return 0;
}

static int frame_came(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
	struct http2 *http2 = context;
	(void)session;
	const bool may_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
	if (!may_end || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0)
		return 0;
	struct exchange *exchange = exchange_find(http2, frame->hd.stream_id);
	if (exchange != NULL)
		exchange->is_whole = true;
	return 0;
}

static int stream_ended(nghttp2_session *session, int32_t stream, uint32_t code, void *context)
{
	struct http2 *http2 = context;
	struct exchange *exchange = exchange_find(http2, stream);
	(void)session;
	if (exchange == NULL)
		return 0;
	if (http2->is_server) {
		exchange_drop(http2, exchange);
		return 0;
	}
	/* Told when nghttp2 is done; refused if it did not come to its end. */
	if (code != NGHTTP2_NO_ERROR || !exchange->is_whole)
		exchange->in.status = 0;
	exchange->is_whole = true;
	return 0;
}

/* The library says how many. NOLINTNEXTLINE(readability-function-size) */
static ssize_t read_out(nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t room,
			uint32_t *flags, nghttp2_data_source *source, void *context)
{
	struct exchange *exchange = exchange_find(context, stream);
	(void)session;
	(void)source;
	if (exchange == NULL)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	const size_t left = exchange->out_size - exchange->sent;
	const size_t taken = left < room ? left : room;
	if (taken > 0)
		memcpy(buffer, exchange->out + exchange->sent, taken);
	exchange->sent += taken;
	if (exchange->sent == exchange->out_size)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)taken;
}

/* ---- life ---- */

static int make_session(struct http2 *http2)
{
	nghttp2_session_callbacks *callbacks = NULL;
	if (nghttp2_session_callbacks_new(&callbacks) != 0)
		return ERR_MEMORY;
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, headers_begin);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, header_came);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data_came);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_came);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_ended);
	int result = http2->is_server
			     ? nghttp2_session_server_new(&http2->session, callbacks, http2)
			     : nghttp2_session_client_new(&http2->session, callbacks, http2);
	nghttp2_session_callbacks_del(callbacks);
	return result == 0 ? OK : ERR_MEMORY;
}

static int send_settings(struct http2 *http2)
{
	static const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, HTTP2_STREAMS_MAX},
		{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
		{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 16384},
	};
	const size_t count = sizeof(settings) / sizeof(settings[0]);
	return nghttp2_submit_settings(http2->session, NGHTTP2_FLAG_NONE, settings, count) == 0
		       ? OK
		       : ERR_MEMORY;
}

static int http2_new(const struct http2_handler *handler, void *context, bool is_server,
		     struct http2 **ret_http2)
{
	assert(handler != NULL && handler->write != NULL && handler->received != NULL);
	struct http2 *http2 = memory_take_zeroed(1, sizeof(*http2));
	if (http2 == NULL)
		return ERR_MEMORY;
	http2->handler = handler;
	http2->context = context;
	http2->is_server = is_server;
	http2->sentence = "";
	int error = make_session(http2);
	if (error == OK)
		error = send_settings(http2);
	if (error != OK) {
		http2_free(http2);
		return error;
	}
	*ret_http2 = http2;
	return OK;
}

int http2_client_new(const struct http2_handler *handler, void *context, struct http2 **ret_http2)
{
	return http2_new(handler, context, false, ret_http2);
}

int http2_server_new(const struct http2_handler *handler, void *context, struct http2 **ret_http2)
{
	return http2_new(handler, context, true, ret_http2);
}

void http2_free(struct http2 *http2)
{
	if (http2 == NULL)
		return;
	http2->is_freed = true;
	if (http2->calls > 0)
		return;
	nghttp2_session_del(http2->session);
	while (http2->exchanges != NULL)
		exchange_drop(http2, http2->exchanges);
	memory_give(http2);
}

const char *http2_sentence(const struct http2 *http2)
{
	return http2->sentence;
}

/* What nghttp2 has to say to the peer goes out. */
static int flush(struct http2 *http2)
{
	const uint8_t *data;
	ssize_t size;
	while ((size = nghttp2_session_mem_send(http2->session, &data)) > 0) {
		int error = http2->handler->write(http2->context, data, (size_t)size);
		if (error != OK)
			return error;
	}
	return size < 0 ? ERR_MEMORY : OK;
}

static struct exchange *find_whole(const struct http2 *http2)
{
	struct exchange *exchange = http2->exchanges;
	while (exchange != NULL && !exchange->is_whole)
		exchange = exchange->next;
	return exchange;
}

/* True if there was one. What an answer to it needs stays. */
static bool tell_one(struct http2 *http2)
{
	struct exchange *exchange = find_whole(http2);
	if (exchange == NULL)
		return false;
	exchange->in.body = exchange->body;
	if (http2->is_server) {
		/* It may be answered and gone within the call. */
		struct http2_message in = exchange->in;
		uint8_t *body = exchange->body;
		exchange->is_whole = false;
		exchange->body = NULL;
		exchange->body_room = 0;
		exchange->in.body_size = HTTP2_BODY_MAX; /* it has said all */
		http2->handler->received(http2->context, &in);
		memory_give(body);
		return true;
	}
	struct exchange told = *exchange;
	exchange->body = NULL;
	exchange_drop(http2, exchange);
	http2->handler->received(http2->context, &told.in);
	memory_give(told.body);
	return true;
}

static int end_call(struct http2 *http2, int error)
{
	assert(http2->calls > 0);
	http2->calls--;
	if (!http2->is_freed)
		return error;
	if (http2->calls == 0)
		http2_free(http2);
	return ERR_NETWORK;
}

int http2_receive(struct http2 *http2, const uint8_t *data, size_t size)
{
	assert(http2 != NULL && !http2->is_freed && (data != NULL || size == 0));
	http2->octets += size;
	if (!http2->is_server && http2->octets > HTTP2_OCTETS_MAX) {
		http2->sentence = "more octets than any answers would take";
		return ERR_LIMIT;
	}
	http2->calls++;
	ssize_t result = nghttp2_session_mem_recv(http2->session, data, size);
	int error = http2->error;
	if (result < 0 && error == OK) {
		error = result == NGHTTP2_ERR_NOMEM ? ERR_MEMORY : ERR_FORMAT;
		http2->sentence = nghttp2_strerror((int)result);
	}
	do {
		while (error == OK && !http2->is_freed && tell_one(http2))
			continue;
		if (!http2->is_freed && error != ERR_MEMORY) {
			const int flushed = flush(http2); /* GOAWAY says why, too */
			error = error == OK ? flushed : error;
		}
		/* What is said may end streams, which is to be told. */
	} while (error == OK && !http2->is_freed && find_whole(http2) != NULL);
	if (error == OK && !http2->is_freed && nghttp2_session_want_read(http2->session) == 0) {
		http2->sentence = "the HTTP/2 session ended";
		error = ERR_FORMAT;
	}
	return end_call(http2, error);
}

#define FIELD(field, text)                                                                  \
	{                                                                                   \
		(uint8_t *)(uintptr_t)(field), (uint8_t *)(uintptr_t)(text), strlen(field), \
			strlen(text), NGHTTP2_NV_FLAG_NONE                                  \
	}

static int keep_out(struct exchange *exchange, const uint8_t *body, size_t size)
{
	if (size == 0)
		return OK;
	exchange->out = memory_take(size);
	if (exchange->out == NULL)
		return ERR_MEMORY;
	memcpy(exchange->out, body, size);
	exchange->out_size = size;
	return OK;
}

int http2_ask(struct http2 *http2, uint32_t token, const struct http2_post *post)
{
	assert(http2 != NULL && !http2->is_server && post->host != NULL && post->path != NULL);
	struct exchange *exchange = exchange_new(http2);
	if (exchange == NULL)
		return http2->exchange_count >= HTTP2_STREAMS_MAX ? ERR_LIMIT : ERR_MEMORY;
	exchange->in.token = token;
	char length[16];
	(void)snprintf(length, sizeof(length), "%zu", post->body_size);
	const nghttp2_nv fields[] = {
		FIELD(":method", "POST"),
		FIELD(":scheme", "https"),
		FIELD(":authority", post->host),
		FIELD(":path", post->path),
		FIELD("accept", post->content_type),
		FIELD("content-type", post->content_type),
		FIELD("content-length", length),
	};
	const nghttp2_data_provider provider = {.read_callback = read_out};
	int error = keep_out(exchange, post->body, post->body_size);
	if (error == OK) {
		exchange->stream =
			nghttp2_submit_request(http2->session, NULL, fields,
					       sizeof(fields) / sizeof(fields[0]), &provider, NULL);
		error = exchange->stream > 0 ? OK : ERR_LIMIT;
	}
	if (error != OK) {
		exchange_drop(http2, exchange);
		return error;
	}
	http2->calls++;
	return end_call(http2, flush(http2));
}

int http2_answer(struct http2 *http2, uint32_t token, uint16_t status, const uint8_t *body,
		 size_t body_size)
{
	assert(http2 != NULL && http2->is_server && body_size <= HTTP2_BODY_MAX);
	struct exchange *exchange = exchange_find(http2, (int32_t)token);
	if (exchange == NULL || exchange->out != NULL)
		return OK;
	char code[8], length[16];
	(void)snprintf(code, sizeof(code), "%u", status);
	(void)snprintf(length, sizeof(length), "%zu", body_size);
	const nghttp2_nv fields[] = {
		FIELD(":status", code),
		FIELD("content-type", DNS_MESSAGE_TYPE),
		FIELD("content-length", length),
	};
	const nghttp2_data_provider provider = {.read_callback = read_out};
	int error = keep_out(exchange, body, body_size);
	if (error == OK &&
	    nghttp2_submit_response(http2->session, exchange->stream, fields,
				    sizeof(fields) / sizeof(fields[0]), &provider) != 0)
		error = ERR_MEMORY;
	http2->calls++;
	return end_call(http2, error == OK ? flush(http2) : error);
}
