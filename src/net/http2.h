/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP/2 (RFC 9113, by nghttp2) as far as DNS over HTTPS needs it: whole requests and whole
 * answers, either side, no push, no trailers.
 *
 * It knows no sockets: octets of the peer come in by http2_receive, octets for the peer go out by
 * `write`, within any of the functions below. So it stands on a TLS stream as well as on a fuzzer.
 *
 * Hostile peers are the normal case. A connection has at most HTTP2_STREAMS_MAX exchanges at a
 * time, each with a body of HTTP2_BODY_MAX and one block of header fields; what a client takes in
 * all is HTTP2_OCTETS_MAX. Who says more is an error, whatever he meant. Time is the caller's.
 *
 * Errors: ERR_FORMAT (the peer broke the protocol; http2_sentence says how), ERR_LIMIT, ERR_MEMORY,
 * or what `write` gave. After an error nothing but http2_free is of use.
 */
#ifndef NET_HTTP2_H
#define NET_HTTP2_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* A DNS message (RFC 8484 s6). */
#define HTTP2_BODY_MAX 65535u
/* Of RFC 9113 s6.5.2: recommended not to be smaller. */
#define HTTP2_STREAMS_MAX 100u
/* 20 answers in the pipeline, each of the largest size, and as much again. */
#define HTTP2_OCTETS_MAX ((size_t)4 << 20)
/* "/dns-query?dns=" and 65,535 octets in base64url would be 87 KiB; no question is longer than 512
 * octets, and servers cut lines at 8 KiB. */
#define HTTP2_PATH_MAX 2048u

struct http2;

/* A request (status 0) or an answer. Texts are "" when they were not given. */
struct http2_message {
	uint32_t token;        /* the client's; for a server the stream */
	uint16_t status;       /* 0: the peer refused or reset the stream */
	char method[8];        /* longer ones are cut: nobody's business here */
	char content_type[64]; /* lower case as given, without parameters */
	char path[HTTP2_PATH_MAX];
	const uint8_t *body;
	size_t body_size;
};

struct http2_handler {
	/* Copies or sends. Not 0: an error, which the caller of the moment gets. */
	int (*write)(void *context, const uint8_t *data, size_t size);
	/* A whole request, or a whole answer; lives during the call. May ask, answer, and free. */
	void (*received)(void *context, const struct http2_message *message);
};

/* `handler` is not copied. */
MUST_CHECK int http2_client_new(const struct http2_handler *handler, void *context,
				struct http2 **ret_http2);
MUST_CHECK int http2_server_new(const struct http2_handler *handler, void *context,
				struct http2 **ret_http2);
/* What is open is forgotten, not told. http2_free(NULL) is fine; also within `received`. */
void http2_free(struct http2 *http2);

/* May free the connection, within `received`: then it gives ERR_NETWORK. */
MUST_CHECK int http2_receive(struct http2 *http2, const uint8_t *data, size_t size);

struct http2_post {
	const char *host; /* the authority (RFC 9113 s8.3.1) */
	const char *path;
	const char *content_type; /* of the body, and of what is wanted */
	const uint8_t *body;      /* copied */
	size_t body_size;
};

/* A client asks. `received` comes once for it unless the connection fails before. ERR_LIMIT: too
 * many at a time. */
MUST_CHECK int http2_ask(struct http2 *http2, uint32_t token, const struct http2_post *post);
/* A server answers the request of that token; fine if it is gone meanwhile. The body is copied. */
MUST_CHECK int http2_answer(struct http2 *http2, uint32_t token, uint16_t status,
			    const uint8_t *body, size_t body_size);
/* What was wrong, for people; "" if nothing was. */
const char *http2_sentence(const struct http2 *http2);

#endif
