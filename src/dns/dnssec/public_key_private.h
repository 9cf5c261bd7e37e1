/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A public key in the form the library that is fastest at its algorithm wants it, and one signature
 * over some octets by it. Measured on one machine in one minute (tests/bench/bench_dnssec.c):
 *
 *	RSA-2048 OpenSSL   22 us, GnuTLS  34 us
 *	P-256    OpenSSL   77 us, GnuTLS 220 us
 *	P-384    GnuTLS   525 us, OpenSSL 975 us
 *	Ed25519  libsodium 70 us, GnuTLS 145 us, OpenSSL 147 us
 *	Ed448    OpenSSL  278 us, GnuTLS 490 us
 *
 * For RSA and P-256 OpenSSL's older interface is used: importing a key takes 1 us there and 25 us
 * with EVP_PKEY_fromdata, and it makes no policy of its own (SHA-1, 1024 bits), which is for the
 * judges to make.
 *
 * Ownership: the crypto context belongs to one verifier and outlives its keys; not for two threads.
 * Errors are signature results: MALFORMED for keys and signatures whose sizes or values make no
 * sense, NOT_CHECKED when memory is out.
 */
#ifndef DNS_DNSSEC_PUBLIC_KEY_PRIVATE_H
#define DNS_DNSSEC_PUBLIC_KEY_PRIVATE_H

#include "base/error.h"
#include "dns/dnssec/key_private.h"
#include "dns/dnssec/signature.h"

/* The libraries' own types, named here so that one file includes one library. */
struct bignum_ctx;
struct bignum_st;
struct ec_group_st;
struct ec_key_st;
struct ec_point_st;
struct ECDSA_SIG_st;
struct evp_md_ctx_st;
struct evp_pkey_st;
struct gnutls_pubkey_st;
struct rsa_st;

/* What keys of one verifier share, so that neither a key nor a verification has to make it. */
struct crypto {
	struct ec_group_st *p256;
	struct ec_key_st *p256_key;          /* lent to the point whose turn it is */
	struct ECDSA_SIG_st *p256_signature; /* owns r and s */
	struct bignum_st *p256_r, *p256_s;
	struct bignum_ctx *numbers;
	struct evp_md_ctx_st *ed448;
};

struct public_key {
	const struct algorithm *algorithm;
	union {
		struct rsa_st *rsa;
		struct ec_point_st *point;
		struct gnutls_pubkey_st *gnutls;
		struct evp_pkey_st *evp;
		uint8_t ed25519[32];
	} form;
};

/* ERR_MEMORY when memory is out or a library refuses to start. */
MUST_CHECK int crypto_init(struct crypto *crypto);
void crypto_release(struct crypto *crypto);

/* About how long a signature by this key takes, in those of P-256, rounded up. */
unsigned int public_key_work(const struct dnskey_rdata *dnskey);
/* SIGNATURE_GOOD when imported; otherwise nothing is kept. UNSUPPORTED for unknown algorithms. */
enum signature_result public_key_init(struct public_key *key, struct crypto *crypto,
				      const struct dnskey_rdata *dnskey);
void public_key_release(struct public_key *key);
enum signature_result public_key_verify(const struct public_key *key, struct crypto *crypto,
					struct piece data, struct piece signature);

/* The families. Key field and signature arrive with the sizes that the algorithm demands. */
enum signature_result rsa_key_init(struct public_key *key, struct crypto *crypto,
				   const struct dnskey_rdata *dnskey);
void rsa_key_release(struct public_key *key);
enum signature_result rsa_key_verify(const struct public_key *key, struct crypto *crypto,
				     struct piece data, struct piece signature);

MUST_CHECK int p256_init(struct crypto *crypto);
void p256_release(struct crypto *crypto);
enum signature_result p256_key_init(struct public_key *key, struct crypto *crypto,
				    const struct dnskey_rdata *dnskey);
void p256_key_release(struct public_key *key);
enum signature_result p256_key_verify(const struct public_key *key, struct crypto *crypto,
				      struct piece data, struct piece signature);

enum signature_result p384_key_init(struct public_key *key, struct crypto *crypto,
				    const struct dnskey_rdata *dnskey);
void p384_key_release(struct public_key *key);
enum signature_result p384_key_verify(const struct public_key *key, struct crypto *crypto,
				      struct piece data, struct piece signature);

enum signature_result ed25519_key_init(struct public_key *key, struct crypto *crypto,
				       const struct dnskey_rdata *dnskey);
void ed25519_key_release(struct public_key *key);
enum signature_result ed25519_key_verify(const struct public_key *key, struct crypto *crypto,
					 struct piece data, struct piece signature);

MUST_CHECK int ed448_init(struct crypto *crypto);
void ed448_release(struct crypto *crypto);
enum signature_result ed448_key_init(struct public_key *key, struct crypto *crypto,
				     const struct dnskey_rdata *dnskey);
void ed448_key_release(struct public_key *key);
enum signature_result ed448_key_verify(const struct public_key *key, struct crypto *crypto,
				       struct piece data, struct piece signature);

/* After a refusal of OpenSSL: out of memory, or really `otherwise`? Empties its error queue. */
enum signature_result openssl_refusal(enum signature_result otherwise);

#endif
