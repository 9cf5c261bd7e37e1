/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "net/quic.h"
#include "net/stream.h"
#include "world/connection_private.h"
#include "world/https_private.h"
#include "world/offer_private.h"
#include "world/secure_private.h"

#include <assert.h>
#include <string.h>

#define FAMILIES 2
#define DAY_S 86400
#define CONNECTIONS_MAX 4096u
/* RFC 9250 s4.3: DOQ_PROTOCOL_ERROR. */
#define DOQ_PROTOCOL_ERROR 2u

enum offer { OFFER_DOT, OFFER_DOH, OFFER_DOQ, OFFER_COUNT };
static const char *const alpns[OFFER_COUNT] = {"dot", "h2", "doq"};
static const uint8_t bits[OFFER_COUNT] = {SERVER_DOT, SERVER_DOH, SERVER_DOQ};

struct identity {
	struct tls_context *contexts[OFFER_COUNT];
};

struct secure {
	struct loop *loop;
	struct secure_options options;
	struct identity *identities; /* one a server */
	struct listener *listeners[FAMILIES * 2];
	struct quic_server *quic[FAMILIES];
	struct connections connections;
	struct https https;
};

/* ---- who offers what ---- */

/* NULL: this address does not. */
static const struct world_server *offering(const struct secure *secure, const struct address *local,
					   enum offer offer, uint32_t *ret_number)
{
	const struct world *world = secure->options.world;
	const uint32_t number = world_server_at(world, local);
	if (number == NONE)
		return NULL;
	const struct world_server *server = &world->servers[number];
	const uint64_t dead = BEHAVIOUR_BIT(BEHAVIOUR_SILENT);
	if ((server->behaviours & dead) || !(server_transports(server) & bits[offer]))
		return NULL;
	if ((server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_TRANSPORT_PARTIAL)) &&
	    !address_same_host(&server->addresses[0], local))
		return NULL;
	*ret_number = number;
	return server;
}

static bool behaves(const struct world_server *server, enum behaviour behaviour)
{
	return (server->behaviours & BEHAVIOUR_BIT(behaviour)) != 0;
}

/* NULL: none can be made. */
static struct tls_context *context_of(struct secure *secure, uint32_t number, enum offer offer)
{
	const struct world_server *server = &secure->options.world->servers[number];
	struct tls_context **context = &secure->identities[number].contexts[offer];
	char name[NAME_TEXT_MAX];
	const int64_t now_s = secure->options.now_s;
	if (*context != NULL)
		return *context;
	name_to_text(server->name, name);
	if (name[0] != '\0' && name[strlen(name) - 1] == '.')
		name[strlen(name) - 1] = '\0';
	const bool is_expired = behaves(server, BEHAVIOUR_TLS_EXPIRED);
	const struct tls_identity identity = {
		.common_name = behaves(server, BEHAVIOUR_TLS_WRONG_NAME) ? "wrong.invalid" : name,
		.not_before = now_s - (is_expired ? 100 : 1) * DAY_S,
		.not_after = now_s + (is_expired ? -10 : 365) * DAY_S,
		.is_old = behaves(server, BEHAVIOUR_TLS_OLD),
	};
	const bool is_other = offer == OFFER_DOQ && behaves(server, BEHAVIOUR_DOQ_NO_ALPN);
	if (tls_server_new(&identity, is_other ? "h3" : alpns[offer], NULL, context) != OK)
		*context = NULL;
	return *context;
}

/* ---- DoT ---- */

static void dot_accepted(void *context, struct stream *stream)
{
	static const uint8_t garbage[] = "220 this is no TLS\r\n";
	struct secure *secure = context;
	const struct address local = stream_local(stream);
	uint32_t number;
	const struct world_server *server = offering(secure, &local, OFFER_DOT, &number);
	if (server == NULL) {
		stream_free(stream);
		return;
	}
	/* Without TLS the client's first words look like a long question that does not end. */
	const bool is_plain =
		behaves(server, BEHAVIOUR_TLS_HANGS) || behaves(server, BEHAVIOUR_TLS_GARBAGE);
	struct tls_context *tls = is_plain ? NULL : context_of(secure, number, OFFER_DOT);
	if (!is_plain && (tls == NULL || stream_use_tls(stream, tls) != OK)) {
		stream_free(stream);
		return;
	}
	connection_begin(&secure->connections, stream);
	if (behaves(server, BEHAVIOUR_TLS_GARBAGE))
		(void)!stream_write(stream, garbage, sizeof(garbage) - 1);
}

/* ---- DoH ---- */

static void doh_accepted(void *context, struct stream *stream)
{
	struct secure *secure = context;
	const struct address local = stream_local(stream);
	uint32_t number;
	const struct world_server *server = offering(secure, &local, OFFER_DOH, &number);
	if (server == NULL && secure->options.other_https != NULL) {
		secure->options.other_https(secure->options.other_context, stream);
		return;
	}
	struct tls_context *tls = server != NULL ? context_of(secure, number, OFFER_DOH) : NULL;
	if (tls == NULL || stream_use_tls(stream, tls) != OK) {
		stream_free(stream);
		return;
	}
	https_begin(&secure->https, stream, behaves(server, BEHAVIOUR_DOH_MISSING));
}

/* ---- DoQ ---- */

static enum quic_welcome choose(void *context, const struct address *local,
				struct tls_context **ret_tls)
{
	struct secure *secure = context;
	uint32_t number;
	const struct world_server *server = offering(secure, local, OFFER_DOQ, &number);
	if (server == NULL)
		return QUIC_REFUSE;
	*ret_tls = context_of(secure, number, OFFER_DOQ);
	return *ret_tls != NULL ? QUIC_WELCOME : QUIC_REFUSE;
}

static void quic_opened(void *context, struct quic_connection *connection)
{
	(void)context;
	assert(quic_tls_facts(connection) != NULL);
}

static void quic_received(void *context, struct quic_connection *connection, uint32_t token,
			  const uint8_t *data, size_t size)
{
	struct secure *secure = context;
	uint8_t answer[2 + STREAM_ANSWER_MAX];
	/* RFC 9250 s4.2, s4.2.1: one question, behind its length, with id 0. */
	if (size < 4 || ((size_t)data[0] << 8 | data[1]) != size - 2 || data[2] != 0 ||
	    data[3] != 0) {
		quic_close(connection, DOQ_PROTOCOL_ERROR);
		return;
	}
	const struct ask ask = {
		.peer = quic_peer(connection),
		.local = quic_local(connection),
		.data = data + 2,
		.size_bytes = size - 2,
		.is_stream = true,
		.is_encrypted = true,
	};
	const struct response response = respond(secure->options.responder, &ask, answer + 2);
	if (response.size_bytes == 0)
		return;
	answer[0] = (uint8_t)(response.size_bytes >> 8);
	answer[1] = (uint8_t)response.size_bytes;
	(void)!quic_answer(connection, token, answer, 2 + response.size_bytes);
}

static void quic_closed(void *context, struct quic_connection *connection, int error,
			const char *sentence)
{
	(void)context;
	(void)connection;
	(void)error;
	(void)sentence;
}

static const struct quic_handler quic_handler = {quic_opened, quic_received, quic_closed};

/* ---- life ---- */

static struct address wildcard(int family, uint16_t port)
{
	static const uint8_t zeros[16] = {0};
	return family == 0 ? address_from_ipv4(zeros, port) : address_from_ipv6(zeros, port);
}

/* Port 443 is left to whoever runs in the world, where nobody needs it. */
static bool needs_https(const struct secure *secure)
{
	const struct world *world = secure->options.world;
	if (secure->options.other_context != NULL)
		return true;
	for (uint32_t i = 0; i < world->server_count; i++)
		if (world->servers[i].transports & SERVER_DOH)
			return true;
	return false;
}

static int listen_family(struct secure *secure, int family)
{
	struct listener_options listen = {
		.local = wildcard(family, secure->options.port),
		.connections_max = CONNECTIONS_MAX,
	};
	const struct quic_server_options quic = {
		.local = listen.local,
		.connections_max = CONNECTIONS_MAX,
		.choose = choose,
	};
	int error = listener_new(secure->loop, &listen, dot_accepted, secure,
				 &secure->listeners[(size_t)family * 2]);
	listen.local = wildcard(family, secure->options.https_port);
	if (!error && needs_https(secure))
		error = listener_new(secure->loop, &listen, doh_accepted, secure,
				     &secure->listeners[(size_t)family * 2 + 1]);
	if (!error)
		error = quic_server_new(secure->loop, &quic, &quic_handler, secure,
					&secure->quic[family]);
	return error;
}

int secure_new(struct loop *loop, const struct secure_options *options, struct complaint *complaint,
	       struct secure **ret_secure)
{
	assert(loop != NULL && options->world != NULL && options->responder != NULL);
	struct secure *secure = memory_take_zeroed(1, sizeof(*secure));
	if (!secure)
		return complain(complaint, ERR_MEMORY, "out of memory");
	secure->loop = loop;
	secure->options = *options;
	connections_init(&secure->connections, loop, options->responder);
	secure->connections.is_encrypted = true;
	https_init(&secure->https, loop, options->responder);
	secure->identities =
		memory_take_zeroed(options->world->server_count + 1u, sizeof(*secure->identities));
	int error = secure->identities ? 0 : ERR_MEMORY;
	const int families = options->without_ipv6 ? 1 : FAMILIES;
	for (int family = 0; family < families && !error; family++)
		error = listen_family(secure, family);
	if (error) {
		secure_free(secure);
		return complain(complaint, error, "cannot listen on ports %u and %u: %s",
				options->port, options->https_port, error_text(error));
	}
	*ret_secure = secure;
	return 0;
}

void secure_free(struct secure *secure)
{
	if (!secure)
		return;
	connections_release(&secure->connections);
	https_release(&secure->https);
	for (size_t i = 0; i < FAMILIES * 2; i++)
		listener_free(secure->listeners[i]);
	for (size_t i = 0; i < FAMILIES; i++)
		quic_server_free(secure->quic[i]);
	for (uint32_t i = 0; secure->identities && i < secure->options.world->server_count; i++) {
		for (size_t j = 0; j < OFFER_COUNT; j++)
			tls_context_free(secure->identities[i].contexts[j]);
	}
	memory_give(secure->identities);
	memory_give(secure);
}
