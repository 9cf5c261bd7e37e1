/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a TLS context, for tls.c, tls_session.c and quic.c. */
#ifndef NET_TLS_CONTEXT_PRIVATE_H
#define NET_TLS_CONTEXT_PRIVATE_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

/* "dot" and a neighbour or two. */
#define TLS_ALPN_MAX 4
#define TLS_ALPN_LENGTH_MAX 32

struct tls_context {
	bool is_server;
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priorities;
	gnutls_datum_t certificate; /* a server's own, DER */
	unsigned int alpn_count;
	gnutls_datum_t alpn[TLS_ALPN_MAX];
	char alpn_text[TLS_ALPN_MAX][TLS_ALPN_LENGTH_MAX];
};

#endif
