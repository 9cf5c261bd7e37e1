/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail that carries one message (RFC 5322). It says that something sealed is in it, and nothing
 * of the case: neither names, domains nor marks. Its Message-ID is made of the ids of message,
 * recipient and octets, so that the same octets sent twice are one mail to whoever sorts by it, and
 * what was sealed anew is another, which no server drops as one that it has. Sealed octets
 * are armour, in lines that every mail server leaves alone; what is not sealed is in base64.
 */
#ifndef TELL_SHARE_MAIL_H
#define TELL_SHARE_MAIL_H

#include "base/error.h"
#include "base/text.h"
#include "model/contact.h"

#include <stdbool.h>
#include <stdint.h>

/* Base64 of a parcel, and a header. */
#define SHARE_MAIL_MAX ((size_t)2 << 20)

struct share_mail {
	const char *from, *to; /* addresses that contact_is_valid took */
	const char *key;       /* of parcel_key */
	int64_t date_s;
	bool is_sealed;
	const struct text *octets; /* of parcel_make */
};
/* Lines end in CR LF. ERR_MEMORY, ERR_LIMIT. */
MUST_CHECK int share_mail_write(const struct share_mail *mail, struct text *out);

#endif
