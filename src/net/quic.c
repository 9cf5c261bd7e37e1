/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/quic.h"

#include "base/memory.h"
#include "net/loop_private.h"
#include "net/quic_private.h"
#include "net/tls_context_private.h"
#include "net/tls_private.h"

#include <assert.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Packets in one turn, either way, so that one fast peer does not starve the rest of the loop. */
#define PACKETS_AT_ONCE 64
/* RFC 8446 s6.2; a QUIC error code is 0x100 and the alert (RFC 9001 s4.8). */
#define ALERT_NO_APPLICATION_PROTOCOL 120u
#define CRYPTO_ERROR 0x100u

/* ---- what ngtcp2 tells ---- */

static int hands_shaken(ngtcp2_conn *conn, void *context)
{
	struct quic_connection *connection = context;
	(void)conn;
	tls_learn(connection->tls, &connection->facts);
	connection->is_shaken = true;
	return 0;
}

static int stream_opened(ngtcp2_conn *conn, int64_t stream, void *context)
{
	struct quic_connection *connection = context;
	(void)conn;
	if (connection->server == NULL || !ngtcp2_is_bidi_stream(stream))
		return 0;
	struct flow *flow = flow_new(connection, stream);
	if (flow == NULL)
		return NGTCP2_ERR_CALLBACK_FAILURE;
	flow->token = (uint32_t)(stream >> 2);
	return 0;
}

/* The library says how many. NOLINTNEXTLINE(readability-function-size) */
static int stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t stream, uint64_t offset,
		       const uint8_t *data, size_t size, void *context, void *stream_context)
{
	struct quic_connection *connection = context;
	struct flow *flow = flow_find(connection, stream);
	(void)offset;
	(void)stream_context;
	ngtcp2_conn_extend_max_offset(conn, size);
	if (flow == NULL)
		return 0;
	if (flow_hear(flow, data, size) != OK)
		return NGTCP2_ERR_CALLBACK_FAILURE;
	if ((flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0)
		flow->is_whole = true;
	return 0;
}

/* The library says how many. NOLINTNEXTLINE(readability-function-size) */
static int stream_reset(ngtcp2_conn *conn, int64_t stream, uint64_t final_size, uint64_t code,
			void *context, void *stream_context)
{
	struct flow *flow = flow_find(context, stream);
	(void)conn;
	(void)final_size;
	(void)code;
	(void)stream_context;
	if (flow != NULL)
		flow->is_reset = true;
	return 0;
}

/* The library says how many. NOLINTNEXTLINE(readability-function-size) */
static int stream_closed(ngtcp2_conn *conn, uint32_t flags, int64_t stream, uint64_t code,
			 void *context, void *stream_context)
{
	struct quic_connection *connection = context;
	struct flow *flow = flow_find(connection, stream);
	(void)flags;
	(void)code;
	(void)stream_context;
	if (flow == NULL)
		return 0;
	if (connection->server != NULL) {
		flow_drop(connection, flow);
		ngtcp2_conn_extend_max_streams_bidi(conn, 1);
	} else if (!flow->is_whole) {
		flow->is_reset = true;
	}
	return 0;
}

static int cid_new(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token, size_t size, void *context)
{
	struct quic_connection *connection = context;
	uint8_t octets[NGTCP2_MAX_CIDLEN];
	(void)conn;
	assert(size <= sizeof(octets));
	if (gnutls_rnd(GNUTLS_RND_RANDOM, octets, size) != 0 ||
	    gnutls_rnd(GNUTLS_RND_RANDOM, token, NGTCP2_STATELESS_RESET_TOKENLEN) != 0)
		return NGTCP2_ERR_CALLBACK_FAILURE;
	ngtcp2_cid_init(cid, octets, size);
	if (connection->server != NULL &&
	    map_put(connection->server->by_cid, octets, size, connection, NULL) != OK)
		return NGTCP2_ERR_CALLBACK_FAILURE;
	return 0;
}

static int cid_gone(ngtcp2_conn *conn, const ngtcp2_cid *cid, void *context)
{
	struct quic_connection *connection = context;
	(void)conn;
	if (connection->server != NULL)
		(void)map_remove(connection->server->by_cid, cid->data, cid->datalen);
	return 0;
}

static void give_random(uint8_t *octets, size_t size, const ngtcp2_rand_ctx *context)
{
	(void)context;
	int result = gnutls_rnd(GNUTLS_RND_NONCE, octets, size);
	assert(result == GNUTLS_E_SUCCESS);
}

const ngtcp2_callbacks *quic_callbacks(void)
{
	static const ngtcp2_callbacks callbacks = {
		.client_initial = ngtcp2_crypto_client_initial_cb,
		.recv_client_initial = ngtcp2_crypto_recv_client_initial_cb,
		.recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb,
		.handshake_completed = hands_shaken,
		.encrypt = ngtcp2_crypto_encrypt_cb,
		.decrypt = ngtcp2_crypto_decrypt_cb,
		.hp_mask = ngtcp2_crypto_hp_mask_cb,
		.recv_stream_data = stream_data,
		.stream_open = stream_opened,
		.stream_close = stream_closed,
		.stream_reset = stream_reset,
		.recv_retry = ngtcp2_crypto_recv_retry_cb,
		.rand = give_random,
		.get_new_connection_id = cid_new,
		.remove_connection_id = cid_gone,
		.update_key = ngtcp2_crypto_update_key_cb,
		.delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb,
		.delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb,
		.get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb,
		.version_negotiation = ngtcp2_crypto_version_negotiation_cb,
	};
	return &callbacks;
}

/* ---- the end ---- */

static void enter(struct quic_connection *connection)
{
	connection->calls++;
}

/* False: it is gone. */
static bool leave(struct quic_connection *connection)
{
	assert(connection->calls > 0);
	connection->calls--;
	if (!connection->is_freed)
		return true;
	if (connection->calls == 0)
		quic_destroy(connection);
	return false;
}

/* Tells once. */
static void end(struct quic_connection *connection, int error, const char *sentence)
{
	if (connection->is_closed)
		return;
	connection->is_closed = true;
	timer_stop(&connection->timer);
	deferred_cancel(connection->loop, &connection->flush);
	if (connection->descriptor >= 0)
		watch_stop(connection->loop, &connection->watch);
	if (!connection->is_freed)
		connection->handler->closed(connection->context, connection, error, sentence);
	if (connection->server != NULL)
		connection->is_freed = true;
}

static void send_packet(struct quic_connection *connection, const uint8_t *data, size_t size)
{
	/* What the kernel does not take is lost like any datagram, and sent again in its time. */
	if (connection->server == NULL) {
		(void)!send(connection->descriptor, data, size, MSG_NOSIGNAL);
		return;
	}
	const struct udp_request request = {.peer = connection->peer, .local = connection->local};
	(void)!udp_server_send(connection->server->udp, &request, data, size);
}

static void send_close(struct quic_connection *connection,
		       const ngtcp2_connection_close_error *reason)
{
	uint8_t packet[QUIC_DATAGRAM_MAX];
	ngtcp2_path_storage storage;
	ngtcp2_pkt_info info;
	ngtcp2_path_storage_zero(&storage);
	if (connection->is_closed || ngtcp2_conn_is_in_closing_period(connection->conn) ||
	    ngtcp2_conn_is_in_draining_period(connection->conn))
		return;
	ngtcp2_ssize size =
		ngtcp2_conn_write_connection_close(connection->conn, &storage.path, &info, packet,
						   sizeof(packet), reason,
						   loop_now_ns(connection->loop));
	if (size > 0)
		send_packet(connection, packet, (size_t)size);
}

static const char *alert_words(uint64_t alert)
{
	const char *name = gnutls_alert_get_name((gnutls_alert_description_t)alert);
	return name != NULL ? name : "TLS alert";
}

static void end_by_peer(struct quic_connection *connection)
{
	ngtcp2_connection_close_error reason;
	ngtcp2_conn_get_connection_close_error(connection->conn, &reason);
	const uint64_t code = reason.error_code;
	if (reason.type == NGTCP2_CONNECTION_CLOSE_ERROR_CODE_TYPE_APPLICATION) {
		(void)snprintf(connection->sentence, QUIC_SENTENCE_MAX,
			       "the peer ended the connection with code %llu",
			       (unsigned long long)code);
		end(connection, code == 0 ? OK : ERR_NETWORK, connection->sentence);
		return;
	}
	if (code >= CRYPTO_ERROR && code < CRYPTO_ERROR + 256) {
		end(connection, ERR_CRYPTO, alert_words(code - CRYPTO_ERROR));
		return;
	}
	(void)snprintf(connection->sentence, QUIC_SENTENCE_MAX,
		       "the peer closed the connection with QUIC error %llu",
		       (unsigned long long)code);
	end(connection, code == 0 ? OK : ERR_NETWORK, connection->sentence);
}

static void end_by_error(struct quic_connection *connection, int result)
{
	ngtcp2_connection_close_error reason;
	const uint8_t alert = ngtcp2_conn_get_tls_alert(connection->conn);
	switch (result) {
	case NGTCP2_ERR_DRAINING:
		end_by_peer(connection);
		return;
	case NGTCP2_ERR_IDLE_CLOSE:
	case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
		end(connection, ERR_TIMEOUT, "nothing more came");
		return;
	case NGTCP2_ERR_RECV_VERSION_NEGOTIATION:
	case NGTCP2_ERR_VERSION_NEGOTIATION_FAILURE:
		end(connection, ERR_NETWORK, "no QUIC version in common");
		return;
	case NGTCP2_ERR_DROP_CONN:
	case NGTCP2_ERR_CLOSING:
		end(connection, ERR_NETWORK, "the connection was dropped");
		return;
	case NGTCP2_ERR_NOMEM:
		end(connection, ERR_MEMORY, "out of memory");
		return;
	default:
		break;
	}
	ngtcp2_connection_close_error_default(&reason);
	if (alert != 0)
		ngtcp2_connection_close_error_set_transport_error_tls_alert(&reason, alert, NULL,
									    0);
	else
		ngtcp2_connection_close_error_set_transport_error_liberr(&reason, result, NULL, 0);
	send_close(connection, &reason);
	if (alert != 0 || result == NGTCP2_ERR_CRYPTO)
		end(connection, ERR_CRYPTO, alert != 0 ? alert_words(alert) : "TLS failed");
	else
		end(connection, ERR_FORMAT, ngtcp2_strerror(result));
}

/* ---- going out ---- */

static void set_timer(struct quic_connection *connection)
{
	ngtcp2_tstamp due = ngtcp2_conn_get_expiry(connection->conn);
	if (due == UINT64_MAX)
		timer_stop(&connection->timer);
	else
		timer_start_at(connection->loop, &connection->timer, due);
}

/* Streams that wait for leave get it as far as the peer allows. */
static int open_streams(struct quic_connection *connection)
{
	if (!connection->is_open)
		return 0;
	for (struct flow *flow = connection->flows; flow != NULL; flow = flow->next) {
		if (flow->stream >= 0)
			continue;
		int result = ngtcp2_conn_open_bidi_stream(connection->conn, &flow->stream, NULL);
		if (result != 0) {
			flow->stream = -1;
			return result == NGTCP2_ERR_STREAM_ID_BLOCKED ? 0 : result;
		}
	}
	return 0;
}

static struct flow *flow_to_send(struct quic_connection *connection)
{
	struct flow *flow = connection->flows;
	while (flow != NULL &&
	       (!flow->has_out || flow->is_said || flow->is_blocked || flow->stream < 0))
		flow = flow->next;
	return flow;
}

/* Octets written, 0 when there is nothing to send, or ngtcp2's error. */
static ngtcp2_ssize write_packet(struct quic_connection *connection, uint8_t *packet)
{
	for (;;) {
		struct flow *flow = flow_to_send(connection);
		ngtcp2_path_storage storage;
		ngtcp2_pkt_info info;
		ngtcp2_ssize taken = -1;
		ngtcp2_vec rest = {0};
		ngtcp2_path_storage_zero(&storage);
		if (flow != NULL)
			rest = (ngtcp2_vec){flow->out + flow->out_sent,
					    flow->out_size - flow->out_sent};
		ngtcp2_ssize size = ngtcp2_conn_writev_stream(
			connection->conn, &storage.path, &info, packet, QUIC_DATAGRAM_MAX, &taken,
			flow != NULL ? NGTCP2_WRITE_STREAM_FLAG_FIN : NGTCP2_WRITE_STREAM_FLAG_NONE,
			flow != NULL ? flow->stream : -1, &rest, flow != NULL ? 1 : 0,
			loop_now_ns(connection->loop));
		if (flow != NULL && taken >= 0) {
			flow->out_sent += (size_t)taken;
			flow->is_said = flow->out_sent == flow->out_size;
		}
		if (flow == NULL ||
		    (size != NGTCP2_ERR_STREAM_DATA_BLOCKED && size != NGTCP2_ERR_STREAM_SHUT_WR &&
		     size != NGTCP2_ERR_STREAM_NOT_FOUND))
			return size;
		flow->is_blocked = true;
	}
}

static void flush(struct quic_connection *connection)
{
	uint8_t packet[QUIC_DATAGRAM_MAX];
	if (connection->is_closed)
		return;
	int result = open_streams(connection);
	for (struct flow *flow = connection->flows; flow != NULL; flow = flow->next)
		flow->is_blocked = false;
	int packets = 0;
	while (result == 0 && packets < PACKETS_AT_ONCE) {
		ngtcp2_ssize size = write_packet(connection, packet);
		if (size <= 0) {
			result = (int)size;
			break;
		}
		send_packet(connection, packet, (size_t)size);
		packets++;
	}
	/* ngtcp2_conn_update_pkt_tx_time is left out: it paces by a round trip that is not known
	 * yet, which costs the first answer 25 ms. The congestion window holds all the same. */
	if (result != 0) {
		end_by_error(connection, result);
		return;
	}
	set_timer(connection);
	if (packets == PACKETS_AT_ONCE)
		loop_defer(connection->loop, &connection->flush);
}

static void flush_deferred(void *context)
{
	struct quic_connection *connection = context;
	enter(connection);
	flush(connection);
	(void)leave(connection);
}

static void timer_fired(void *context)
{
	struct quic_connection *connection = context;
	enter(connection);
	int result = ngtcp2_conn_handle_expiry(connection->conn, loop_now_ns(connection->loop));
	if (result != 0)
		end_by_error(connection, result);
	else
		flush(connection);
	(void)leave(connection);
}

/* ---- coming in ---- */

static bool tell_one(struct quic_connection *connection)
{
	struct flow *flow = connection->flows;
	while (flow != NULL && !flow->is_whole && !flow->is_reset)
		flow = flow->next;
	if (flow == NULL)
		return false;
	uint8_t *data = flow->in;
	const size_t size = flow->in_size;
	const uint32_t token = flow->token;
	const bool is_reset = flow->is_reset;
	flow->in = NULL;
	flow->in_size = flow->in_room = 0;
	flow->is_whole = flow->is_reset = false;
	if (connection->server == NULL)
		flow_drop(connection, flow);
	static const uint8_t nothing[1];
	if (!is_reset)
		connection->handler->received(connection->context, connection, token,
					      data != NULL ? data : nothing, size);
	else if (connection->server == NULL)
		connection->handler->received(connection->context, connection, token, NULL, 0);
	memory_give(data);
	return true;
}

/* What a packet brought is told when ngtcp2 is done with it. */
static void tell(struct quic_connection *connection)
{
	if (connection->is_shaken && !connection->is_open) {
		connection->is_open = true;
		if (connection->facts.alpn[0] == '\0') { /* RFC 9001 s8.1 */
			ngtcp2_connection_close_error reason;
			ngtcp2_connection_close_error_default(&reason);
			ngtcp2_connection_close_error_set_transport_error_tls_alert(
				&reason, ALERT_NO_APPLICATION_PROTOCOL, NULL, 0);
			send_close(connection, &reason);
			end(connection, ERR_CRYPTO, "the peer chose no application protocol");
			return;
		}
		connection->handler->opened(connection->context, connection);
	}
	while (!connection->is_freed && !connection->is_closed && tell_one(connection))
		continue;
}

static void take_packet(struct quic_connection *connection, const uint8_t *data, size_t size)
{
	const ngtcp2_pkt_info info = {0};
	int result = ngtcp2_conn_read_pkt(connection->conn, &connection->path, &info, data, size,
					  loop_now_ns(connection->loop));
	tell(connection);
	if (result != 0 && !connection->is_freed)
		end_by_error(connection, result);
}

static void client_ready(void *context, unsigned int events)
{
	struct quic_connection *connection = context;
	uint8_t *buffer = loop_scratch(connection->loop);
	(void)events;
	enter(connection);
	for (int i = 0; i < PACKETS_AT_ONCE && !connection->is_closed && !connection->is_freed;
	     i++) {
		ssize_t size = recv(connection->descriptor, buffer, LOOP_SCRATCH_BYTES, 0);
		if (size > 0) {
			take_packet(connection, buffer, (size_t)size);
		} else if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
			break;
		} else if (size < 0) {
			char text[QUIC_SENTENCE_MAX];
			end(connection, ERR_NETWORK, strerror_r(errno, text, sizeof(text)));
		}
	}
	if (!connection->is_freed)
		flush(connection);
	(void)leave(connection);
}

void quic_take(struct quic_connection *connection, const uint8_t *data, size_t size)
{
	if (connection->is_closed)
		return;
	enter(connection);
	take_packet(connection, data, size);
	if (!connection->is_freed)
		flush(connection);
	(void)leave(connection);
}

/* ---- its life ---- */

struct quic_connection *quic_new(struct loop *loop, struct quic_server *server,
				 const struct quic_handler *handler, void *context)
{
	struct quic_connection *connection = memory_take_zeroed(1, sizeof(*connection));
	if (connection == NULL)
		return NULL;
	connection->loop = loop;
	connection->server = server;
	connection->handler = handler;
	connection->context = context;
	connection->descriptor = -1;
	timer_init(&connection->timer, timer_fired, connection);
	deferred_init(&connection->flush, flush_deferred, connection);
	watch_init(&connection->watch, client_ready, connection);
	return connection;
}

void quic_destroy(struct quic_connection *connection)
{
	timer_stop(&connection->timer);
	deferred_cancel(connection->loop, &connection->flush);
	if (connection->descriptor >= 0) {
		watch_stop(connection->loop, &connection->watch);
		(void)close(connection->descriptor);
	}
	if (connection->server != NULL)
		quic_server_forget(connection);
	if (connection->conn != NULL)
		ngtcp2_conn_del(connection->conn);
	if (connection->tls != NULL)
		gnutls_deinit(connection->tls);
	while (connection->flows != NULL)
		flow_drop(connection, connection->flows);
	memory_give(connection);
}

void quic_free(struct quic_connection *connection, uint64_t code)
{
	if (connection == NULL)
		return;
	assert(connection->server == NULL);
	if (!connection->is_freed)
		quic_close(connection, code);
	connection->is_freed = true;
	if (connection->calls == 0)
		quic_destroy(connection);
}

void quic_close(struct quic_connection *connection, uint64_t code)
{
	ngtcp2_connection_close_error reason;
	ngtcp2_connection_close_error_default(&reason);
	ngtcp2_connection_close_error_set_application_error(&reason, code, NULL, 0);
	if (connection->is_shaken)
		send_close(connection, &reason);
	connection->is_closed = true;
	timer_stop(&connection->timer);
	deferred_cancel(connection->loop, &connection->flush);
	if (connection->server == NULL)
		return;
	connection->is_freed = true;
	if (connection->calls == 0)
		quic_destroy(connection);
}

int quic_ask(struct quic_connection *connection, uint32_t token, const uint8_t *data, size_t size)
{
	assert(connection != NULL && connection->server == NULL && data != NULL);
	if (connection->is_closed)
		return ERR_NETWORK;
	if (connection->flow_count >= QUIC_STREAMS_MAX || size > QUIC_STREAM_OCTETS_MAX)
		return ERR_LIMIT;
	struct flow *flow = flow_new(connection, -1);
	if (flow == NULL)
		return ERR_MEMORY;
	flow->token = token;
	int error = flow_say(flow, data, size);
	if (error != OK) {
		flow_drop(connection, flow);
		return error;
	}
	loop_defer(connection->loop, &connection->flush);
	return OK;
}

int quic_answer(struct quic_connection *connection, uint32_t token, const uint8_t *data,
		size_t size)
{
	assert(connection != NULL && connection->server != NULL && data != NULL);
	struct flow *flow = flow_find(connection, (int64_t)token << 2);
	if (flow == NULL || flow->has_out || connection->is_closed)
		return OK;
	int error = flow_say(flow, data, size);
	if (error == OK)
		loop_defer(connection->loop, &connection->flush);
	return error;
}

const struct tls_facts *quic_tls_facts(const struct quic_connection *connection)
{
	return connection->is_shaken ? &connection->facts : NULL;
}

struct address quic_peer(const struct quic_connection *connection)
{
	return connection->peer;
}

struct address quic_local(const struct quic_connection *connection)
{
	return connection->local;
}
