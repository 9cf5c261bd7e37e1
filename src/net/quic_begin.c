/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a connection begins: its TLS, its settings, its names, and a client's from its socket on. */
#include "net/quic_private.h"
#include "net/tls_context_private.h"

#include <assert.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>
#include <string.h>

#define HANDSHAKE_S 10u
#define PRIORITIES "%DISABLE_TLS13_COMPAT_MODE:NORMAL:-VERS-ALL:+VERS-TLS1.3"

/* ---- either side ---- */

static ngtcp2_conn *give_conn(ngtcp2_crypto_conn_ref *reference)
{
	return ((struct quic_connection *)reference->user_data)->conn;
}

int quic_make_tls(struct quic_connection *connection, const struct tls_context *context,
		  const char *server_name)
{
	const bool is_server = connection->server != NULL;
	assert(context->is_server == is_server);
	int result = gnutls_init(&connection->tls, (is_server ? GNUTLS_SERVER : GNUTLS_CLIENT) |
							   GNUTLS_NO_END_OF_EARLY_DATA |
							   GNUTLS_NO_SIGNAL);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_priority_set_direct(connection->tls, PRIORITIES, NULL);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_credentials_set(connection->tls, GNUTLS_CRD_CERTIFICATE,
						context->credentials);
	if (result == GNUTLS_E_SUCCESS)
		result = gnutls_alpn_set_protocols(connection->tls, context->alpn,
						   context->alpn_count, GNUTLS_ALPN_MANDATORY);
	if (result == GNUTLS_E_SUCCESS && server_name != NULL)
		result = gnutls_server_name_set(connection->tls, GNUTLS_NAME_DNS, server_name,
						strlen(server_name));
	if (result == GNUTLS_E_SUCCESS)
		result = is_server ? ngtcp2_crypto_gnutls_configure_server_session(connection->tls)
				   : ngtcp2_crypto_gnutls_configure_client_session(connection->tls);
	if (result != 0)
		return result == GNUTLS_E_MEMORY_ERROR ? ERR_MEMORY : ERR_CRYPTO;
	connection->reference = (ngtcp2_crypto_conn_ref){give_conn, connection};
	gnutls_session_set_ptr(connection->tls, &connection->reference);
	return OK;
}

void quic_fill_settings(const struct quic_connection *connection, ngtcp2_settings *settings,
			ngtcp2_transport_params *parameters)
{
	const bool is_server = connection->server != NULL;
	ngtcp2_settings_default(settings);
	settings->initial_ts = loop_now_ns(connection->loop);
	settings->handshake_timeout = HANDSHAKE_S * NGTCP2_SECONDS;
	settings->max_tx_udp_payload_size = QUIC_DATAGRAM_MAX;
	settings->no_pmtud = 1;
	ngtcp2_transport_params_default(parameters);
	parameters->initial_max_data = (uint64_t)QUIC_STREAM_OCTETS_MAX * 4;
	parameters->initial_max_stream_data_bidi_local = is_server ? 0 : QUIC_STREAM_OCTETS_MAX;
	parameters->initial_max_stream_data_bidi_remote = is_server ? QUIC_STREAM_OCTETS_MAX : 0;
	parameters->initial_max_streams_bidi = is_server ? QUIC_STREAMS_MAX : 0;
	parameters->max_idle_timeout = QUIC_IDLE_S * NGTCP2_SECONDS;
	parameters->disable_active_migration = 1;
}

int quic_random_cid(ngtcp2_cid *cid, size_t size)
{
	uint8_t octets[NGTCP2_MAX_CIDLEN];
	if (gnutls_rnd(GNUTLS_RND_RANDOM, octets, size) != GNUTLS_E_SUCCESS)
		return ERR_CRYPTO;
	ngtcp2_cid_init(cid, octets, size);
	return OK;
}

void quic_set_path(struct quic_connection *connection)
{
	socklen_t peer = address_to_sockaddr(&connection->peer, &connection->peer_name);
	socklen_t local = address_to_sockaddr(&connection->local, &connection->local_name);
	connection->path = (ngtcp2_path){
		.local = {(struct sockaddr *)&connection->local_name, local},
		.remote = {(struct sockaddr *)&connection->peer_name, peer},
	};
}

/* ---- a client's ---- */

static int client_socket(struct quic_connection *connection, const struct quic_options *options)
{
	const int domain = options->peer.family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
	struct sockaddr_storage name;
	connection->descriptor = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (connection->descriptor < 0)
		return error_from_errno(errno);
	socklen_t size;
	if (options->source.family != ADDRESS_NONE) {
		size = address_to_sockaddr(&options->source, &name);
		if (bind(connection->descriptor, (const struct sockaddr *)&name, size) != 0)
			return error_from_errno(errno);
	}
	size = address_to_sockaddr(&options->peer, &name);
	if (connect(connection->descriptor, (const struct sockaddr *)&name, size) != 0)
		return error_from_errno(errno);
	size = sizeof(name);
	if (getsockname(connection->descriptor, (struct sockaddr *)&name, &size) != 0)
		return error_from_errno(errno);
	int error = address_from_sockaddr((const struct sockaddr *)&name, size, &connection->local);
	return error != OK ? error
			   : watch_start(connection->loop, &connection->watch,
					 connection->descriptor, LOOP_READ);
}

static int client_conn(struct quic_connection *connection)
{
	ngtcp2_settings settings;
	ngtcp2_transport_params parameters;
	ngtcp2_cid source, destination;
	quic_fill_settings(connection, &settings, &parameters);
	int error = quic_random_cid(&source, QUIC_CID_OCTETS);
	if (error == OK)
		error = quic_random_cid(&destination, QUIC_CID_OCTETS);
	if (error == OK &&
	    ngtcp2_conn_client_new(&connection->conn, &destination, &source, &connection->path,
				   NGTCP2_PROTO_VER_V1, quic_callbacks(), &settings, &parameters,
				   NULL, connection) != 0)
		error = ERR_MEMORY;
	if (error == OK)
		ngtcp2_conn_set_tls_native_handle(connection->conn, connection->tls);
	return error;
}

int quic_connect(struct loop *loop, const struct quic_options *options,
		 const struct quic_handler *handler, void *context,
		 struct quic_connection **ret_connection)
{
	assert(loop != NULL && options != NULL && options->tls != NULL && handler != NULL);
	assert(options->peer.family != ADDRESS_NONE && ret_connection != NULL);
	struct quic_connection *connection = quic_new(loop, NULL, handler, context);
	if (connection == NULL)
		return ERR_MEMORY;
	connection->peer = options->peer;
	int error = client_socket(connection, options);
	if (error == OK) {
		quic_set_path(connection);
		error = quic_make_tls(connection, options->tls, options->server_name);
	}
	if (error == OK)
		error = client_conn(connection);
	if (error != OK) {
		quic_destroy(connection);
		return error;
	}
	loop_defer(loop, &connection->flush);
	*ret_connection = connection;
	return OK;
}
