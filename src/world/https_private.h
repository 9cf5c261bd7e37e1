/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections that carry DNS messages in HTTP/2 (RFC 8484): GET and POST at /dns-query. */
#ifndef WORLD_HTTPS_PRIVATE_H
#define WORLD_HTTPS_PRIVATE_H

#include "net/http2.h"
#include "net/stream.h"
#include "world/respond_private.h"

struct https_connection;

struct https {
	struct loop *loop;
	struct responder *responder;
	struct https_connection *first;
};

void https_init(struct https *https, struct loop *loop, struct responder *responder);
/* Ends them all. */
void https_release(struct https *https);
/* Takes over a stream that was just accepted. `is_missing`: there is nothing at /dns-query. */
void https_begin(struct https *https, struct stream *stream, bool is_missing);

/* The message in the `dns` of a GET (RFC 8484 s4.1): base64url without padding. ERR_FORMAT,
 * ERR_LIMIT. */
MUST_CHECK int https_message(const char *path, uint8_t *buffer, size_t room, size_t *ret_size);

#endif
