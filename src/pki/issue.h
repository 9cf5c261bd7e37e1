/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates made by us: an authority and what it issues, for worlds and tests. Ed25519 keys out
 * of seeds, so that the same seeds and dates give the same octets.
 *
 * Errors: ERR_MEMORY, ERR_CRYPTO.
 */
#ifndef PKI_ISSUE_H
#define PKI_ISSUE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISSUE_SEED_OCTETS 32
#define ISSUE_NAMES_MAX 8

struct issuer;

struct issuer_identity {
	uint8_t seed[ISSUE_SEED_OCTETS];
	const char *common_name;
	int64_t not_before_s, not_after_s;
};
MUST_CHECK int issuer_new(const struct issuer_identity *identity, struct issuer **ret_issuer);
/* issuer_free(NULL) is fine. */
void issuer_free(struct issuer *issuer);
/* Its own certificate; lives as long as the issuer. */
const uint8_t *issuer_der(const struct issuer *issuer, size_t *ret_size);
const char *issuer_pem(const struct issuer *issuer);

struct issue_order {
	uint8_t seed[ISSUE_SEED_OCTETS];    /* of the key */
	const char *names[ISSUE_NAMES_MAX]; /* host names, ended by NULL where fewer */
	int64_t not_before_s, not_after_s;
	bool is_self_signed;
	bool with_issuer; /* the PEM has the issuer's own certificate too */
};
/* What a server needs; to be released with issued_release. */
struct issued {
	uint8_t *der;
	size_t der_size;
	char *chain_pem, *key_pem;
};
MUST_CHECK int issue(const struct issuer *issuer, const struct issue_order *order,
		     struct issued *ret_issued);
void issued_release(struct issued *issued);

#endif
