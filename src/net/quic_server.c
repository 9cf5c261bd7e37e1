/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who takes QUIC connections: which packet is whose, and what strangers get. */
#include "base/memory.h"
#include "net/quic_private.h"

#include <assert.h>
#include <gnutls/crypto.h>
#include <string.h>

#define CONNECTIONS_DEFAULT 1024u

void quic_server_forget(struct quic_connection *connection)
{
	struct quic_server *server = connection->server;
	size_t cursor = 0;
	const void *key;
	size_t size;
	uint8_t cid[NGTCP2_MAX_CIDLEN];
	void *found;
	while ((found = map_next(server->by_cid, &cursor, &key, &size)) != NULL) {
		if (found != connection)
			continue;
		assert(size <= sizeof(cid));
		memcpy(cid, key, size);
		(void)map_remove(server->by_cid, cid, size);
		cursor = 0;
	}
	*connection->link = connection->next;
	if (connection->next != NULL)
		connection->next->link = connection->link;
	assert(server->connection_count > 0);
	server->connection_count--;
}

static int server_conn(struct quic_connection *connection, const ngtcp2_pkt_hd *header)
{
	ngtcp2_settings settings;
	ngtcp2_transport_params parameters;
	ngtcp2_cid source;
	struct map *by_cid = connection->server->by_cid;
	quic_fill_settings(connection, &settings, &parameters);
	parameters.original_dcid = header->dcid;
	int error = quic_random_cid(&source, QUIC_CID_OCTETS);
	if (error == OK)
		error = map_put(by_cid, source.data, source.datalen, connection, NULL);
	/* The client uses its own choice until it hears of ours. */
	if (error == OK)
		error = map_put(by_cid, header->dcid.data, header->dcid.datalen, connection, NULL);
	if (error == OK &&
	    ngtcp2_conn_server_new(&connection->conn, &header->scid, &source, &connection->path,
				   header->version, quic_callbacks(), &settings, &parameters, NULL,
				   connection) != 0)
		error = ERR_MEMORY;
	if (error == OK)
		ngtcp2_conn_set_tls_native_handle(connection->conn, connection->tls);
	return error;
}

static struct quic_connection *accept_connection(struct quic_server *server,
						 const struct udp_request *request,
						 const ngtcp2_pkt_hd *header,
						 const struct tls_context *tls)
{
	if (server->connection_count >= server->options.connections_max)
		return NULL;
	struct quic_connection *connection =
		quic_new(server->loop, server, server->handler, server->context);
	if (connection == NULL)
		return NULL;
	connection->next = server->connections;
	connection->link = &server->connections;
	if (connection->next != NULL)
		connection->next->link = &connection->next;
	server->connections = connection;
	server->connection_count++;
	connection->peer = request->peer;
	connection->local = request->local;
	quic_set_path(connection);
	if (quic_make_tls(connection, tls, NULL) == OK && server_conn(connection, header) == OK)
		return connection;
	quic_destroy(connection);
	return NULL;
}

/* NULL: `*size` octets of `answer` go back. */
static struct quic_connection *meet(struct quic_server *server, const struct udp_request *request,
				    uint8_t *answer, size_t *size)
{
	ngtcp2_pkt_hd header;
	struct tls_context *tls = NULL;
	if (ngtcp2_accept(&header, request->data, request->size_bytes) != 0)
		return NULL;
	enum quic_welcome welcome = server->options.choose(server->context, &request->local, &tls);
	if (welcome == QUIC_WELCOME)
		return accept_connection(server, request, &header, tls);
	if (welcome == QUIC_REFUSE) {
		ngtcp2_ssize written =
			ngtcp2_crypto_write_connection_close(answer, UDP_ANSWER_MAX, header.version,
							     &header.scid, &header.dcid,
							     NGTCP2_CONNECTION_REFUSED, NULL, 0);
		*size = written > 0 ? (size_t)written : 0;
	}
	return NULL;
}

static size_t say_versions(const ngtcp2_version_cid *cids, uint8_t *answer)
{
	static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1};
	uint8_t chance = 0;
	(void)!gnutls_rnd(GNUTLS_RND_NONCE, &chance, 1);
	ngtcp2_ssize written = ngtcp2_pkt_write_version_negotiation(
		answer, UDP_ANSWER_MAX, chance, cids->scid, cids->scidlen, cids->dcid,
		cids->dcidlen, versions, sizeof(versions) / sizeof(versions[0]));
	return written > 0 ? (size_t)written : 0;
}

static size_t datagram_came(void *context, const struct udp_request *request, uint8_t *answer)
{
	struct quic_server *server = context;
	ngtcp2_version_cid cids;
	size_t size = 0;
	int result = ngtcp2_pkt_decode_version_cid(&cids, request->data, request->size_bytes,
						   QUIC_CID_OCTETS);
	if (result == NGTCP2_ERR_VERSION_NEGOTIATION)
		return say_versions(&cids, answer);
	if (result != 0)
		return 0;
	struct quic_connection *connection = map_get(server->by_cid, cids.dcid, cids.dcidlen);
	if (connection == NULL)
		connection = meet(server, request, answer, &size);
	/* Nobody moves from one address to another here: it takes a scanner a second. */
	if (connection == NULL || !address_equal(&connection->peer, &request->peer))
		return size;
	quic_take(connection, request->data, request->size_bytes);
	return 0;
}

int quic_server_new(struct loop *loop, const struct quic_server_options *options,
		    const struct quic_handler *handler, void *context,
		    struct quic_server **ret_server)
{
	static const struct udp_server_handler udp_handler = {.answer = datagram_came};
	assert(loop != NULL && options != NULL && options->choose != NULL && handler != NULL);
	uint8_t key[16];
	struct quic_server *server = memory_take_zeroed(1, sizeof(*server));
	if (server == NULL)
		return ERR_MEMORY;
	server->loop = loop;
	server->options = *options;
	if (server->options.connections_max == 0)
		server->options.connections_max = CONNECTIONS_DEFAULT;
	server->handler = handler;
	server->context = context;
	int error = gnutls_rnd(GNUTLS_RND_RANDOM, key, sizeof(key)) == 0 ? OK : ERR_CRYPTO;
	if (error == OK && (server->by_cid = map_new(key)) == NULL)
		error = ERR_MEMORY;
	if (error == OK)
		error = udp_server_new(loop, &options->local, &udp_handler, server, &server->udp);
	if (error != OK) {
		quic_server_free(server);
		return error;
	}
	*ret_server = server;
	return OK;
}

void quic_server_free(struct quic_server *server)
{
	if (server == NULL)
		return;
	while (server->connections != NULL)
		quic_destroy(server->connections);
	if (server->udp != NULL)
		udp_server_free(server->udp);
	map_free(server->by_cid, NULL);
	memory_give(server);
}

struct address quic_server_address(const struct quic_server *server)
{
	return udp_server_address(server->udp);
}
