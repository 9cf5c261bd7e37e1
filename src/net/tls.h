/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What TLS (by GnuTLS) needs beyond one stream: credentials, shared by all streams of a kind.
 *
 * A client context does not verify certificates: DNS over TLS is tried opportunistically (RFC 7858
 * s4.1, RFC 9539 s4.6.3.4), and a measurement wants to see a bad certificate rather than to refuse
 * it. What the peer presented is handed out (`struct tls_facts`), for others to judge.
 * For the same reason a client offers TLS 1.0 and 1.1 after 1.3 and 1.2: a server that knows
 * nothing newer (RFC 8996) is to be seen, not missed. A server context makes its own certificate in
 * memory (ECDSA P-256, self-signed), or loads one; TLS 1.2 and 1.3 only (RFC 9325 s3.1.1), unless
 * it is to play an old one. ALPN "dot" is offered and accepted (RFC 7858 has none, the IANA
 * registry has "dot"), by default; a server also takes clients without ALPN.
 *
 * Contexts are immutable after creation and are counted by nobody: free them after their streams.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tls_context;

/* `alpn`: protocols separated by commas ("dot"), or NULL for none. */
MUST_CHECK int tls_client_new(const char *alpn, struct complaint *complaint,
			      struct tls_context **ret_context);

struct tls_identity {
	const char *common_name; /* "ns1.example"; also the certificate's DNS name */
	int64_t not_before;      /* Unix seconds */
	int64_t not_after;       /* may be in the past, to serve an expired certificate */
	const char *const
		*alt_names; /* further DNS names or addresses as text, ended by NULL; may be NULL */
	bool is_old;        /* knows TLS 1.0 and 1.1 only */
};

MUST_CHECK int tls_server_new(const struct tls_identity *identity, const char *alpn,
			      struct complaint *complaint, struct tls_context **ret_context);
/* From PEM in memory: a chain and its key. */
MUST_CHECK int tls_server_load(const char *certificates_pem, const char *key_pem, const char *alpn,
			       struct complaint *complaint, struct tls_context **ret_context);
/* tls_context_free(NULL) is fine. */
void tls_context_free(struct tls_context *context);
/* The server's own certificate in DER. */
void tls_context_certificate(const struct tls_context *context, const uint8_t **ret_der,
			     size_t *ret_size);

/* Of the presented chain; the public web has 3 or 4. */
#define TLS_CHAIN_MAX 8

struct tls_certificate {
	const uint8_t *der;
	size_t size;
};

/* What a handshake settled. */
struct tls_facts {
	uint16_t version;           /* 0x0301 TLS 1.0 ... 0x0304 TLS 1.3 */
	char cipher_suite[64];      /* "TLS_AES_256_GCM_SHA384"-like, GnuTLS's words */
	char group[24];             /* of the key exchange: "X25519"; "" unknown */
	char alpn[32];              /* "" none */
	const uint8_t *certificate; /* the peer's own, DER; NULL: none */
	size_t certificate_size;
	uint32_t certificate_count; /* length of the presented chain */
	uint8_t certificate_sha256[32];
	struct tls_certificate
		chain[TLS_CHAIN_MAX]; /* the peer's own first; `chain_count` of them */
	uint8_t chain_count;
};

#endif
