/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pool of UDP sockets that sends questions in batches and hands in what comes back.
 *
 * The pool keeps some sockets per address family, each bound to a random port (from the caller's
 * random source, which must be cryptographic outside tests). Datagrams are collected into a batch
 * of up to 64 that leaves by one sendmmsg, when it is full or when the loop is about to sleep. A
 * batch goes through one socket chosen at random when it is opened, so udp_send can tell at once
 * which socket (`slot`) the question will use, and nobody outside can tell the port of a question
 * before it was sent (RFC 5452 s9.2). All questions of one batch share a port; since identical
 * questions are asked once only (the layer above coalesces them), the birthday attack of RFC 5452
 * s5 gains nothing from that: each question still has one port and one id to be guessed. The
 * receiver must compare address, slot, id and question: a reply that came to another slot than its
 * question's is a forgery or a mistake, and is not that question's answer.
 *
 * A socket takes no more questions after `questions_max` of them or `age_max_ms`; it stays open for
 * `grace_ms` for late replies, then is closed, and another random port takes its place. A slot
 * number is never used twice in the life of a pool (until 2^32 sockets have come and gone).
 *
 * Errors on the way back (ICMP) are handed to `failed` with the address they are about and as much
 * of the datagram as was quoted: they are as easy to forge as replies, so compare the id in the
 * quotation before believing them. Errors of the sending system call arrive there too, with the
 * whole datagram. If the kernel cannot take more, batches wait and go later; with all batches
 * waiting udp_send says ERR_BUSY and `writable` is called when it is worth trying again.
 *
 * Memory: about 1 MiB a pool, nothing taken per datagram. Data in callbacks is valid during the
 * call.
 */
#ifndef NET_UDP_H
#define NET_UDP_H

#include "base/error.h"
#include "base/random.h"
#include "net/address.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest datagram sent: a question with the longest name (255) and every EDNS option we send stays
 * below; RFC 1035 s4.2.1 lets no question without EDNS be longer. */
#define UDP_SEND_MAX 512u
/* Datagrams of one sendmmsg or recvmmsg; larger batches gain nothing measurable. */
#define UDP_BATCH 64u

struct udp_pool;

struct udp_datagram {
	struct address peer; /* from whom; in `failed`: to whom */
	uint32_t slot;
	const uint8_t *data;
	size_t size_bytes;
	/* When the kernel had it, by the loop's clock: what waited in a socket for a busy process
	 * does not count as the network's time. */
	uint64_t arrived_ns;
	bool is_cut; /* was longer than receive_max_bytes; data holds its beginning */
};

struct udp_handler {
	void (*received)(void *context, const struct udp_datagram *datagram);
	/* errno_value: ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EACCES, EMSGSIZE, ... */
	void (*failed)(void *context, const struct udp_datagram *datagram, int errno_value);
	void (*writable)(void *context);
};

/* Zero means the default named beside it. */
struct udp_options {
	unsigned int sockets;       /* per family at a time: 16 */
	unsigned int questions_max; /* per socket: 8192 */
	unsigned int age_max_ms;    /* per socket: 60,000 */
	unsigned int grace_ms;      /* longer than any question's time-out: 15,000 */
	size_t receive_max_bytes;   /* 4096: no EDNS size of ours is larger */
	size_t socket_buffer_bytes; /* 4 MiB, or as much as the kernel grants */
	struct address source_ipv4; /* ADDRESS_NONE: the kernel chooses; the port is ignored */
	struct address source_ipv6;
	bool without_ipv4;
	bool without_ipv6;
};

/* `options` may be NULL. Sockets are opened at the first use of their family. `loop` and `random`
 * must outlive the pool. */
MUST_CHECK int udp_pool_new(struct loop *loop, struct random *random,
			    const struct udp_options *options, struct udp_pool **ret_pool);
/* Who is called; `handler` is copied, any of its functions may be NULL. Before that nobody is. */
void udp_pool_handle(struct udp_pool *pool, const struct udp_handler *handler, void *context);
/* What waits to be sent is dropped. udp_pool_free(NULL) is fine; not from a callback of the pool.
 */
void udp_pool_free(struct udp_pool *pool);

/* Copies the datagram into the open batch. ERR_BUSY: see above. ERR_UNSUPPORTED: no sockets of that
 * family can be had on this machine. ERR_LIMIT: longer than UDP_SEND_MAX. */
MUST_CHECK int udp_send(struct udp_pool *pool, const struct address *to, const void *data,
			size_t size_bytes, uint32_t *ret_slot);
/* Sends the open batches now; done by itself before the loop sleeps. */
void udp_flush(struct udp_pool *pool);

struct udp_counters {
	uint64_t sent;
	uint64_t received;
	uint64_t send_calls;
	uint64_t receive_calls;
	uint64_t errors;         /* told by `failed` */
	uint64_t dropped_kernel; /* replies that found a full socket buffer (SO_RXQ_OVFL) */
	uint64_t sockets_opened;
};

struct udp_counters udp_pool_counters(const struct udp_pool *pool);

#endif
