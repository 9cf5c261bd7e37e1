/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stream: one TCP connection, with or without TLS inside; whoever reads and writes need not know.
 *
 * Nothing blocks. `stream_connect` returns at once; then exactly one of `opened` or `closed` comes.
 * After `opened` (connected and, with TLS, hands shaken) data comes by `received` in pieces as the
 * network cut them: DNS framing (RFC 1035 s4.2.2) is the caller's. `stream_write` queues up to a
 * cap and may be called before `opened`. There is no time-out inside: the caller keeps a timer and
 * calls stream_free.
 *
 * The owner frees the stream, always, also after `closed`; no callback comes after stream_free, and
 * it may be called from within any callback of the same stream. Data in callbacks is valid during
 * the call. SIGPIPE is never raised.
 *
 * Errors in `closed`: OK (the peer ended the stream in order), ERR_NETWORK (refused, reset, no
 * route), ERR_TIMEOUT (the kernel gave up), ERR_CRYPTO (TLS failed), ERR_LIMIT, ERR_MEMORY, ERR_IO;
 * the sentence beside it is for people.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "base/error.h"
#include "net/address.h"
#include "net/loop.h"
#include "net/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Default cap of the write queue: a full TCP DNS message and its neighbours (RFC 1035 s4.2.2: two
 * octets of length). A server that streams a zone asks for more. */
#define STREAM_WRITE_CAP_DEFAULT ((size_t)256 * 1024)

struct stream;

struct stream_handler {
	void (*opened)(void *context, struct stream *stream);
	void (*received)(void *context, struct stream *stream, const uint8_t *data,
			 size_t size_bytes);
	/* The write queue is empty again; may be NULL. */
	void (*drained)(void *context, struct stream *stream);
	void (*closed)(void *context, struct stream *stream, int error, const char *sentence);
};

struct stream_options {
	struct address peer;
	struct address source;   /* ADDRESS_NONE: the kernel chooses */
	struct tls_context *tls; /* NULL: plain TCP. Must outlive the stream. */
	const char *server_name; /* SNI (RFC 6066 s3) without the last dot; NULL: none sent */
	size_t write_cap_bytes;  /* 0: the default */
};

/* `handler` is not copied and must outlive the stream (make it static const). A refusal known at
 * once (no route) comes as a return value. */
MUST_CHECK int stream_connect(struct loop *loop, const struct stream_options *options,
			      const struct stream_handler *handler, void *context,
			      struct stream **ret_stream);
/* Ends the connection now by a reset (SO_LINGER 0): no TIME_WAIT is kept, unsent data is lost. That
 * is the right end for a client that has its answer. stream_free(NULL) is fine. */
void stream_free(struct stream *stream);
/* Ends in order: sends what is queued, then closes (TLS: after close_notify). The stream is no
 * longer the caller's; no callback comes any more. After `linger_ms` it is reset all the same. */
void stream_finish(struct stream *stream, unsigned int linger_ms);

/* Copies. ERR_LIMIT: over the cap, nothing was queued. ERR_NETWORK: closed already. */
MUST_CHECK int stream_write(struct stream *stream, const void *data, size_t size_bytes);
size_t stream_unsent_bytes(const struct stream *stream);
/* Stops and resumes `received`, to let a slow consumer push back on the peer. */
void stream_pause(struct stream *stream, bool is_paused);
/* For an accepted stream, before `opened` comes: within the listener's `accepted`. */
void stream_handle(struct stream *stream, const struct stream_handler *handler, void *context);

/* TLS for this stream alone, instead of the listener's: within the listener's `accepted`, where
 * that has none. */
MUST_CHECK int stream_use_tls(struct stream *stream, struct tls_context *tls);

struct address stream_peer(const struct stream *stream);
struct address stream_local(const struct stream *stream);
/* What the handshake settled; NULL for plain TCP and before `opened`. Lives as long as the stream.
 */
const struct tls_facts *stream_tls_facts(const struct stream *stream);
/*
 * Turns an open plain stream into TLS once what is queued has been sent (RFC 3207 s4): to be called
 * from within `received`. `opened` comes a second time when hands are shaken, or `closed`. What the
 * peer sent in the clear behind its last plain word must be thrown away by the caller. The context
 * says which side this is, and must outlive the stream. ERR_MEMORY, ERR_CRYPTO.
 */
MUST_CHECK int stream_start_tls(struct stream *stream, struct tls_context *context,
				const char *server_name);

/* ---- the accepting side ---- */

struct listener;

struct listener_options {
	struct address local; /* port 0: the kernel chooses; an IPv6 wildcard takes IPv6 only */
	struct tls_context *tls;
	size_t connections_max; /* open at a time; more wait in the kernel's queue. 0: 1024 */
	size_t write_cap_bytes; /* of each stream; 0: the default */
	unsigned int backlog;   /* 0: SOMAXCONN */
};

/* `accepted` owns the stream and calls stream_handle on it (or stream_free); stream_local tells
 * which address was asked. */
MUST_CHECK int listener_new(struct loop *loop, const struct listener_options *options,
			    void (*accepted)(void *context, struct stream *stream), void *context,
			    struct listener **ret_listener);
/* Streams that it accepted live on. listener_free(NULL) is fine. */
void listener_free(struct listener *listener);
struct address listener_address(const struct listener *listener);

#endif
