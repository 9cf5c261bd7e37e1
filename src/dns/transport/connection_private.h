/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection to one server over TCP, TLS or QUIC, for many questions one after and beside the
 * other (RFC 7766 s6.2.1). One a server and kind; it is kept for a moment after its last answer,
 * then closed. Data that ends within a message is kept until the rest comes.
 */
#ifndef DNS_TRANSPORT_CONNECTION_PRIVATE_H
#define DNS_TRANSPORT_CONNECTION_PRIVATE_H

#include "dns/transport/flight_private.h"
#include "net/http2.h"
#include "net/loop.h"
#include "net/quic.h"
#include "net/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Plain ones, and as many encrypted ones: descriptors are 1,024 a process unless raised, and a
 * server's patience is finite too. */
#define CONNECTIONS_MAX 256u
/* Questions on one connection at a time: RFC 7766 s6.2.1.1 names no number, BIND takes 23 by
 * default (tcp-listen-queue aside), others more; the rest wait behind. */
#define PIPELINE_MAX 20u
/* RFC 7766 s6.2.3: of the order of a few seconds. */
#define CONNECTION_IDLE_MS 2000u
#define FRAME_MAX 65537u

struct connection {
	struct connection *next, *previous; /* of all of the transport, newest first */
	struct peer *peer;
	struct stream *stream;          /* NULL: QUIC */
	struct http2 *http2;            /* of DoH */
	struct quic_connection *quic;   /* of DoQ */
	struct session_record *session; /* NULL: not encrypted */
	uint64_t begun_ns, opened_ns;
	struct flight_list flights; /* asked, not answered */
	struct flight_list behind;  /* to be asked when the pipeline has room */
	struct timer idle;
	uint8_t *partial; /* the beginning of a frame, FRAME_MAX octets; NULL: none */
	size_t partial_size;
	uint8_t kind; /* EXCHANGE_TCP, ... */
	bool is_open;
	bool has_answered;
	bool is_reading; /* a callback is on the stack: not to be freed */
	bool is_over;
	bool is_attached; /* one of the transport's connections */
	bool is_alone;    /* for one question, which nobody shares it with */
};

/* For the first flight, which says to whom and how; it is not on it yet. */
MUST_CHECK int connection_new(struct transport *transport, const struct flight *first,
			      const struct stream_handler *handler,
			      struct connection **ret_connection);
/* Over TCP, for one question: beside the server's own. */
MUST_CHECK int connection_new_alone(struct transport *transport, const struct flight *first,
				    const struct stream_handler *handler,
				    struct connection **ret_connection);
/* No longer its server's connection; its lists are left alone. */
void connection_detach(struct transport *transport, struct connection *connection);
/* Detaches if need be. Both lists must be empty. */
void connection_free(struct transport *transport, struct connection *connection);
/* Closes an idle connection of that class, the one made first; false when none is idle. */
bool connection_evict(struct transport *transport, bool is_encrypted);
static inline bool connection_is_idle(const struct connection *connection)
{
	return connection->flights.first == NULL && connection->behind.first == NULL &&
	       !connection->is_reading;
}

/* Cuts a stream into messages. Calls `take` for each whole one, and stops when the connection is
 * over. */
typedef void connection_take(struct connection *connection, const uint8_t *message, size_t size);
/* ERR_MEMORY when a partial message cannot be kept. */
MUST_CHECK int connection_cut(struct connection *connection, const uint8_t *data, size_t size,
			      connection_take *take);

/*
 * ---- carrier.c: what carries the questions of a connection --------------------------------------
 * TCP, TLS (DoT), HTTP/2 over TLS (DoH), QUIC (DoQ). The first two are a stream of messages that
 * are told apart by their ids (stream_exchange.c); in the others each question has its own stream
 * and the id is zero (RFC 8484 s4.1, RFC 9250 s4.2.1).
 */

/* RFC 8467 s4.1: queries come in multiples of so many octets. */
#define PADDING_BLOCK 128u
/* RFC 9250 s4.3: DOQ_NO_ERROR. */
#define DOQ_NO_ERROR 0u

static inline bool carrier_is_encrypted(uint8_t kind)
{
	return kind >= EXCHANGE_DOT;
}
/* Each question in a stream of its own. */
static inline bool carrier_has_streams(uint8_t kind)
{
	return kind == EXCHANGE_DOH || kind == EXCHANGE_DOQ;
}

/* Connects; the first flight says whom it takes the server for. */
MUST_CHECK int carrier_open(struct transport *transport, struct connection *connection,
			    const struct stream_handler *handler, const struct flight *first);
/* A message behind two octets of its length. */
MUST_CHECK int carrier_send(struct connection *connection, const struct flight *flight,
			    uint8_t *frame, size_t size);
/* What the TLS stream of DoH received. Errors of HTTP/2. */
MUST_CHECK int carrier_receive(struct connection *connection, const uint8_t *data, size_t size);
/* Fine if it was never opened. */
void carrier_close(struct connection *connection);
/* Hands are shaken. False: it is not what was wanted, and why is noted. */
bool carrier_opened(struct transport *transport, struct connection *connection);

/*
 * One message out of a DoQ stream, which must be just that, behind its length (RFC 9250 s4.2).
 * ERR_FORMAT: it is not.
 */
MUST_CHECK int doq_unframe(const uint8_t *data, size_t size, const uint8_t **ret_message,
			   size_t *ret_size);

/* ---- what stream_exchange.c does about it ---- */
void connection_opened(struct connection *connection);
/* `message` NULL: there will be no answer to that question. */
void connection_answered(struct connection *connection, uint16_t token, const uint8_t *message,
			 size_t size);
/* An error of net/; the sentence is for people. */
void connection_ended(struct connection *connection, int error, const char *sentence);

#endif
