/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/udp_server.h"

#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERVER_BATCH 64u
/* Longest question taken: an EDNS question stays far below, and UPDATE or AXFR with a large TSIG
 * too. */
#define REQUEST_MAX 4096u
/* One pktinfo, the longer one of the two. */
#define CONTROL_BYTES CMSG_SPACE(sizeof(struct in6_pktinfo))
/* A burst of questions from scanners waits here while answers are made. */
#define SOCKET_BUFFER_BYTES (8 << 20)

struct server_control {
	_Alignas(struct cmsghdr) uint8_t octets[CONTROL_BYTES];
};

/* One direction's system call, with everything that it points to. */
struct server_batch {
	struct mmsghdr headers[SERVER_BATCH];
	struct iovec vectors[SERVER_BATCH];
	struct sockaddr_storage names[SERVER_BATCH];
	struct server_control controls[SERVER_BATCH];
	uint8_t data[SERVER_BATCH][UDP_ANSWER_MAX + 64]; /* no power of two: cache lines */
};

static_assert(REQUEST_MAX <= UDP_ANSWER_MAX, "one batch layout serves both directions");

struct udp_server {
	struct loop *loop;
	struct watch watch;
	struct deferred flush;
	struct udp_server_handler handler;
	void *context;
	struct address local;
	int descriptor;
	unsigned int answers; /* in `out` */
	struct server_batch in;
	struct server_batch out;
};

static void batch_init(struct server_batch *batch)
{
	for (unsigned int i = 0; i < SERVER_BATCH; i++) {
		batch->vectors[i] = (struct iovec){batch->data[i], REQUEST_MAX};
		batch->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->names[i],
			.msg_namelen = sizeof(batch->names[i]),
			.msg_iov = &batch->vectors[i],
			.msg_iovlen = 1,
			.msg_control = &batch->controls[i],
			.msg_controllen = sizeof(batch->controls[i]),
		};
	}
}

/* The address that the datagram was sent to. */
static struct address read_local(const struct udp_server *server, struct msghdr *header)
{
	for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control != NULL;
	     control = CMSG_NXTHDR(header, control)) {
		const uint8_t *data = CMSG_DATA(control);
		if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO)
			return address_from_ipv4(data + offsetof(struct in_pktinfo, ipi_addr),
						 server->local.port);
		if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO)
			return address_from_ipv6(data + offsetof(struct in6_pktinfo, ipi6_addr),
						 server->local.port);
	}
	return server->local;
}

/* The interface index stays 0: the route decides. */
static void write_local(const struct address *local, struct msghdr *header)
{
	struct in_pktinfo info4 = {0};
	struct in6_pktinfo info6 = {0};
	bool is_ipv4 = local->family == ADDRESS_IPV4;
	size_t size = is_ipv4 ? sizeof(info4) : sizeof(info6);
	memcpy(&info4.ipi_spec_dst, local->octets, 4);
	memcpy(&info6.ipi6_addr, local->octets, 16);
	struct cmsghdr *control = header->msg_control;
	control->cmsg_level = is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6;
	control->cmsg_type = is_ipv4 ? IP_PKTINFO : IPV6_PKTINFO;
	control->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(control), is_ipv4 ? (const void *)&info4 : (const void *)&info6, size);
	header->msg_controllen = CMSG_SPACE(size);
}

static void server_flush(void *context)
{
	struct udp_server *server = context;
	unsigned int sent = 0;
	while (sent < server->answers) {
		int count = sendmmsg(server->descriptor, server->out.headers + sent,
				     server->answers - sent, 0);
		if (count > 0)
			sent += (unsigned int)count;
		else if (errno != EINTR)
			/* Like any UDP server: what cannot be sent now is lost, and asked for
			 * again. */
			sent++;
	}
	server->answers = 0;
}

/* The answer stands already in the next free place of the batch. */
static void server_queue(struct udp_server *server, const struct udp_request *request, size_t size)
{
	assert(size <= UDP_ANSWER_MAX && server->answers < SERVER_BATCH);
	unsigned int index = server->answers++;
	struct msghdr *header = &server->out.headers[index].msg_hdr;
	server->out.vectors[index].iov_len = size;
	header->msg_namelen = address_to_sockaddr(&request->peer, &server->out.names[index]);
	write_local(&request->local, header);
	if (server->answers == SERVER_BATCH)
		server_flush(server);
	else
		loop_defer(server->loop, &server->flush);
}

int udp_server_send(struct udp_server *server, const struct udp_request *request, const void *data,
		    size_t size_bytes)
{
	assert(server != NULL && request != NULL && data != NULL);
	assert(request->local.family == server->local.family);
	if (size_bytes > UDP_ANSWER_MAX)
		return ERR_LIMIT;
	memcpy(server->out.data[server->answers], data, size_bytes);
	server_queue(server, request, size_bytes);
	return OK;
}

static void server_answer_one(struct udp_server *server, unsigned int index)
{
	struct mmsghdr *message = &server->in.headers[index];
	struct msghdr *header = &message->msg_hdr;
	struct udp_request request = {
		.data = server->in.data[index],
		.size_bytes = message->msg_len,
		.local = read_local(server, header),
	};
	int error = address_from_sockaddr(header->msg_name, header->msg_namelen, &request.peer);
	bool is_whole = (header->msg_flags & MSG_TRUNC) == 0;
	header->msg_namelen = sizeof(server->in.names[index]);
	header->msg_controllen = sizeof(server->in.controls[index]);
	if (error != OK || !is_whole)
		return;
	uint8_t *answer = server->out.data[server->answers];
	size_t size = server->handler.answer(server->context, &request, answer);
	/* The handler may have sent others meanwhile: then the answer stands in the wrong place. */
	if (size > 0 && answer != server->out.data[server->answers])
		memmove(server->out.data[server->answers], answer, size);
	if (size > 0)
		server_queue(server, &request, size);
}

static void server_ready(void *context, unsigned int events)
{
	struct udp_server *server = context;
	(void)events;
	int count =
		recvmmsg(server->descriptor, server->in.headers, SERVER_BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < count; i++)
		server_answer_one(server, (unsigned int)i);
}

static void set_option(int descriptor, int level, int name, int value)
{
	(void)setsockopt(descriptor, level, name, &value, sizeof(value));
}

static void set_options(int descriptor, int domain)
{
	int size = SOCKET_BUFFER_BYTES;
	if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		set_option(descriptor, SOL_SOCKET, SO_RCVBUF, size);
	set_option(descriptor, SOL_SOCKET, SO_SNDBUF, size);
	/* Addresses that a local route makes ours are not on any interface (os/netns.h). */
	set_option(descriptor, IPPROTO_IP, IP_FREEBIND, 1);
	if (domain == AF_INET) {
		set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
		set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
		return;
	}
	set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	set_option(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
}

static int server_bind(struct udp_server *server, const struct address *local)
{
	int domain = local->family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
	server->descriptor = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (server->descriptor < 0)
		return error_from_errno(errno);
	set_options(server->descriptor, domain);
	struct sockaddr_storage name;
	socklen_t size = address_to_sockaddr(local, &name);
	if (bind(server->descriptor, (const struct sockaddr *)&name, size) != 0)
		return error_from_errno(errno);
	size = sizeof(name);
	if (getsockname(server->descriptor, (struct sockaddr *)&name, &size) != 0)
		return error_from_errno(errno);
	return address_from_sockaddr((const struct sockaddr *)&name, size, &server->local);
}

int udp_server_new(struct loop *loop, const struct address *local,
		   const struct udp_server_handler *handler, void *context,
		   struct udp_server **ret_server)
{
	assert(loop != NULL && local != NULL && local->family != ADDRESS_NONE);
	assert(handler != NULL && handler->answer != NULL && ret_server != NULL);
	struct udp_server *server = memory_take_zeroed(1, sizeof(*server));
	if (server == NULL)
		return ERR_MEMORY;
	server->loop = loop;
	server->handler = *handler;
	server->context = context;
	batch_init(&server->in);
	batch_init(&server->out);
	watch_init(&server->watch, server_ready, server);
	deferred_init(&server->flush, server_flush, server);
	int error = server_bind(server, local);
	if (error == OK)
		error = watch_start(loop, &server->watch, server->descriptor, LOOP_READ);
	if (error != OK) {
		udp_server_free(server);
		return error;
	}
	*ret_server = server;
	return OK;
}

void udp_server_free(struct udp_server *server)
{
	if (server == NULL)
		return;
	watch_stop(server->loop, &server->watch);
	deferred_cancel(server->loop, &server->flush);
	if (server->descriptor >= 0)
		(void)close(server->descriptor);
	memory_give(server);
}

struct address udp_server_address(const struct udp_server *server)
{
	return server->local;
}
