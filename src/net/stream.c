/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a stream: connect, write, end. */
#include "net/stream.h"

#include "base/memory.h"
#include "net/stream_private.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUEUE_ROOM_FIRST 512u

static void flush_deferred(void *context)
{
	stream_flush(context);
}

static void linger_fired(void *context)
{
	struct stream *stream = context;
	/* Patience is over: reset, whatever was said. */
	stream->state = STREAM_FINISHING;
	stream_free(stream);
}

int stream_new(struct loop *loop, int descriptor, size_t write_cap_bytes,
	       struct stream **ret_stream)
{
	assert(loop != NULL && descriptor >= 0);
	struct stream *stream = memory_take_zeroed(1, sizeof(*stream));
	if (stream == NULL) {
		(void)close(descriptor);
		return ERR_MEMORY;
	}
	stream->loop = loop;
	stream->descriptor = descriptor;
	stream->state = STREAM_CONNECTING;
	stream->write_cap_bytes = write_cap_bytes ? write_cap_bytes : STREAM_WRITE_CAP_DEFAULT;
	watch_init(&stream->watch, stream_ready, stream);
	deferred_init(&stream->flush, flush_deferred, stream);
	timer_init(&stream->linger, linger_fired, stream);
	int on = 1;
	/* Questions and answers are whole when written: waiting for more only delays them. */
	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	*ret_stream = stream;
	return OK;
}

void stream_learn_local(struct stream *stream)
{
	struct sockaddr_storage name;
	socklen_t size = sizeof(name);
	if (getsockname(stream->descriptor, (struct sockaddr *)&name, &size) != 0 ||
	    address_from_sockaddr((const struct sockaddr *)&name, size, &stream->local) != OK)
		stream->local = (struct address){0};
}

static int connect_start(int descriptor, const struct stream_options *options)
{
	struct sockaddr_storage name;
	socklen_t size;
	if (options->source.family != ADDRESS_NONE) {
		int on = 1;
		/* The port is chosen at connect, when the whole pair is known. */
		if (options->source.port == 0)
			(void)setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
					 sizeof(on));
		size = address_to_sockaddr(&options->source, &name);
		if (bind(descriptor, (const struct sockaddr *)&name, size) != 0)
			return error_from_errno(errno);
	}
	size = address_to_sockaddr(&options->peer, &name);
	if (connect(descriptor, (const struct sockaddr *)&name, size) == 0 || errno == EINPROGRESS)
		return OK;
	return error_from_errno(errno);
}

int stream_connect(struct loop *loop, const struct stream_options *options,
		   const struct stream_handler *handler, void *context, struct stream **ret_stream)
{
	assert(loop != NULL && options != NULL && handler != NULL && ret_stream != NULL);
	assert(options->peer.family != ADDRESS_NONE);
	int domain = options->peer.family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
	int descriptor = socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return error_from_errno(errno);
	struct stream *stream;
	int error = stream_new(loop, descriptor, options->write_cap_bytes, &stream);
	if (error != OK)
		return error;
	stream->handler = handler;
	stream->context = context;
	stream->peer = options->peer;
	error = connect_start(descriptor, options);
	if (error == OK && options->tls != NULL)
		error = tls_session_new(options->tls, descriptor, options->server_name,
					&stream->tls);
	if (error == OK)
		error = watch_start(loop, &stream->watch, descriptor, LOOP_WRITE);
	if (error != OK) {
		stream_free(stream);
		return error;
	}
	*ret_stream = stream;
	return OK;
}

/* Frees the TLS session and resets the connection. */
void stream_shut(struct stream *stream)
{
	if (stream->descriptor < 0)
		return;
	watch_stop(stream->loop, &stream->watch);
	deferred_cancel(stream->loop, &stream->flush);
	timer_stop(&stream->linger);
	/* Certificates in tls_facts live until stream_free. */
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	if (stream->state != STREAM_DRAINING)
		(void)setsockopt(stream->descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	(void)close(stream->descriptor);
	stream->descriptor = -1;
	stream->state = STREAM_CLOSED;
	if (stream->listener != NULL)
		listener_forget(stream->listener);
	stream->listener = NULL;
}

void stream_free(struct stream *stream)
{
	if (stream == NULL)
		return;
	stream_shut(stream);
	stream->is_freed = true;
	if (stream->calls > 0)
		return;
	tls_session_free(stream->tls);
	tls_session_free(stream->next_tls);
	memory_give(stream->queue);
	memory_give(stream);
}

void stream_enter(struct stream *stream)
{
	stream->calls++;
}

bool stream_leave(struct stream *stream)
{
	assert(stream->calls > 0);
	stream->calls--;
	if (!stream->is_freed)
		return true;
	if (stream->calls == 0)
		stream_free(stream);
	return false;
}

void stream_close(struct stream *stream, int error, const char *sentence)
{
	bool has_owner = stream->state < STREAM_FINISHING;
	stream_shut(stream);
	if (has_owner)
		stream->handler->closed(stream->context, stream, error, sentence);
	else
		stream_free(stream);
}

int stream_start_tls(struct stream *stream, struct tls_context *context, const char *server_name)
{
	assert(stream->tls == NULL && stream->next_tls == NULL && context != NULL);
	if (stream->state != STREAM_OPEN)
		return ERR_NETWORK;
	int error = tls_session_new(context, stream->descriptor, server_name, &stream->next_tls);
	if (error == OK)
		loop_defer(stream->loop, &stream->flush);
	return error;
}

static const struct stream_handler NOBODY = {0};

void stream_finish(struct stream *stream, unsigned int linger_ms)
{
	assert(stream != NULL && stream->state != STREAM_FINISHING);
	if (stream->state != STREAM_OPEN) {
		stream_free(stream);
		return;
	}
	stream->state = STREAM_FINISHING;
	stream->handler = &NOBODY;
	timer_start(stream->loop, &stream->linger, linger_ms);
	loop_defer(stream->loop, &stream->flush);
}

/* Room for `more` octets behind queue_end. */
static int queue_make_room(struct stream *stream, size_t more)
{
	size_t used = stream->queue_end - stream->queue_start;
	if (more > stream->write_cap_bytes || used > stream->write_cap_bytes - more)
		return ERR_LIMIT;
	if (stream->queue_start > 0 && stream->queue_end + more > stream->queue_room) {
		memmove(stream->queue, stream->queue + stream->queue_start, used);
		stream->queue_start = 0;
		stream->queue_end = used;
	}
	if (stream->queue_end + more <= stream->queue_room)
		return OK;
	size_t room = stream->queue_room ? stream->queue_room : QUEUE_ROOM_FIRST;
	while (room < used + more)
		room *= 2;
	uint8_t *queue = memory_resize(stream->queue, room);
	if (queue == NULL)
		return ERR_MEMORY;
	stream->queue = queue;
	stream->queue_room = room;
	return OK;
}

int stream_write(struct stream *stream, const void *data, size_t size_bytes)
{
	assert(stream != NULL && (data != NULL || size_bytes == 0));
	assert(stream->state != STREAM_FINISHING);
	if (stream->state == STREAM_CLOSED)
		return ERR_NETWORK;
	if (size_bytes == 0)
		return OK;
	int error = queue_make_room(stream, size_bytes);
	if (error != OK)
		return error;
	memcpy(stream->queue + stream->queue_end, data, size_bytes);
	stream->queue_end += size_bytes;
	/* What is written in one turn leaves in one piece. */
	if (stream->state == STREAM_OPEN)
		loop_defer(stream->loop, &stream->flush);
	return OK;
}

size_t stream_unsent_bytes(const struct stream *stream)
{
	return stream->queue_end - stream->queue_start;
}

void stream_pause(struct stream *stream, bool is_paused)
{
	if (stream->is_paused == is_paused)
		return;
	stream->is_paused = is_paused;
	/* By way of the flush, which ends in setting the watch: no callback from here. */
	if (stream->state == STREAM_OPEN)
		loop_defer(stream->loop, &stream->flush);
}

void stream_handle(struct stream *stream, const struct stream_handler *handler, void *context)
{
	assert(stream != NULL && handler != NULL);
	assert(handler->opened != NULL && handler->received != NULL && handler->closed != NULL);
	stream->handler = handler;
	stream->context = context;
}

int stream_use_tls(struct stream *stream, struct tls_context *tls)
{
	assert(stream != NULL && stream->state == STREAM_CONNECTING && stream->tls == NULL);
	return tls_session_new(tls, stream->descriptor, NULL, &stream->tls);
}

struct address stream_peer(const struct stream *stream)
{
	return stream->peer;
}

struct address stream_local(const struct stream *stream)
{
	return stream->local;
}

const struct tls_facts *stream_tls_facts(const struct stream *stream)
{
	return stream->tls != NULL ? tls_session_facts(stream->tls) : NULL;
}
