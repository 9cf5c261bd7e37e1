/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections that carry DNS messages, each behind two octets of length (RFC 1035 s4.2.2), plain or
 * within TLS.
 */
#ifndef WORLD_CONNECTION_PRIVATE_H
#define WORLD_CONNECTION_PRIVATE_H

#include "net/stream.h"
#include "world/respond_private.h"

struct connection;

struct connections {
	struct loop *loop;
	struct responder *responder;
	struct connection *first;
	bool is_encrypted; /* set by the owner */
};

void connections_init(struct connections *connections, struct loop *loop,
		      struct responder *responder);
/* Ends them all. */
void connections_release(struct connections *connections);
/* Takes over a stream that was just accepted. */
void connection_begin(struct connections *connections, struct stream *stream);

#endif
