/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of an entity, and undoing its transfer encoding. */
#ifndef GATHER_INBOX_MIME_PRIVATE_H
#define GATHER_INBOX_MIME_PRIVATE_H

#include "base/text.h"
#include "gather/inbox/mime.h"

enum mime_encoding { ENCODING_PLAIN, ENCODING_BASE64, ENCODING_QUOTED, ENCODING_OTHER };

struct mime_header {
	char type[MIME_TYPE_MAX];
	char boundary[MIME_BOUNDARY_MAX + 1]; /* "" where there is none */
	enum mime_encoding encoding;
	size_t size; /* where the body begins */
};

/* The line that begins at `start`: its length with its end, without it in *ret_length. */
size_t mime_line(const char *octets, size_t size, size_t start, size_t *ret_length);

MUST_CHECK int mime_header_read(const char *octets, size_t size, struct complaint *complaint,
				struct mime_header *ret_header);
/* ERR_FORMAT: not in the encoding; ERR_UNSUPPORTED; ERR_MEMORY. */
MUST_CHECK int mime_decode(enum mime_encoding encoding, const char *octets, size_t size,
			   struct text *out);

#endif
