/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One HTTP/1.1 response (RFC 9112), for as much of HTTP as fetching a policy takes: a status, a
 * length or chunks or the connection's end, a body. Whoever answers a GET for one text file with
 * more than the limits is not read further.
 *
 * Octets go in as the network cut them. Interim responses (100 to 199) are passed over.
 */
#ifndef GATHER_SCAN_HTTP_RESPONSE_H
#define GATHER_SCAN_HTTP_RESPONSE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_LINE_MAX 8192u
/* All lines of the head together, and of interim heads, of chunks and of trailers. */
#define HTTP_HEAD_MAX 65536u
/* RFC 8461 s3.3 lets a client give up at 64 kilobytes. */
#define HTTP_BODY_MAX 65536u

enum http_part {
	HTTP_STATUS_LINE,
	HTTP_FIELDS,
	HTTP_BODY_SIZED,  /* Content-Length */
	HTTP_BODY_TO_END, /* as long as the connection */
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK,
	HTTP_CHUNK_END,
	HTTP_TRAILERS,
	HTTP_WHOLE,
};

struct http_response {
	enum http_part part;
	uint16_t status;
	bool is_chunked, has_length, is_text; /* text/plain */
	bool has_type;
	uint64_t left; /* of the sized body, or of the chunk */
	uint32_t head_size;
	uint32_t body_size;
	uint16_t line_size;
	char line[HTTP_LINE_MAX];
	uint8_t *body; /* HTTP_BODY_MAX octets of the caller's */
};

void http_response_init(struct http_response *response, uint8_t body[HTTP_BODY_MAX]);
/* ERR_FORMAT: no HTTP; ERR_LIMIT: more than is read. Octets behind a whole response are left. */
MUST_CHECK int http_response_take(struct http_response *response, const uint8_t *data, size_t size);
/* Is the final head there? Then the status is what it will be, also when what came behind it was an
 * error. */
bool http_response_has_head(const struct http_response *response);
/* The connection has ended: is the response whole? */
bool http_response_end(struct http_response *response);

#endif
