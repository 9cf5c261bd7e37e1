/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a UDP pool: sockets (udp_socket.c), batches on their way out (udp_send.c),
 * datagrams on their way in (udp_receive.c). */
#ifndef NET_UDP_PRIVATE_H
#define NET_UDP_PRIVATE_H

#include "net/udp.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Batches waiting for the kernel plus those being filled. */
#define UDP_BATCHES_MAX 16u
#define UDP_FAMILIES 2u

struct udp_socket {
	struct udp_pool *pool;
	struct udp_socket *next_retired;
	struct watch watch;
	struct timer close_timer; /* runs once it is retired */
	uint64_t opened_ns;
	uint32_t slot;
	unsigned int questions;
	unsigned int batches; /* that hold on to it */
	int descriptor;
	bool is_retired;
	bool is_due; /* to be closed with its last batch */
};

struct udp_batch {
	struct udp_batch *next;
	struct udp_socket *socket;
	unsigned int count;
	unsigned int sent; /* of them */
	struct mmsghdr headers[UDP_BATCH];
	struct iovec vectors[UDP_BATCH];
	struct sockaddr_in6 names[UDP_BATCH]; /* or sockaddr_in, which is shorter */
	uint8_t data[UDP_BATCH][UDP_SEND_MAX];
};

struct udp_family {
	int domain; /* AF_INET, AF_INET6 */
	struct address source;
	struct udp_batch *open;
	struct udp_socket **sockets; /* options.sockets of them, NULL until used */
	bool is_off;
};

struct udp_inbox;

struct udp_pool {
	struct loop *loop;
	struct random *random;
	struct udp_options options;
	struct udp_handler handler;
	void *context;
	struct udp_family families[UDP_FAMILIES];
	struct udp_socket *retired;
	struct udp_batch *free_batches;
	struct udp_batch *waiting_first;
	struct udp_batch **waiting_last;
	unsigned int batch_count;
	uint32_t last_slot;
	bool was_busy; /* somebody was told ERR_BUSY */
	struct deferred flush;
	struct timer retry;
	struct udp_inbox *inbox;
	struct udp_counters counters;
};

/* A socket of the family for the next batch: a random one of the pool, replaced first if it is
 * worn. */
MUST_CHECK int udp_socket_choose(struct udp_pool *pool, struct udp_family *family,
				 struct udp_socket **ret_socket);
/* A batch lets go of its socket. */
void udp_socket_release(struct udp_socket *socket);
void udp_sockets_close(struct udp_pool *pool);
uint64_t udp_socket_drops(const struct udp_socket *socket);

void udp_batches_init(struct udp_pool *pool);
void udp_batches_free(struct udp_pool *pool);

MUST_CHECK int udp_inbox_new(size_t receive_max_bytes, struct udp_inbox **ret_inbox);
void udp_inbox_free(struct udp_inbox *inbox);
/* The watch's callback: context is the socket. */
void udp_socket_ready(void *context, unsigned int events);
/* Takes what the network says went wrong from the socket's error queue; returns how much it was. */
unsigned int udp_socket_take_errors(struct udp_socket *socket);
void udp_tell_failed(struct udp_pool *pool, const struct udp_datagram *datagram, int errno_value);

#endif
