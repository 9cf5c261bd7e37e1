/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A UDP socket that answers: one bound address (or a wildcard), datagrams in by recvmmsg, answers
 * out by sendmmsg, each from the very address that was asked (IP_PKTINFO, RFC 3542 s6.1), so that
 * one wildcard socket serves thousands of local addresses.
 *
 * The handler gets a datagram and a buffer for the answer, and gives back the answer's size; 0
 * sends nothing. An answer to be sent later or several for one question go through udp_server_send.
 */
#ifndef NET_UDP_SERVER_H
#define NET_UDP_SERVER_H

#include "base/error.h"
#include "net/address.h"
#include "net/loop.h"

#include <stddef.h>
#include <stdint.h>

/* Longest answer: EDNS sizes above 4096 are not honoured (RFC 6891 s6.2.5). */
#define UDP_ANSWER_MAX 4096u

struct udp_server;

struct udp_request {
	struct address peer;
	struct address local; /* the address asked, also on a wildcard socket */
	const uint8_t *data;
	size_t size_bytes;
};

/* Writes at most UDP_ANSWER_MAX octets to `answer` and returns how many. */
struct udp_server_handler {
	size_t (*answer)(void *context, const struct udp_request *request, uint8_t *answer);
};

/* `local` may be a wildcard (0.0.0.0 or ::, which is IPv6 only). Port 0: the kernel chooses. */
MUST_CHECK int udp_server_new(struct loop *loop, const struct address *local,
			      const struct udp_server_handler *handler, void *context,
			      struct udp_server **ret_server);
void udp_server_free(struct udp_server *server);
/* As bound: with the port that the kernel chose. */
struct address udp_server_address(const struct udp_server *server);
/* From `request`'s local address to its peer; `request->data` is not looked at. Copied into the
 * batch that leaves before the loop sleeps. ERR_LIMIT above UDP_ANSWER_MAX. */
MUST_CHECK int udp_server_send(struct udp_server *server, const struct udp_request *request,
			       const void *data, size_t size_bytes);

#endif
