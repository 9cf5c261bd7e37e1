/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making keys from a seed, family by family. Nothing here is fit to protect anything: who knows the
 * seed knows the key, which is the point of a world that is the same every time.
 */
#ifndef DNS_DNSSEC_SIGN_PRIVATE_H
#define DNS_DNSSEC_SIGN_PRIVATE_H

#include "base/error.h"
#include "dns/dnssec/key_private.h"
#include "dns/dnssec/sign.h"

#include <stddef.h>
#include <stdint.h>

struct ec_key_st;
struct evp_pkey_st;
struct gnutls_privkey_st;
struct rsa_st;

/* The longest public key field we make: RSA of 4096 bits. */
#define PUBLIC_FIELD_MAX_OCTETS (4 + RSA_MODULUS_OCTETS_MAX)
#define DUMMY_OCTETS 64

struct signing_key {
	uint8_t algorithm_number;
	const struct algorithm *algorithm; /* NULL: a dummy */
	uint16_t tag;
	size_t rdata_size;
	uint8_t rdata[4 + PUBLIC_FIELD_MAX_OCTETS]; /* flags, protocol, algorithm, key */
	union {
		struct rsa_st *rsa;
		struct ec_key_st *p256;
		struct gnutls_privkey_st *p384;
		uint8_t ed25519[64];
		struct evp_pkey_st *ed448;
		uint8_t dummy[DUMMY_OCTETS];
	} secret;
};

/* An endless reproducible string: SHA-256 over label, algorithm, bits, seed and a counter. */
struct seed_stream {
	uint64_t seed;
	uint64_t counter;
	uint32_t exponent; /* RSA; no part of the string */
	uint16_t bits;
	uint8_t algorithm;
};
void seed_octets(struct seed_stream *stream, uint8_t *octets, size_t size);

/*
 * A family makes the secret and the public key field (`rdata` behind the head, `rdata_size`), gives
 * the secret back, and signs: `ret_signature` has room for RSA_MODULUS_OCTETS_MAX octets.
 * ERR_MEMORY or ERR_CRYPTO.
 */
MUST_CHECK int rsa_secret_init(struct signing_key *key, struct seed_stream *stream);
void rsa_secret_release(struct signing_key *key);
MUST_CHECK int rsa_secret_sign(const struct signing_key *key, struct piece data,
			       uint8_t *ret_signature, size_t *ret_size);

MUST_CHECK int p256_secret_init(struct signing_key *key, struct seed_stream *stream);
void p256_secret_release(struct signing_key *key);
MUST_CHECK int p256_secret_sign(const struct signing_key *key, struct piece data,
				uint8_t *ret_signature, size_t *ret_size);

MUST_CHECK int p384_secret_init(struct signing_key *key, struct seed_stream *stream);
void p384_secret_release(struct signing_key *key);
MUST_CHECK int p384_secret_sign(const struct signing_key *key, struct piece data,
				uint8_t *ret_signature, size_t *ret_size);

MUST_CHECK int ed25519_secret_init(struct signing_key *key, struct seed_stream *stream);
void ed25519_secret_release(struct signing_key *key);
MUST_CHECK int ed25519_secret_sign(const struct signing_key *key, struct piece data,
				   uint8_t *ret_signature, size_t *ret_size);

MUST_CHECK int ed448_secret_init(struct signing_key *key, struct seed_stream *stream);
void ed448_secret_release(struct signing_key *key);
MUST_CHECK int ed448_secret_sign(const struct signing_key *key, struct piece data,
				 uint8_t *ret_signature, size_t *ret_size);

/* Appends to the public key field while a key is made. */
void public_field_add(struct signing_key *key, const uint8_t *octets, size_t size);

/*
 * A scalar from the stream and its point on the curve: a key of `size` octets a number. `nid` is
 * OpenSSL's number of the curve. The caller frees the key.
 */
MUST_CHECK int ec_key_from_seed(int nid, struct seed_stream *stream, struct ec_key_st **ret_key);

#endif
