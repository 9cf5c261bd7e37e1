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
#include "world/model_private.h"
#include "world/respond_private.h"

struct secure;

struct secure_options {
	const struct world *world;
	struct responder *responder;
	bool without_ipv6;
	uint16_t port;       /* of DoT and DoQ */
	uint16_t https_port; /* of DoH */
	int64_t now_s;
};

MUST_CHECK int secure_new(struct loop *loop, const struct secure_options *options,
			  struct complaint *complaint, struct secure **ret_secure);
/* secure_free(NULL) is fine. */
void secure_free(struct secure *secure);

/* What of DoT, DoH and DoQ a server really has, SERVER_DOT, ...; behaviours that need one imply it.
 */
uint8_t server_transports(const struct world_server *server);
/* `_dns.<name of the server>` SVCB (RFC 9461) of a server that has any; false: it has none. `rdata`
 * has room for SVCB_OCTETS_MAX. */
#define SVCB_OCTETS_MAX 400
bool server_svcb(const struct world_server *server, struct name *ret_owner, uint8_t *rdata,
		 uint16_t *ret_size);

#endif
