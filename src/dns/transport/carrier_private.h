/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What carries the questions of a connection: TCP, TLS (DoT), HTTP/2 over TLS (DoH), QUIC (DoQ).
 * The first two are a stream of messages that are told apart by their ids (stream_exchange.c); in
 * the others each question has its own stream and the id is zero (RFC 8484 s4.1, RFC 9250 s4.2.1).
 */
#ifndef DNS_TRANSPORT_CARRIER_PRIVATE_H
#define DNS_TRANSPORT_CARRIER_PRIVATE_H

#include "dns/transport/connection_private.h"

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
