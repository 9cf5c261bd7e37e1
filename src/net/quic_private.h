/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of QUIC, for quic.c (a connection), quic_begin.c (how it begins), quic_flow.c (its
 * streams) and quic_server.c (who takes connections). Nobody else sees ngtcp2. */
#ifndef NET_QUIC_PRIVATE_H
#define NET_QUIC_PRIVATE_H

#include "base/map.h"
#include "net/quic.h"
#include "net/udp_server.h"

#include <gnutls/gnutls.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <sys/socket.h>

/* Of ours: long enough that nobody guesses one. */
#define QUIC_CID_OCTETS 16u
#define QUIC_SENTENCE_MAX 128
/* RFC 9000 s14.1: what every path carries. */
#define QUIC_DATAGRAM_MAX NGTCP2_MAX_UDP_PAYLOAD_SIZE

/* A stream of the client's, one question and its answer. */
struct flow {
	struct flow *next;
	int64_t stream; /* -1: not opened yet */
	uint32_t token;
	bool is_blocked; /* flow control: not in this round */
	bool is_whole;
	bool is_reset;
	bool is_said; /* the end of what we say is handed to ngtcp2 */
	uint8_t *in;
	size_t in_size, in_room;
	uint8_t *out; /* kept until the stream is closed: it may be sent again */
	size_t out_size, out_sent;
	bool has_out;
};

struct quic_connection {
	struct quic_connection *next, **link; /* of the server */
	struct loop *loop;
	struct quic_server *server; /* NULL: a client */
	const struct quic_handler *handler;
	void *context;
	ngtcp2_conn *conn;
	gnutls_session_t tls;
	ngtcp2_crypto_conn_ref reference;
	struct address peer, local;
	struct sockaddr_storage peer_name, local_name;
	ngtcp2_path path;
	struct watch watch;
	struct timer timer;
	struct deferred flush;
	struct flow *flows;
	size_t flow_count;
	struct tls_facts facts;
	int descriptor; /* -1: the server's */
	bool is_shaken; /* hands are, and it is to be told */
	bool is_open;
	bool is_closed;
	bool is_freed;
	unsigned int calls;
	char sentence[QUIC_SENTENCE_MAX];
};

struct quic_server {
	struct loop *loop;
	struct udp_server *udp;
	struct quic_server_options options;
	const struct quic_handler *handler;
	void *context;
	struct map *by_cid;
	struct quic_connection *connections;
	size_t connection_count;
};

/* ---- quic_flow.c ---- */
struct flow *flow_find(const struct quic_connection *connection, int64_t stream);
/* NULL: memory is out, or there are QUIC_STREAMS_MAX. */
struct flow *flow_new(struct quic_connection *connection, int64_t stream);
void flow_drop(struct quic_connection *connection, struct flow *flow);
/* What goes out, once. */
MUST_CHECK int flow_say(struct flow *flow, const uint8_t *data, size_t size);
/* What came in. */
MUST_CHECK int flow_hear(struct flow *flow, const uint8_t *data, size_t size);

/* ---- quic.c ---- */
const ngtcp2_callbacks *quic_callbacks(void);
struct quic_connection *quic_new(struct loop *loop, struct quic_server *server,
				 const struct quic_handler *handler, void *context);
void quic_destroy(struct quic_connection *connection);
/* A packet came for it; it may be gone afterwards. */
void quic_take(struct quic_connection *connection, const uint8_t *data, size_t size);

/* ---- quic_begin.c ---- */
/* Peer and local address are known. */
void quic_set_path(struct quic_connection *connection);
MUST_CHECK int quic_make_tls(struct quic_connection *connection, const struct tls_context *context,
			     const char *server_name);
void quic_fill_settings(const struct quic_connection *connection, ngtcp2_settings *settings,
			ngtcp2_transport_params *parameters);
MUST_CHECK int quic_random_cid(ngtcp2_cid *cid, size_t size);

/* ---- quic_server.c ---- */
void quic_server_forget(struct quic_connection *connection);

#endif
