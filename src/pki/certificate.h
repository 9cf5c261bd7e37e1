/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates (RFC 5280): what is in one, whom it is for, which chain leads where; read by GnuTLS.
 *
 * Nothing here but trust_doubt looks at a clock: signatures and names are told, dates are handed
 * out for others to judge. Nor does it look at revocation. A certificate is opaque and owned by who
 * made it; octets that it hands out live as long as it does.
 */
#ifndef PKI_CERTIFICATE_H
#define PKI_CERTIFICATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Real ones are 1 to 2 KiB; beyond it nobody's. */
#define CERTIFICATE_OCTETS_MAX 65536u
/* Public chains have two or three. */
#define CERTIFICATE_CHAIN_MAX 8u

struct certificate;

/* From DER, which is copied. ERR_FORMAT, ERR_MEMORY. */
MUST_CHECK int certificate_new(const uint8_t *der, size_t size,
			       struct certificate **ret_certificate);
/* certificate_free(NULL) is fine. */
void certificate_free(struct certificate *certificate);

const uint8_t *certificate_der(const struct certificate *certificate, size_t *ret_size);
/* SubjectPublicKeyInfo, DER. */
const uint8_t *certificate_key(const struct certificate *certificate, size_t *ret_size);
/* Unix seconds; 0: cannot be told. */
int64_t certificate_not_before(const struct certificate *certificate);
int64_t certificate_not_after(const struct certificate *certificate);
/* Is it for this host name (without the last dot)? RFC 9525 s6.3: DNS-IDs, a wildcard as the whole
 * first label; the common name where there is no DNS-ID, as RFC 7672 s3.2.3 allows. */
bool certificate_is_for(const struct certificate *certificate, const char *host);

/* ---- chains: a peer's own certificate first, as it was presented ---- */

struct chain {
	struct certificate *items[CERTIFICATE_CHAIN_MAX];
	size_t count;
};

/* Adds one; ERR_LIMIT when full. */
MUST_CHECK int chain_add(struct chain *chain, const uint8_t *der, size_t size);
void chain_release(struct chain *chain);
/* Do signatures lead from the first one to `anchor` (itself in the chain or not), by what the
 * chain has? Dates aside. Never so for the first one itself: nobody vouches for oneself. */
bool chain_leads_to(const struct chain *chain, const struct certificate *anchor);

/* Does the chain, as presented, end with one that signed itself? */
bool chain_is_whole(const struct chain *chain);

/* ---- trust: the roots that a system trusts ---- */

struct trust;

/* `path`: a file of PEM certificates; NULL: the system's own (ca-certificates). ERR_NOT_FOUND when
 * there is not one root, ERR_IO, ERR_FORMAT, ERR_MEMORY; with a sentence. */
MUST_CHECK int trust_new(const char *path, struct complaint *complaint, struct trust **ret_trust);
/* trust_free(NULL) is fine. */
void trust_free(struct trust *trust);
/* Do signatures lead from the chain's first to one of the roots? Dates and names aside. */
bool trust_has(const struct trust *trust, const struct chain *chain);
/* For one who is about to say a secret to the server: NULL where the chain leads to one of the
 * roots, every certificate in it is in date (by the system's clock: GnuTLS takes no other), no
 * signature is of an algorithm that is broken, such as SHA-1, and the first one may be a server's
 * (RFC 5280 s4.2.1.12). Else "a certificate that ..." in words. Names aside. */
const char *trust_doubt(const struct trust *trust, const struct chain *chain);

#endif
