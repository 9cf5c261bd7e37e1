/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagrams on their way in: a batch by one system call, then one callback each; and the errors
 * that the network reports. */
#include "base/memory.h"
#include "net/udp_private.h"

#include <assert.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <string.h>
#include <time.h>

/* Errors taken at one go, so that a flood of ICMP does not keep us from answers. */
#define ERRORS_AT_ONCE 64
/* Room for the extended error and the address of who reported it. */
#define CONTROL_BYTES 512
/* Room for one struct timespec. */
#define STAMP_BYTES CMSG_SPACE(sizeof(struct timespec))

#define NS_A_SECOND INT64_C(1000000000)
/* Nothing waits longer in a socket; more means that the wall clock was set meanwhile. */
#define WAITED_MAX_NS (60 * NS_A_SECOND)

struct udp_inbox {
	size_t stride_bytes;
	size_t receive_max_bytes;
	struct mmsghdr headers[UDP_BATCH];
	struct iovec vectors[UDP_BATCH];
	struct sockaddr_in6 names[UDP_BATCH];
	_Alignas(struct cmsghdr) uint8_t stamps[UDP_BATCH][STAMP_BYTES];
	uint8_t data[];
};

int udp_inbox_new(size_t receive_max_bytes, struct udp_inbox **ret_inbox)
{
	/* Buffers a power of two apart would all fall into the same cache lines. */
	size_t stride = (receive_max_bytes + 63) / 64 * 64 + 192;
	struct udp_inbox *inbox =
		memory_take_zeroed(1, sizeof(*inbox) + (size_t)UDP_BATCH * stride);
	if (inbox == NULL)
		return ERR_MEMORY;
	inbox->stride_bytes = stride;
	inbox->receive_max_bytes = receive_max_bytes;
	for (unsigned int i = 0; i < UDP_BATCH; i++) {
		inbox->vectors[i].iov_base = inbox->data + i * stride;
		inbox->vectors[i].iov_len = receive_max_bytes;
		inbox->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &inbox->names[i],
			.msg_namelen = sizeof(inbox->names[i]),
			.msg_iov = &inbox->vectors[i],
			.msg_iovlen = 1,
			.msg_control = inbox->stamps[i],
			.msg_controllen = STAMP_BYTES,
		};
	}
	*ret_inbox = inbox;
	return OK;
}

void udp_inbox_free(struct udp_inbox *inbox)
{
	memory_give(inbox);
}

void udp_tell_failed(struct udp_pool *pool, const struct udp_datagram *datagram, int errno_value)
{
	pool->counters.errors++;
	if (pool->handler.failed != NULL)
		pool->handler.failed(pool->context, datagram, errno_value);
}

/* As address_from_sockaddr, without its copies: this runs for every answer. */
static struct address read_name(const struct sockaddr_in6 *name)
{
	if (name->sin6_family == AF_INET6)
		return address_from_ipv6(name->sin6_addr.s6_addr, ntohs(name->sin6_port));
	struct sockaddr_in in;
	assert(name->sin6_family == AF_INET);
	memcpy(&in, name, sizeof(in));
	return address_from_ipv4((const uint8_t *)&in.sin_addr, ntohs(in.sin_port));
}

/* The loop's clock now, and the wall clock that the kernel's stamps are by. */
struct moment {
	uint64_t loop_ns;
	int64_t wall_ns;
};

static struct moment moment_now(const struct loop *loop)
{
	struct timespec wall;
	(void)clock_gettime(CLOCK_REALTIME, &wall);
	return (struct moment){
		.loop_ns = loop_read_clock_ns(loop),
		.wall_ns = (int64_t)wall.tv_sec * NS_A_SECOND + wall.tv_nsec,
	};
}

/* Without a stamp, or with one from before the wall clock was set: now. */
static uint64_t arrival_ns(struct msghdr *header, const struct moment *now)
{
	const struct cmsghdr *control = CMSG_FIRSTHDR(header);
	if (control == NULL || control->cmsg_level != SOL_SOCKET ||
	    control->cmsg_type != SCM_TIMESTAMPNS)
		return now->loop_ns;
	struct timespec stamp;
	memcpy(&stamp, CMSG_DATA(control), sizeof(stamp));
	int64_t waited_ns = now->wall_ns - (int64_t)stamp.tv_sec * NS_A_SECOND - stamp.tv_nsec;
	bool is_sane = waited_ns >= 0 && waited_ns < WAITED_MAX_NS;
	return is_sane && (uint64_t)waited_ns < now->loop_ns ? now->loop_ns - (uint64_t)waited_ns
							     : now->loop_ns;
}

static void tell_received(struct udp_pool *pool, uint32_t slot, unsigned int count)
{
	struct udp_inbox *inbox = pool->inbox;
	const struct moment now = moment_now(pool->loop);
	for (unsigned int i = 0; i < count; i++) {
		struct msghdr *header = &inbox->headers[i].msg_hdr;
		struct udp_datagram datagram = {
			.peer = read_name(&inbox->names[i]),
			.slot = slot,
			.data = inbox->vectors[i].iov_base,
			.size_bytes = inbox->headers[i].msg_len,
			.arrived_ns = arrival_ns(header, &now),
			.is_cut = (header->msg_flags & MSG_TRUNC) != 0,
		};
		header->msg_namelen = sizeof(inbox->names[i]);
		header->msg_controllen = STAMP_BYTES;
		if (pool->handler.received != NULL)
			pool->handler.received(pool->context, &datagram);
	}
}

void udp_socket_ready(void *context, unsigned int events)
{
	struct udp_socket *socket = context;
	struct udp_pool *pool = socket->pool;
	if ((events & LOOP_FAILED) != 0)
		(void)udp_socket_take_errors(socket);
	if ((events & LOOP_READ) == 0)
		return;
	int count =
		recvmmsg(socket->descriptor, pool->inbox->headers, UDP_BATCH, MSG_DONTWAIT, NULL);
	pool->counters.receive_calls++;
	/* A failure is EAGAIN, or an error of the queue that was told already. */
	if (count <= 0)
		return;
	pool->counters.received += (unsigned int)count;
	tell_received(pool, socket->slot, (unsigned int)count);
}

static int error_in_control(struct msghdr *header)
{
	for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control != NULL;
	     control = CMSG_NXTHDR(header, control)) {
		bool is_error =
			(control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_RECVERR) ||
			(control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_RECVERR);
		if (!is_error || control->cmsg_len < CMSG_LEN(sizeof(struct sock_extended_err)))
			continue;
		struct sock_extended_err error;
		memcpy(&error, CMSG_DATA(control), sizeof(error));
		/* What the sending call itself said is dealt with there. */
		return error.ee_origin == SO_EE_ORIGIN_LOCAL ? 0 : (int)error.ee_errno;
	}
	return 0;
}

unsigned int udp_socket_take_errors(struct udp_socket *socket)
{
	struct udp_pool *pool = socket->pool;
	unsigned int told = 0;
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_BYTES];
	uint8_t quoted[UDP_SEND_MAX];
	for (int i = 0; i < ERRORS_AT_ONCE; i++) {
		struct sockaddr_in6 name = {0};
		struct iovec vector = {.iov_base = quoted, .iov_len = sizeof(quoted)};
		struct msghdr header = {
			.msg_name = &name,
			.msg_namelen = sizeof(name),
			.msg_iov = &vector,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};
		ssize_t size = recvmsg(socket->descriptor, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
		if (size < 0)
			break;
		int errno_value = error_in_control(&header);
		if (errno_value == 0 || header.msg_namelen == 0)
			continue;
		struct udp_datagram datagram = {
			.peer = read_name(&name),
			.slot = socket->slot,
			.data = quoted,
			.size_bytes = (size_t)size,
		};
		udp_tell_failed(pool, &datagram, errno_value);
		told++;
	}
	return told;
}
