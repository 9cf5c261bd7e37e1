/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accepting side of streams. */
#include "base/memory.h"
#include "net/stream_private.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_DEFAULT 1024
/* Connections taken in one turn, so that a flood of them leaves room for those there are. */
#define ACCEPTS_AT_ONCE 32
/* How long to wait when the process is out of descriptors. */
#define PAUSE_MS 50

struct listener {
	struct loop *loop;
	struct watch watch;
	struct timer pause;
	int descriptor;
	struct address local;
	struct tls_context *tls;
	size_t connections;
	size_t connections_max;
	size_t write_cap_bytes;
	void (*accepted)(void *context, struct stream *stream);
	void *context;
	bool is_freed; /* its memory waits for the last stream */
};

static void listener_wait(struct listener *listener)
{
	if (listener->is_freed || timer_is_started(&listener->pause))
		return;
	unsigned int events = listener->connections < listener->connections_max ? LOOP_READ : 0;
	/* If the kernel refuses, connections wait in its queue for another try. */
	if (watch_change(listener->loop, &listener->watch, events) != OK)
		timer_start(listener->loop, &listener->pause, PAUSE_MS);
}

static void pause_fired(void *context)
{
	listener_wait(context);
}

void listener_forget(struct listener *listener)
{
	assert(listener->connections > 0);
	listener->connections--;
	if (!listener->is_freed)
		listener_wait(listener);
	else if (listener->connections == 0)
		memory_give(listener);
}

static const struct stream_handler NOT_HANDLED = {0};

static int stream_accepted(struct listener *listener, int descriptor, const struct address *peer)
{
	struct stream *stream;
	int error = stream_new(listener->loop, descriptor, listener->write_cap_bytes, &stream);
	if (error != OK)
		return error;
	stream->peer = *peer;
	stream->handler = &NOT_HANDLED;
	if (listener->tls != NULL)
		error = tls_session_new(listener->tls, descriptor, NULL, &stream->tls);
	if (error == OK)
		error = watch_start(listener->loop, &stream->watch, descriptor, 0);
	if (error != OK) {
		stream_free(stream);
		return error;
	}
	stream->listener = listener;
	listener->connections++;
	stream_learn_local(stream);
	stream_enter(stream);
	listener->accepted(listener->context, stream);
	if (!stream_leave(stream))
		return OK;
	assert(stream->handler != &NOT_HANDLED); /* `accepted` has to take it or free it */
	stream_begin(stream);
	return OK;
}

/* False when there is nothing more to accept now. */
static bool accept_one(struct listener *listener)
{
	struct sockaddr_storage name;
	socklen_t size = sizeof(name);
	int descriptor = accept4(listener->descriptor, (struct sockaddr *)&name, &size,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (descriptor < 0) {
		/* What is wrong with one connection (accept(2) lists many) is not wrong with the
		 * next. */
		bool is_ours =
			errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
		if (is_ours && watch_change(listener->loop, &listener->watch, 0) == OK)
			timer_start(listener->loop, &listener->pause, PAUSE_MS);
		return !is_ours && errno != EAGAIN;
	}
	struct address peer;
	if (address_from_sockaddr((const struct sockaddr *)&name, size, &peer) != OK) {
		(void)close(descriptor);
		return true;
	}
	return stream_accepted(listener, descriptor, &peer) == OK;
}

static void listener_ready(void *context, unsigned int events)
{
	struct listener *listener = context;
	(void)events;
	/* `accepted` may free the listener: this one connection holds its memory. */
	listener->connections++;
	for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
		if (listener->is_freed || listener->connections > listener->connections_max)
			break;
		if (!accept_one(listener))
			break;
	}
	listener_forget(listener);
}

static int listener_bind(struct listener *listener, const struct listener_options *options)
{
	int domain = options->local.family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
	listener->descriptor = socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener->descriptor < 0)
		return error_from_errno(errno);
	int on = 1;
	(void)setsockopt(listener->descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (domain == AF_INET6)
		(void)setsockopt(listener->descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	/* Addresses that a local route makes ours are not on any interface (os/netns.h). */
	(void)setsockopt(listener->descriptor, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	struct sockaddr_storage name;
	socklen_t size = address_to_sockaddr(&options->local, &name);
	if (bind(listener->descriptor, (const struct sockaddr *)&name, size) != 0)
		return error_from_errno(errno);
	int backlog = options->backlog ? (int)options->backlog : SOMAXCONN;
	if (listen(listener->descriptor, backlog) != 0)
		return error_from_errno(errno);
	size = sizeof(name);
	if (getsockname(listener->descriptor, (struct sockaddr *)&name, &size) != 0)
		return error_from_errno(errno);
	return address_from_sockaddr((const struct sockaddr *)&name, size, &listener->local);
}

int listener_new(struct loop *loop, const struct listener_options *options,
		 void (*accepted)(void *context, struct stream *stream), void *context,
		 struct listener **ret_listener)
{
	assert(loop != NULL && options != NULL && accepted != NULL && ret_listener != NULL);
	assert(options->local.family != ADDRESS_NONE);
	struct listener *listener = memory_take_zeroed(1, sizeof(*listener));
	if (listener == NULL)
		return ERR_MEMORY;
	listener->loop = loop;
	listener->descriptor = -1;
	listener->tls = options->tls;
	listener->connections_max =
		options->connections_max ? options->connections_max : CONNECTIONS_DEFAULT;
	listener->write_cap_bytes = options->write_cap_bytes;
	listener->accepted = accepted;
	listener->context = context;
	timer_init(&listener->pause, pause_fired, listener);
	watch_init(&listener->watch, listener_ready, listener);
	int error = listener_bind(listener, options);
	if (error == OK)
		error = watch_start(loop, &listener->watch, listener->descriptor, LOOP_READ);
	if (error != OK) {
		listener_free(listener);
		return error;
	}
	*ret_listener = listener;
	return OK;
}

void listener_free(struct listener *listener)
{
	if (listener == NULL)
		return;
	timer_stop(&listener->pause);
	watch_stop(listener->loop, &listener->watch);
	if (listener->descriptor >= 0)
		(void)close(listener->descriptor);
	listener->is_freed = true;
	if (listener->connections == 0)
		memory_give(listener);
}

struct address listener_address(const struct listener *listener)
{
	return listener->local;
}
