/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail's parts (RFC 5322, RFC 2045, RFC 2046), as far as messages of cases travel in them: leaves
 * of type text/plain and application of any kind, with their transfer encoding undone. Whatever
 * else a mail holds is passed over and not looked at: HTML, pictures, mails within mails. Nothing
 * is executed, nothing fetched.
 *
 * Mail is a stranger's: depth, parts, and the size of headers are bounded, and work is linear in
 * the size of the mail times its depth. Octets given to the callback live during the call.
 */
#ifndef GATHER_INBOX_MIME_H
#define GATHER_INBOX_MIME_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A forward of a forward with an attachment has four. */
#define MIME_DEPTH_MAX 8u
/* Of all kinds; people attach some tens of files at most. */
#define MIME_PARTS_MAX 200u
/* Of one entity; long chains of Received and signatures have 30 KiB. */
#define MIME_HEADER_MAX ((size_t)256 * 1024)
/* One field that is looked at, unfolded: a type with its parameters. */
#define MIME_FIELD_MAX 2048u
/* RFC 2046 s5.1.1. */
#define MIME_BOUNDARY_MAX 70u
#define MIME_TYPE_MAX 128u

struct mime_part {
	const char *type; /* "text/plain", in lower case */
	unsigned number;  /* from 1, of all leaves */
	const char *octets;
	size_t size;
	bool is_damaged; /* base64 that is none, or was cut: octets is NULL */
};
typedef int mime_take(void *context, const struct mime_part *part);

/* What the callback returns other than 0 ends it and is returned. ERR_LIMIT, ERR_FORMAT (a header
 * that does not end), ERR_MEMORY, each with its sentence. */
MUST_CHECK int mime_read(const char *octets, size_t size, mime_take *take, void *context,
			 struct complaint *complaint);

/* Does it begin like a mail: with a field's name and a colon? */
bool mime_is_mail(const char *octets, size_t size);

#endif
