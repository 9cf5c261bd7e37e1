/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The octets of a stream: what the descriptor's events mean in each state. */
#include "net/loop_private.h"
#include "net/stream_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Pieces handed in at one go, so that one fast peer does not starve the rest of the loop. */
#define READS_AT_ONCE 4

static void close_by_errno(struct stream *stream, int errno_value)
{
	int error = error_from_errno(errno_value);
	/* "busy" and the like mean nothing about a connection. */
	if (error != ERR_NETWORK && error != ERR_TIMEOUT && error != ERR_MEMORY)
		error = ERR_IO;
	char text[128];
	stream_close(stream, error, strerror_r(errno_value, text, sizeof(text)));
}

static void close_by_result(struct stream *stream, int error)
{
	assert(error != ERR_BUSY);
	if (stream->tls != NULL)
		stream_close(stream, error, tls_session_sentence(stream->tls));
	else
		close_by_errno(stream, errno);
}

/* read and write alike with or without TLS; errors as tls_private.h says, errno kept. */
static ssize_t octets_read(struct stream *stream, void *buffer, size_t room)
{
	if (stream->tls != NULL)
		return tls_session_read(stream->tls, buffer, room);
	ssize_t count = recv(stream->descriptor, buffer, room, 0);
	if (count >= 0)
		return count;
	return errno == EAGAIN || errno == EINTR ? ERR_BUSY : ERR_NETWORK;
}

static ssize_t octets_write(struct stream *stream, const void *data, size_t size)
{
	if (stream->tls != NULL)
		return tls_session_write(stream->tls, data, size);
	ssize_t count = send(stream->descriptor, data, size, MSG_NOSIGNAL);
	if (count >= 0)
		return count;
	return errno == EAGAIN || errno == EINTR ? ERR_BUSY : ERR_NETWORK;
}

bool stream_wait(struct stream *stream)
{
	unsigned int events = 0;
	switch (stream->state) {
	case STREAM_CONNECTING:
		events = LOOP_WRITE;
		break;
	case STREAM_SHAKING_HANDS:
		events = tls_session_wants_write(stream->tls) ? LOOP_WRITE : LOOP_READ;
		break;
	case STREAM_OPEN:
		events = (stream->is_paused || stream->next_tls != NULL ? 0 : LOOP_READ) |
			 (stream_unsent_bytes(stream) > 0 ? LOOP_WRITE : 0);
		break;
	case STREAM_FINISHING:
		events = LOOP_WRITE;
		break;
	case STREAM_DRAINING:
		events = LOOP_READ;
		break;
	case STREAM_CLOSED:
		return false;
	}
	int error = watch_change(stream->loop, &stream->watch, events);
	if (error == OK)
		return true;
	stream_close(stream, error, "cannot wait for the socket");
	return false;
}

/* True if the owner got something and there may be more. */
static bool stream_read_once(struct stream *stream)
{
	uint8_t *buffer = loop_scratch(stream->loop);
	/* What comes now is for TLS, which begins with the next flush. */
	if (stream->next_tls != NULL && stream->state == STREAM_OPEN)
		return false;
	ssize_t count = octets_read(stream, buffer, LOOP_SCRATCH_BYTES);
	if (count == ERR_BUSY)
		return false;
	if (count < 0) {
		close_by_result(stream, (int)count);
		return false;
	}
	if (count == 0) {
		stream_close(stream, OK, "the peer closed the connection");
		return false;
	}
	if (stream->state == STREAM_DRAINING)
		return true;
	stream->handler->received(stream->context, stream, buffer, (size_t)count);
	return !stream->is_freed && stream->state == STREAM_OPEN && !stream->is_paused &&
	       stream->next_tls == NULL;
}

static void stream_read(struct stream *stream)
{
	stream_enter(stream);
	int reads = 0;
	while (stream_read_once(stream)) {
		reads++;
		/* Without TLS one read takes what is there; records held by GnuTLS are announced by
		 * nobody and must be taken. */
		bool has_more = stream->tls != NULL && tls_session_has_more(stream->tls);
		if (!has_more && (stream->tls == NULL || reads >= READS_AT_ONCE))
			break;
	}
	if (stream_leave(stream) && stream->state != STREAM_CLOSED)
		(void)stream_wait(stream);
}

/* The owner has left and everything is sent: goodbye, then wait for the peer's. */
static void stream_say_goodbye(struct stream *stream)
{
	assert(stream->state == STREAM_FINISHING && stream_unsent_bytes(stream) == 0);
	if (stream->tls != NULL) {
		int error = tls_session_bye(stream->tls);
		if (error == ERR_BUSY) {
			(void)stream_wait(stream);
			return;
		}
		if (error != OK) {
			stream_close(stream, error, "");
			return;
		}
	}
	stream->state = STREAM_DRAINING;
	(void)shutdown(stream->descriptor, SHUT_WR);
	(void)stream_wait(stream);
}

static void tell_drained(struct stream *stream)
{
	if (stream->handler->drained == NULL)
		return;
	stream_enter(stream);
	stream->handler->drained(stream->context, stream);
	if (stream_leave(stream))
		(void)stream_wait(stream);
}

/* Deciphered octets that waited while the stream was paused: no event tells of them. */
static bool stream_holds_data(const struct stream *stream)
{
	return stream->tls != NULL && stream->state == STREAM_OPEN && !stream->is_paused &&
	       tls_session_has_more(stream->tls);
}

static void stream_shake_hands(struct stream *stream);

/* Everything plain is sent. */
static void stream_change_to_tls(struct stream *stream)
{
	assert(stream->next_tls != NULL && stream->tls == NULL);
	stream->tls = stream->next_tls;
	stream->next_tls = NULL;
	stream->state = STREAM_SHAKING_HANDS;
	stream_shake_hands(stream);
}

void stream_flush(struct stream *stream)
{
	/* What was written meanwhile is for after the handshake. */
	if (stream->state == STREAM_SHAKING_HANDS)
		return;
	bool had_some = stream_unsent_bytes(stream) > 0;
	while (stream_unsent_bytes(stream) > 0) {
		ssize_t count = octets_write(stream, stream->queue + stream->queue_start,
					     stream_unsent_bytes(stream));
		if (count == ERR_BUSY)
			break;
		if (count < 0) {
			close_by_result(stream, (int)count);
			return;
		}
		assert((size_t)count <= stream_unsent_bytes(stream));
		stream->queue_start += (size_t)count;
	}
	if (stream_unsent_bytes(stream) == 0) {
		stream->queue_start = 0;
		stream->queue_end = 0;
		if (stream->state == STREAM_FINISHING) {
			stream_say_goodbye(stream);
			return;
		}
		if (stream->next_tls != NULL) {
			stream_change_to_tls(stream);
			return;
		}
	}
	if (!stream_wait(stream))
		return;
	if (had_some && stream_unsent_bytes(stream) == 0)
		tell_drained(stream);
	else if (stream_holds_data(stream))
		stream_read(stream);
}

/* A connection that is complete, with or without TLS. */
static void stream_is_open(struct stream *stream)
{
	stream->state = STREAM_OPEN;
	stream_enter(stream);
	stream->handler->opened(stream->context, stream);
	if (!stream_leave(stream) || stream->state == STREAM_CLOSED)
		return;
	if (stream_unsent_bytes(stream) > 0)
		loop_defer(stream->loop, &stream->flush);
	(void)stream_wait(stream);
}

static void stream_shake_hands(struct stream *stream)
{
	int error = tls_session_handshake(stream->tls);
	if (error == OK)
		stream_is_open(stream);
	else if (error == ERR_BUSY)
		(void)stream_wait(stream);
	else
		close_by_result(stream, error);
}

void stream_begin(struct stream *stream)
{
	if (stream->tls == NULL) {
		stream_is_open(stream);
		return;
	}
	stream->state = STREAM_SHAKING_HANDS;
	stream_shake_hands(stream);
}

static void stream_connected(struct stream *stream)
{
	int errno_value = 0;
	socklen_t size = sizeof(errno_value);
	if (getsockopt(stream->descriptor, SOL_SOCKET, SO_ERROR, &errno_value, &size) != 0)
		errno_value = errno;
	if (errno_value != 0) {
		close_by_errno(stream, errno_value);
		return;
	}
	stream_learn_local(stream);
	stream_begin(stream);
}

void stream_ready(void *context, unsigned int events)
{
	struct stream *stream = context;
	switch (stream->state) {
	case STREAM_CONNECTING:
		stream_connected(stream);
		return;
	case STREAM_SHAKING_HANDS:
		stream_shake_hands(stream);
		return;
	case STREAM_FINISHING:
		stream_flush(stream);
		return;
	case STREAM_DRAINING:
		stream_read(stream);
		return;
	case STREAM_OPEN:
		break;
	case STREAM_CLOSED:
		return;
	}
	/* A failure is learnt by reading, also when paused: nothing else would end the event. */
	bool reads = (events & LOOP_FAILED) != 0 || (events & LOOP_READ) != 0;
	if ((events & LOOP_WRITE) != 0 && !reads)
		stream_flush(stream);
	else if ((events & LOOP_WRITE) != 0)
		loop_defer(stream->loop, &stream->flush);
	if (reads)
		stream_read(stream);
}
