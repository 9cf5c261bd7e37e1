/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where reports go: the URIs of DMARC and TLS reporting, which are "mailto:" and "https:". */
#ifndef DNS_POLICY_URI_H
#define DNS_POLICY_URI_H

#include "dns/wire/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Receivers must heed two (RFC 7489 s6.2); more are read, so that each can be looked at. */
#define POLICY_URIS_MAX 8

struct policy_uri {
	const char *text; /* in the record */
	size_t size;
	bool is_mail;
	bool has_size_limit; /* "!10m", which RFC 9989 has dropped */
	struct name host;    /* of the mail address, or of the web server; lower case */
};

/* False: it is none, or has a scheme of others, or no host. */
bool policy_uri(const char *text, size_t size, struct policy_uri *ret_uri);

#endif
