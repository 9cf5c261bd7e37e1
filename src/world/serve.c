/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "net/stream.h"
#include "net/udp_server.h"
#include "world/connection_private.h"
#include "world/secure_private.h"
#include "world/serve_private.h"

#include <assert.h>
#include <string.h>

#define FAMILIES 2

/* A datagram that waits for its time. */
struct delayed {
	struct delayed *next;
	struct delayed **link;
	struct timer timer;
	struct socket *socket;
	struct udp_request request;
	size_t size_bytes;
	uint8_t data[];
};

struct socket {
	struct serve *serve;
	struct udp_server *udp;
};

struct serve {
	struct loop *loop;
	struct responder *responder;
	struct socket sockets[FAMILIES];
	struct listener *listeners[FAMILIES];
	struct secure *secure;
	struct delayed *delayed;
	struct connections connections;
};

static void free_delayed(struct delayed *delayed)
{
	timer_stop(&delayed->timer);
	*delayed->link = delayed->next;
	if (delayed->next)
		delayed->next->link = delayed->link;
	memory_give(delayed);
}

static void send_delayed(void *context)
{
	struct delayed *delayed = context;
	/* A datagram that the kernel has no room for is lost, as datagrams are. */
	(void)!udp_server_send(delayed->socket->udp, &delayed->request, delayed->data,
			       delayed->size_bytes);
	free_delayed(delayed);
}

static void delay(struct socket *socket, const struct udp_request *request,
		  const struct response *response, const uint8_t *answer)
{
	assert(response->size_bytes > 0 && response->size_bytes <= UDP_ANSWER_MAX);
	struct serve *serve = socket->serve;
	struct delayed *delayed = memory_take(sizeof(*delayed) + response->size_bytes);
	if (!delayed)
		return;
	*delayed = (struct delayed){.socket = socket,
				    .request = *request,
				    .size_bytes = response->size_bytes,
				    .next = serve->delayed,
				    .link = &serve->delayed};
	memcpy(delayed->data, answer, response->size_bytes);
	if (serve->delayed)
		serve->delayed->link = &delayed->next;
	serve->delayed = delayed;
	timer_init(&delayed->timer, send_delayed, delayed);
	timer_start(serve->loop, &delayed->timer, response->delay_ms);
}

static size_t answer_datagram(void *context, const struct udp_request *request, uint8_t *answer)
{
	struct socket *socket = context;
	const struct ask ask = {
		.peer = request->peer,
		.local = request->local,
		.data = request->data,
		.size_bytes = request->size_bytes,
	};
	struct response response = respond(socket->serve->responder, &ask, answer);
	if (response.size_bytes == 0)
		return 0;
	struct udp_request from = *request;
	from.local = response.source;
	if (response.delay_ms > 0)
		delay(socket, &from, &response, answer);
	else if (address_equal(&from.local, &request->local))
		return response.size_bytes;
	else
		(void)!udp_server_send(socket->udp, &from, answer, response.size_bytes);
	return 0;
}

static void accepted(void *context, struct stream *stream)
{
	struct serve *serve = context;
	const struct address local = stream_local(stream);
	if (responder_has_tcp(serve->responder, &local))
		connection_begin(&serve->connections, stream);
	else
		stream_free(stream);
}

static struct address wildcard(int family, uint16_t port)
{
	static const uint8_t zeros[16] = {0};
	return family == 0 ? address_from_ipv4(zeros, port) : address_from_ipv6(zeros, port);
}

static int listen_family(struct serve *serve, const struct serve_options *options, int family)
{
	static const struct udp_server_handler handler = {.answer = answer_datagram};
	struct address local = wildcard(family, options->port ? options->port : 53);
	struct socket *socket = &serve->sockets[family];
	socket->serve = serve;
	int error = udp_server_new(serve->loop, &local, &handler, socket, &socket->udp);
	if (error)
		return error;
	struct listener_options listen = {.local = local, .connections_max = 4096};
	return listener_new(serve->loop, &listen, accepted, serve, &serve->listeners[family]);
}

int serve_new(struct loop *loop, struct responder *responder, const struct serve_options *options,
	      struct complaint *complaint, struct serve **ret_serve)
{
	struct serve *serve = memory_take_zeroed(1, sizeof(*serve));
	if (!serve)
		return complain(complaint, ERR_MEMORY, "out of memory");
	serve->loop = loop;
	serve->responder = responder;
	connections_init(&serve->connections, loop, responder);
	int error = 0;
	int families = options->without_ipv6 ? 1 : FAMILIES;
	for (int family = 0; family < families && !error; family++) {
		error = listen_family(serve, options, family);
		if (error)
			(void)complain(complaint, error, "cannot listen on port %u for IPv%d: %s",
				       options->port ? options->port : 53u, family == 0 ? 4 : 6,
				       error_text(error));
	}
	const struct secure_options secure = {
		.world = options->world,
		.responder = responder,
		.without_ipv6 = options->without_ipv6,
		.port = options->tls_port ? options->tls_port : 853,
		.https_port = options->https_port ? options->https_port : 443,
		.other_https = options->other_https,
		.other_context = options->other_context,
		.now_s = options->now_s,
	};
	if (!error)
		error = secure_new(loop, &secure, complaint, &serve->secure);
	if (error) {
		serve_free(serve);
		return error;
	}
	*ret_serve = serve;
	return 0;
}

void serve_free(struct serve *serve)
{
	if (!serve)
		return;
	while (serve->delayed)
		free_delayed(serve->delayed);
	connections_release(&serve->connections);
	for (size_t i = 0; i < FAMILIES; i++)
		listener_free(serve->listeners[i]);
	for (size_t i = 0; i < FAMILIES; i++) {
		if (serve->sockets[i].udp)
			udp_server_free(serve->sockets[i].udp);
	}
	secure_free(serve->secure);
	memory_give(serve);
}
