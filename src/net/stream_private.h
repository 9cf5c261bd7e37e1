/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a stream, for stream.c (its life), stream_io.c (its octets) and listener.c. */
#ifndef NET_STREAM_PRIVATE_H
#define NET_STREAM_PRIVATE_H

#include "net/stream.h"
#include "net/tls_private.h"

#include <stdbool.h>

enum stream_state {
	STREAM_CONNECTING,
	STREAM_SHAKING_HANDS,
	STREAM_OPEN,
	STREAM_FINISHING, /* the owner has left: send the rest, say goodbye */
	STREAM_DRAINING,  /* said goodbye: wait for the peer's */
	STREAM_CLOSED,
};

struct stream {
	struct loop *loop;
	const struct stream_handler *handler;
	void *context;
	enum stream_state state;
	int descriptor;
	struct watch watch;
	struct deferred flush;
	struct timer linger;
	struct tls_session *tls;
	struct tls_session *next_tls; /* begins when the queue is sent */
	struct listener *listener;    /* that accepted it; told when it goes */
	struct address peer;
	struct address local;
	uint8_t *queue; /* not sent yet: queue_start to queue_end */
	size_t queue_start;
	size_t queue_end;
	size_t queue_room;
	size_t write_cap_bytes;
	unsigned int calls; /* callbacks under way */
	bool is_freed;      /* during a callback: goes when the last returns */
	bool is_paused;
};

/* Over a descriptor, which becomes the stream's also on failure. */
MUST_CHECK int stream_new(struct loop *loop, int descriptor, size_t write_cap_bytes,
			  struct stream **ret_stream);
/* Drops everything but the memory. */
void stream_shut(struct stream *stream);
/* Tells `closed` once; the stream may be gone afterwards. */
void stream_close(struct stream *stream, int error, const char *sentence);
/* The watch's callback. */
void stream_ready(void *context, unsigned int events);
/* Which of our addresses it is about. */
void stream_learn_local(struct stream *stream);
/* Starts the handshake, or is open at once. */
void stream_begin(struct stream *stream);
/* Sends what the socket takes. */
void stream_flush(struct stream *stream);
/* Sets the watch to what the state waits for. False: the stream was closed. */
bool stream_wait(struct stream *stream);
/* Between these, stream_free only marks. stream_leave is true if the stream is still there. */
void stream_enter(struct stream *stream);
MUST_CHECK bool stream_leave(struct stream *stream);

/* A stream that it accepted is gone. */
void listener_forget(struct listener *listener);

#endif
