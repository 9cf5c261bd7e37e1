/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/transport/connection_private.h"
#include "dns/transport/engine_private.h"
#include "dns/transport/session_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define FRAME_PREFIX 2u
#define DNS_MESSAGE_TYPE "application/dns-message"
#define HTTP_OK 200u

/* ---- DNS over HTTPS ---- */

static int write_octets(void *context, const uint8_t *data, size_t size)
{
	struct connection *connection = context;
	return stream_write(connection->stream, data, size);
}

static void http_answered(void *context, const struct http2_message *message)
{
	struct connection *connection = context;
	struct exchange_session *session = &connection->session->session;
	const uint16_t token = (uint16_t)message->token;
	session->status = message->status;
	if (message->status == HTTP_OK && strcmp(message->content_type, DNS_MESSAGE_TYPE) == 0) {
		connection_answered(connection, token, message->body, message->body_size);
		return;
	}
	if (message->status == HTTP_OK)
		session_record_note(connection->session, "the answer is no DNS message");
	connection_answered(connection, token, NULL, 0);
}

static const struct http2_handler http_handler = {write_octets, http_answered};

static int http_ask(struct connection *connection, const struct flight *flight,
		    const uint8_t *message, size_t size)
{
	const struct flight_secrecy *secrecy = flight->secrecy;
	char address[ADDRESS_TEXT_MAX];
	char authority[ADDRESS_TEXT_MAX + 2];
	address_to_text(&connection->peer->address, address);
	const bool is_ipv6 = connection->peer->address.family == ADDRESS_IPV6;
	(void)snprintf(authority, sizeof(authority), is_ipv6 ? "[%s]" : "%s", address);
	const struct http2_post post = {
		.host = secrecy->host[0] != '\0' ? secrecy->host : authority,
		.path = secrecy->path[0] != '\0' ? secrecy->path : "/dns-query",
		.content_type = DNS_MESSAGE_TYPE,
		.body = message,
		.body_size = size,
	};
	return http2_ask(connection->http2, flight->id, &post);
}

/* ---- DNS over QUIC ---- */

int doq_unframe(const uint8_t *data, size_t size, const uint8_t **ret_message, size_t *ret_size)
{
	assert(data != NULL);
	if (size < FRAME_PREFIX || ((size_t)data[0] << 8 | data[1]) != size - FRAME_PREFIX)
		return ERR_FORMAT;
	*ret_message = data + FRAME_PREFIX;
	*ret_size = size - FRAME_PREFIX;
	return OK;
}

static void quic_opened(void *context, struct quic_connection *quic)
{
	(void)quic;
	connection_opened(context);
}

static void quic_received(void *context, struct quic_connection *quic, uint32_t token,
			  const uint8_t *data, size_t size)
{
	struct connection *connection = context;
	const uint8_t *message = NULL;
	size_t message_size = 0;
	(void)quic;
	if (data == NULL)
		session_record_note(connection->session, "the server reset the stream");
	else if (doq_unframe(data, size, &message, &message_size) != OK)
		session_record_note(connection->session,
				    "the stream holds something else than one message");
	connection_answered(connection, (uint16_t)token, message, message_size);
}

static void quic_closed(void *context, struct quic_connection *quic, int error,
			const char *sentence)
{
	(void)quic;
	connection_ended(context, error, sentence);
}

static const struct quic_handler quic_handler = {quic_opened, quic_received, quic_closed};

/* ---- all of them ---- */

static const char *alpn_of(uint8_t kind)
{
	return kind == EXCHANGE_DOH ? "h2" : kind == EXCHANGE_DOQ ? "doq" : "dot";
}

static int make_tls(struct transport *transport, uint8_t kind, struct tls_context **ret_tls)
{
	struct tls_context **tls = &transport->tls[kind - EXCHANGE_DOT];
	if (*tls == NULL) {
		int error = tls_client_new(alpn_of(kind), NULL, tls);
		if (error != OK)
			return error;
	}
	*ret_tls = *tls;
	return OK;
}

static int open_quic(struct transport *transport, struct connection *connection,
		     const char *server_name, struct tls_context *tls)
{
	const struct quic_options options = {
		.peer = connection->peer->address,
		.tls = tls,
		.server_name = server_name,
	};
	return quic_connect(transport->loop, &options, &quic_handler, connection,
			    &connection->quic);
}

int carrier_open(struct transport *transport, struct connection *connection,
		 const struct stream_handler *handler, const struct flight *first)
{
	struct tls_context *tls = NULL;
	const char *server_name = NULL;
	int error = OK;
	if (carrier_is_encrypted(connection->kind)) {
		assert(first->secrecy != NULL);
		server_name = first->secrecy->host[0] != '\0' ? first->secrecy->host : NULL;
		error = make_tls(transport, connection->kind, &tls);
		if (error == OK && (connection->session = session_record_new()) == NULL)
			error = ERR_MEMORY;
	}
	if (error == OK && connection->kind == EXCHANGE_DOQ)
		return open_quic(transport, connection, server_name, tls);
	const struct stream_options options = {
		.peer = connection->peer->address,
		.tls = tls,
		.server_name = server_name,
	};
	if (error == OK)
		error = stream_connect(transport->loop, &options, handler, connection,
				       &connection->stream);
	if (error == OK && connection->kind == EXCHANGE_DOH)
		error = http2_client_new(&http_handler, connection, &connection->http2);
	return error;
}

int carrier_send(struct connection *connection, const struct flight *flight, uint8_t *frame,
		 size_t size)
{
	assert(size > FRAME_PREFIX + 2);
	if (!carrier_has_streams(connection->kind))
		return stream_write(connection->stream, frame, size);
	frame[FRAME_PREFIX] = frame[FRAME_PREFIX + 1] = 0; /* the id */
	if (connection->kind == EXCHANGE_DOQ)
		return quic_ask(connection->quic, flight->id, frame, size);
	return http_ask(connection, flight, frame + FRAME_PREFIX, size - FRAME_PREFIX);
}

int carrier_receive(struct connection *connection, const uint8_t *data, size_t size)
{
	assert(connection->http2 != NULL);
	int error = http2_receive(connection->http2, data, size);
	if (error != OK)
		session_record_note(connection->session, http2_sentence(connection->http2));
	return error;
}

void carrier_close(struct connection *connection)
{
	http2_free(connection->http2);
	quic_free(connection->quic, DOQ_NO_ERROR);
	stream_free(connection->stream);
	session_record_drop(connection->session);
}

bool carrier_opened(struct transport *transport, struct connection *connection)
{
	connection->opened_ns = transport_now(transport);
	if (!carrier_is_encrypted(connection->kind))
		return true;
	const struct tls_facts *facts = connection->quic != NULL
						? quic_tls_facts(connection->quic)
						: stream_tls_facts(connection->stream);
	session_record_establish(connection->session, facts,
				 connection->opened_ns - connection->begun_ns);
	/* RFC 9113 s3.2 wants h2; of DoT it is not wanted (RFC 7858), of DoQ net/quic has seen to
	 * it. */
	if (connection->kind != EXCHANGE_DOH || strcmp(facts->alpn, "h2") == 0)
		return true;
	connection->session->session.is_not_offered = true;
	session_record_note(connection->session, "the server does not speak HTTP/2");
	return false;
}
