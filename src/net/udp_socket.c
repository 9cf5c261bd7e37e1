/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sockets of a UDP pool: opened on random ports, worn out, retired, closed. */
#include "base/memory.h"
#include "net/udp_private.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <unistd.h>

/* RFC 5452 s9.2: as large a range as possible. The well-known ports are left out, since firewalls
 * in between drop answers to some of them. */
#define PORT_FIRST 1024u
#define PORT_COUNT (65536u - PORT_FIRST)
/* A random port may be in use. With half of all ports taken, 2^-32 is the chance to find none. */
#define PORT_ATTEMPTS 32

static void set_option(int descriptor, int level, int name, int value)
{
	/* A kernel that lacks one of these still gives a socket that works. */
	(void)setsockopt(descriptor, level, name, &value, sizeof(value));
}

static void set_buffers(int descriptor, size_t size_bytes)
{
	int size = size_bytes > INT_MAX / 2 ? INT_MAX / 2 : (int)size_bytes;
	/* FORCE goes beyond net.core.rmem_max where we may. */
	if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		set_option(descriptor, SOL_SOCKET, SO_RCVBUF, size);
	if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) != 0)
		set_option(descriptor, SOL_SOCKET, SO_SNDBUF, size);
}

static void set_options(int descriptor, const struct udp_pool *pool, int domain)
{
	set_buffers(descriptor, pool->options.socket_buffer_bytes);
	set_option(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	/* A forged "fragmentation needed" must not make us fragment or shrink: OMIT ignores it. */
	if (domain == AF_INET6) {
		set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
		set_option(descriptor, IPPROTO_IPV6, IPV6_RECVERR, 1);
		set_option(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
	} else {
		set_option(descriptor, IPPROTO_IP, IP_RECVERR, 1);
		set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
	}
}

static int bind_random(int descriptor, struct udp_pool *pool, const struct udp_family *family)
{
	static const uint8_t ANY[16];
	struct address local = family->source;
	if (local.family == ADDRESS_NONE)
		local = family->domain == AF_INET ? address_from_ipv4(ANY, 0)
						  : address_from_ipv6(ANY, 0);
	for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
		local.port = (uint16_t)(PORT_FIRST + random_below(pool->random, PORT_COUNT));
		struct sockaddr_storage name;
		socklen_t size = address_to_sockaddr(&local, &name);
		if (bind(descriptor, (const struct sockaddr *)&name, size) == 0)
			return OK;
		if (errno != EADDRINUSE && errno != EACCES)
			return error_from_errno(errno);
	}
	return ERR_BUSY;
}

static int socket_open(struct udp_pool *pool, const struct udp_family *family,
		       struct udp_socket **ret_socket)
{
	struct udp_socket *opened = memory_take_zeroed(1, sizeof(*opened));
	if (opened == NULL)
		return ERR_MEMORY;
	int error;
	opened->descriptor = socket(family->domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (opened->descriptor < 0) {
		error = error_from_errno(errno);
		goto out;
	}
	set_options(opened->descriptor, pool, family->domain);
	error = bind_random(opened->descriptor, pool, family);
	if (error != OK)
		goto out;
	watch_init(&opened->watch, udp_socket_ready, opened);
	error = watch_start(pool->loop, &opened->watch, opened->descriptor, LOOP_READ);
	if (error != OK)
		goto out;
	opened->pool = pool;
	opened->opened_ns = loop_now_ns(pool->loop);
	if (++pool->last_slot == 0)
		pool->last_slot = 1; /* 0 is no slot */
	opened->slot = pool->last_slot;
	pool->counters.sockets_opened++;
	*ret_socket = opened;
	return OK;
out:
	if (opened->descriptor >= 0)
		(void)close(opened->descriptor);
	memory_give(opened);
	return error;
}

static void socket_close(struct udp_socket *socket)
{
	struct udp_pool *pool = socket->pool;
	assert(socket->batches == 0);
	pool->counters.dropped_kernel += udp_socket_drops(socket);
	timer_stop(&socket->close_timer);
	watch_stop(pool->loop, &socket->watch);
	(void)close(socket->descriptor);
	memory_give(socket);
}

static void close_retired(struct udp_socket *socket)
{
	struct udp_socket **link = &socket->pool->retired;
	while (*link != socket) {
		assert(*link != NULL);
		link = &(*link)->next_retired;
	}
	*link = socket->next_retired;
	socket_close(socket);
}

/* The grace is over. */
static void close_timer_fired(void *context)
{
	struct udp_socket *socket = context;
	assert(socket->is_retired);
	socket->is_due = true;
	if (socket->batches == 0)
		close_retired(socket);
}

void udp_socket_release(struct udp_socket *socket)
{
	assert(socket->batches > 0);
	socket->batches--;
	if (socket->is_due && socket->batches == 0)
		close_retired(socket);
}

static void socket_retire(struct udp_socket *socket)
{
	struct udp_pool *pool = socket->pool;
	assert(!socket->is_retired);
	socket->is_retired = true;
	socket->next_retired = pool->retired;
	pool->retired = socket;
	timer_init(&socket->close_timer, close_timer_fired, socket);
	timer_start(pool->loop, &socket->close_timer, pool->options.grace_ms);
}

static bool socket_is_worn(const struct udp_socket *socket)
{
	const struct udp_pool *pool = socket->pool;
	uint64_t age_ns = loop_now_ns(pool->loop) - socket->opened_ns;
	return socket->questions >= pool->options.questions_max ||
	       age_ns / 1000000 >= pool->options.age_max_ms;
}

int udp_socket_choose(struct udp_pool *pool, struct udp_family *family,
		      struct udp_socket **ret_socket)
{
	if (family->is_off)
		return ERR_UNSUPPORTED;
	uint32_t index = random_below(pool->random, pool->options.sockets);
	struct udp_socket *present = family->sockets[index];
	if (present == NULL || socket_is_worn(present)) {
		struct udp_socket *fresh = NULL;
		int error = socket_open(pool, family, &fresh);
		/* Out of descriptors or memory: a worn socket is better than none. */
		if (error != OK && present == NULL)
			return error;
		if (error == OK) {
			if (present != NULL)
				socket_retire(present);
			family->sockets[index] = fresh;
			present = fresh;
		}
	}
	assert(present != NULL);
	present->batches++;
	*ret_socket = present;
	return OK;
}

void udp_sockets_close(struct udp_pool *pool)
{
	for (unsigned int i = 0; i < UDP_FAMILIES; i++) {
		struct udp_socket **sockets = pool->families[i].sockets;
		for (unsigned int k = 0; sockets != NULL && k < pool->options.sockets; k++) {
			if (sockets[k] != NULL)
				socket_close(sockets[k]);
			sockets[k] = NULL;
		}
	}
	while (pool->retired != NULL)
		close_retired(pool->retired);
}

uint64_t udp_socket_drops(const struct udp_socket *socket)
{
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	socklen_t size = sizeof(memory);
	if (getsockopt(socket->descriptor, SOL_SOCKET, SO_MEMINFO, memory, &size) != 0)
		return 0;
	return memory[SK_MEMINFO_DROPS];
}
