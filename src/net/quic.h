/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * QUIC (RFC 9000, by ngtcp2 with GnuTLS) as far as DNS needs it (RFC 9250): a client opens a
 * stream, says all it has to say and ends it; the server answers likewise. What the octets mean is
 * the caller's. Nobody outside sees ngtcp2, whose interface still changes.
 *
 * Nothing blocks. `quic_connect` returns at once; then exactly one of `opened` or `closed` comes.
 * There is no time-out of the caller's patience inside: he keeps a timer and calls quic_free. A
 * connection with neither word nor packet ends by itself after QUIC_IDLE_S. Each client connection
 * has a socket of its own, connected, with a port that the kernel chose; so ICMP is heard.
 *
 * Hostile peers are the normal case: at most QUIC_STREAMS_MAX streams a connection at a time, each
 * of QUIC_STREAM_OCTETS_MAX either way, at most as many connections as the server says; what is
 * beyond is a protocol error of the peer's (ngtcp2 holds it to the limits that we announced).
 *
 * The owner frees the connection, always, also after `closed`; from within any callback as well. Of
 * a server's connection the server is the owner, and `closed` is the end of it.
 *
 * Errors in `closed`: OK (ended in order), ERR_NETWORK (refused, unreachable, no version in common,
 * closed by the peer), ERR_TIMEOUT (idle), ERR_CRYPTO (the handshake failed), ERR_FORMAT (the peer
 * broke the protocol), ERR_MEMORY; the sentence beside it is for people.
 */
#ifndef NET_QUIC_H
#define NET_QUIC_H

#include "base/error.h"
#include "net/address.h"
#include "net/loop.h"
#include "net/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 9250 s4.2.1: two octets of length and a DNS message. */
#define QUIC_STREAM_OCTETS_MAX 65537u
/* RFC 9250 s5.4.2 wants enough for pipelining; DoQ servers grant 100. */
#define QUIC_STREAMS_MAX 100u
#define QUIC_IDLE_S 10u

struct quic_connection;

struct quic_handler {
	void (*opened)(void *context, struct quic_connection *connection);
	/* A stream of the peer's that is whole. For a client the answer to what it asked with that
	 * token, or `data` NULL: the stream was reset. For a server a question; `token` is for
	 * quic_answer. */
	void (*received)(void *context, struct quic_connection *connection, uint32_t token,
			 const uint8_t *data, size_t size);
	void (*closed)(void *context, struct quic_connection *connection, int error,
		       const char *sentence);
};

struct quic_options {
	struct address peer;
	struct address source;   /* ADDRESS_NONE: the kernel chooses */
	struct tls_context *tls; /* a client's, with the one ALPN that is wanted; must outlive it */
	const char *server_name; /* SNI; NULL: none sent */
};

/* `handler` is not copied. A refusal known at once comes as a return value. */
MUST_CHECK int quic_connect(struct loop *loop, const struct quic_options *options,
			    const struct quic_handler *handler, void *context,
			    struct quic_connection **ret_connection);
/* Says goodbye with `code` of the application's (RFC 9250 s4.3: 0 is no error). Fine if NULL. */
void quic_free(struct quic_connection *connection, uint64_t code);

/* Opens a stream, now or when there may be one. Copies. ERR_LIMIT, ERR_MEMORY, ERR_NETWORK (is
 * closed). */
MUST_CHECK int quic_ask(struct quic_connection *connection, uint32_t token, const uint8_t *data,
			size_t size);
/* Fine if the stream is gone meanwhile. */
MUST_CHECK int quic_answer(struct quic_connection *connection, uint32_t token, const uint8_t *data,
			   size_t size);
/* A server: away with it, and say so. */
void quic_close(struct quic_connection *connection, uint64_t code);
/* What the handshake settled; NULL before `opened`. */
const struct tls_facts *quic_tls_facts(const struct quic_connection *connection);
struct address quic_peer(const struct quic_connection *connection);
struct address quic_local(const struct quic_connection *connection);

/* ---- the server ---- */

struct quic_server;

/* What becomes of a first packet. */
enum quic_welcome { QUIC_WELCOME, QUIC_REFUSE, QUIC_IGNORE };

struct quic_server_options {
	struct address local;   /* may be a wildcard */
	size_t connections_max; /* 0: 1024 */
	/* Whose certificate the asked address has. `ret_tls` must outlive the connection. */
	enum quic_welcome (*choose)(void *context, const struct address *local,
				    struct tls_context **ret_tls);
};

MUST_CHECK int quic_server_new(struct loop *loop, const struct quic_server_options *options,
			       const struct quic_handler *handler, void *context,
			       struct quic_server **ret_server);
/* With its connections, of which nothing more is told. NULL is fine; not from a callback. */
void quic_server_free(struct quic_server *server);
struct address quic_server_address(const struct quic_server *server);

#endif
