/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The world's encrypted side: DNS over TLS at TCP port 853 (RFC 7858), over HTTPS at 443 (RFC 8484,
 * GET and POST at /dns-query), over QUIC at UDP port 853 (RFC 9250). A server offers what the file
 * says, which as a rule is nothing: its ports are then closed. Each server has a certificate of its
 * own, made when it is first asked for.
 *
 * Delays of slow servers and of canned replies are for UDP, TCP and DoT; DoH and DoQ answer at
 * once.
 */
#ifndef WORLD_SECURE_PRIVATE_H
#define WORLD_SECURE_PRIVATE_H

#include "net/loop.h"
#include "net/stream.h"
#include "world/model_private.h"
#include "world/respond_private.h"

struct secure;

struct secure_options {
	const struct world *world;
	struct responder *responder;
	bool without_ipv6;
	uint16_t port;       /* of DoT and DoQ */
	uint16_t https_port; /* of DoH */
	/* Takes connections to addresses that are no server's; NULL: nobody. */
	void (*other_https)(void *context, struct stream *stream);
	void *other_context;
	int64_t now_s;
};

MUST_CHECK int secure_new(struct loop *loop, const struct secure_options *options,
			  struct complaint *complaint, struct secure **ret_secure);
/* secure_free(NULL) is fine. */
void secure_free(struct secure *secure);

#endif
