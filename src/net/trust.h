/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a certificate chain is worth, judged by the roots that the system trusts. Files are read
 * once, by tls_trust_system, before a process is shut in (os/sandbox.h); everything later is
 * arithmetic.
 *
 * Dates are told, not judged: an expired certificate of a known issuer is trusted here, and its
 * dates are for those who know what time it is. The chain is what a peer presented: any octets.
 */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include "base/error.h"
#include "net/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tls_trust;

/* A machine without trusted roots gives a list of none: nothing is trusted, and that is no error.
 */
MUST_CHECK int tls_trust_system(struct tls_trust **ret_trust);
/* The roots in PEM. */
MUST_CHECK int tls_trust_from_pem(const char *pem, struct tls_trust **ret_trust);
/* tls_trust_free(NULL) is fine. */
void tls_trust_free(struct tls_trust *trust);

struct tls_verdict {
	bool is_readable; /* the peer's own certificate; nothing else holds if it is not */
	bool name_fits;   /* `host` is among its names (RFC 9525 s6) */
	bool is_trusted;
	int64_t not_before_s, not_after_s;
};

/* `trust` and `host` may be NULL: not trusted, does not fit. */
struct tls_verdict tls_judge(const struct tls_trust *trust, const struct tls_certificate *chain,
			     size_t count, const char *host);
/* The SubjectPublicKeyInfo of a certificate (RFC 5280 s4.1.2.7). ERR_FORMAT, ERR_LIMIT. */
MUST_CHECK int tls_public_key(const struct tls_certificate *certificate, uint8_t *buffer,
			      size_t room, size_t *ret_size);

#endif
