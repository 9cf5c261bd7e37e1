/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Out by mail (SMTP submission, RFC 6409) and to webhooks (HTTPS POST). Connections are over TLS
 * and their certificates are verified; a mail server on this machine may be spoken to without. Time
 * and size of everything are bounded, no redirect is followed, and of what the other side answers
 * only the code is taken.
 */
#ifndef TELL_SHARE_COURIER_H
#define TELL_SHARE_COURIER_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A file of some lines. */
#define COURIER_SETTINGS_MAX 16384u
/* A connection across the world takes some seconds at most. */
#define COURIER_CONNECT_MS 15000L
/* All of one message: it has a megabyte at most. */
#define COURIER_TIME_MS 60000L
/* So much of what a webhook answers is listened to; nothing of it but the code is used. */
#define COURIER_ANSWER_MAX ((size_t)64 * 1024)

/*
 * How mail leaves: lines of a name, white space and a value; "#" begins a comment line.
 *   server  smtps://HOST[:PORT] (TLS from the first octet), or smtp://HOST[:PORT] (STARTTLS)
 *   from    the address that mails are from
 *   user, password
 *   ca      a file of certificates to trust instead of the system's
 *   tls     "no": without, which only 127.0.0.1, [::1] and localhost may be
 */
struct courier_settings {
	const char *server, *from;
	const char *user, *password; /* both or none */
	const char *ca;              /* NULL: the system's */
	bool has_no_tls;
};
/* Everything is in the arena. ERR_FORMAT names the line; no secret is quoted. */
MUST_CHECK int courier_settings_read(struct arena *arena, const char *octets, size_t size,
				     struct complaint *complaint,
				     struct courier_settings *ret_settings);

struct courier_octets {
	const char *data;
	size_t size;
};
/* OK: the other side took it. ERR_NETWORK, ERR_TIMEOUT, ERR_CRYPTO (its certificate),
 * ERR_PERMISSION (it refused), ERR_MEMORY, each with what was said. */
MUST_CHECK int courier_mail(const struct courier_settings *settings, const char *to,
			    struct courier_octets mail, struct complaint *complaint);

struct courier_post {
	const char *url; /* https:// */
	const char *ca;  /* NULL: the system's */
	const char *key; /* the same for the same octets to the same: the header Idempotency-Key */
	struct courier_octets body;
};
MUST_CHECK int courier_post(const struct courier_post *post, struct complaint *complaint);

#endif
