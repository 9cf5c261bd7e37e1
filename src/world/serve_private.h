/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The world's one server: wildcard sockets for UDP and TCP, and what is encrypted
 * (secure_private.h), answers from the address that was asked, delayed ones by timers. Several
 * questions on one connection are answered in their order, unless a canned reply asks for a delay
 * (RFC 7766 s6.2.1.1).
 */
#ifndef WORLD_SERVE_PRIVATE_H
#define WORLD_SERVE_PRIVATE_H

#include "net/loop.h"
#include "net/stream.h"
#include "world/respond_private.h"

struct serve;

struct serve_options {
	bool without_ipv6;   /* the kernel has none */
	uint16_t port;       /* 0: 53 */
	uint16_t tls_port;   /* 0: 853; of TLS and QUIC */
	uint16_t https_port; /* 0: 443 */
	/* Takes connections to port 443 at addresses that are no server's; NULL: nobody. */
	void (*other_https)(void *context, struct stream *stream);
	void *other_context;
	const struct world *world;
	int64_t now_s; /* for certificates */
};

/* Responder and loop must outlive it. */
MUST_CHECK int serve_new(struct loop *loop, struct responder *responder,
			 const struct serve_options *options, struct complaint *complaint,
			 struct serve **ret_serve);
void serve_free(struct serve *serve);

#endif
