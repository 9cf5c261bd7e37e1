/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ECDSA (RFC 6605). P-256 signs with OpenSSL, since a world signs while it serves and GnuTLS takes
 * twice as long; its nonces are random, so only keys repeat from run to run, not P-256 signatures.
 * P-384 signs with GnuTLS, which is the faster one there and makes nonces by RFC 6979.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dns/dnssec/sign_private.h"

#include <assert.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <string.h>

#define P256_OCTETS 32
#define P384_OCTETS 48
/* SEC 1 s2.3.3: 04, x, y */
#define POINT_MAX_OCTETS (1 + 2 * P384_OCTETS)

/* 64 bits more than the order before the reduction: no bias to speak of (FIPS 186-5 app. A.2.1). */
static BIGNUM *scalar_from_seed(const EC_GROUP *group, struct seed_stream *stream, BN_CTX *numbers)
{
	uint8_t octets[P384_OCTETS + 8];
	const BIGNUM *order = EC_GROUP_get0_order(group);
	size_t size = (size_t)BN_num_bytes(order) + 8;
	assert(size <= sizeof(octets));
	seed_octets(stream, octets, size);
	BIGNUM *scalar = BN_bin2bn(octets, (int)size, NULL);
	BIGNUM *bound = BN_dup(order);
	bool made = scalar != NULL && bound != NULL && BN_sub_word(bound, 1) == 1 &&
		    BN_mod(scalar, scalar, bound, numbers) == 1 && BN_add_word(scalar, 1) == 1;
	BN_free(bound);
	if (made)
		return scalar;
	BN_free(scalar);
	return NULL;
}

int ec_key_from_seed(int nid, struct seed_stream *stream, struct ec_key_st **ret_key)
{
	EC_KEY *key = EC_KEY_new_by_curve_name(nid);
	BN_CTX *numbers = BN_CTX_new();
	BIGNUM *scalar = NULL;
	EC_POINT *point = NULL;
	int error = ERR_CRYPTO;
	if (key == NULL || numbers == NULL)
		goto out;
	const EC_GROUP *group = EC_KEY_get0_group(key);
	scalar = scalar_from_seed(group, stream, numbers);
	point = EC_POINT_new(group);
	if (scalar == NULL || point == NULL ||
	    EC_POINT_mul(group, point, scalar, NULL, NULL, numbers) != 1 ||
	    EC_KEY_set_private_key(key, scalar) != 1 || EC_KEY_set_public_key(key, point) != 1)
		goto out;
	*ret_key = key;
	key = NULL;
	error = OK;
out:
	EC_KEY_free(key);
	EC_POINT_free(point);
	BN_clear_free(scalar);
	BN_CTX_free(numbers);
	if (error < 0)
		ERR_clear_error();
	return error;
}

/* Uncompressed point; false when the library refuses. */
static bool point_octets(const EC_KEY *key, uint8_t *octets, size_t size)
{
	return EC_POINT_point2oct(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key),
				  POINT_CONVERSION_UNCOMPRESSED, octets, size, NULL) == size;
}

int p256_secret_init(struct signing_key *key, struct seed_stream *stream)
{
	uint8_t point[1 + 2 * P256_OCTETS];
	EC_KEY *made;
	int error = ec_key_from_seed(NID_X9_62_prime256v1, stream, &made);
	if (error < 0)
		return error;
	if (!point_octets(made, point, sizeof(point))) {
		EC_KEY_free(made);
		return ERR_CRYPTO;
	}
	public_field_add(key, point + 1, sizeof(point) - 1);
	key->secret.p256 = made;
	return OK;
}

void p256_secret_release(struct signing_key *key)
{
	EC_KEY_free(key->secret.p256);
}

int p256_secret_sign(const struct signing_key *key, struct piece data, uint8_t *ret_signature,
		     size_t *ret_size)
{
	uint8_t digest[HASH_MAX_OCTETS];
	size_t size = hash_pieces(HASH_SHA256, &data, 1, digest);
	ECDSA_SIG *signature = ECDSA_do_sign(digest, (int)size, key->secret.p256);
	if (signature == NULL) {
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	const BIGNUM *r;
	const BIGNUM *s;
	ECDSA_SIG_get0(signature, &r, &s);
	bool written = BN_bn2binpad(r, ret_signature, P256_OCTETS) == P256_OCTETS &&
		       BN_bn2binpad(s, ret_signature + P256_OCTETS, P256_OCTETS) == P256_OCTETS;
	ECDSA_SIG_free(signature);
	if (!written)
		return ERR_CRYPTO;
	*ret_size = 2 * P256_OCTETS;
	return OK;
}

static int p384_import(const EC_KEY *made, const uint8_t *point, gnutls_privkey_t *ret_secret)
{
	uint8_t octets[POINT_MAX_OCTETS + P384_OCTETS];
	memcpy(octets, point, POINT_MAX_OCTETS);
	uint8_t *scalar = octets + POINT_MAX_OCTETS;
	if (BN_bn2binpad(EC_KEY_get0_private_key(made), scalar, P384_OCTETS) != P384_OCTETS)
		return ERR_CRYPTO;
	gnutls_datum_t x = {octets + 1, P384_OCTETS};
	gnutls_datum_t y = {octets + 1 + P384_OCTETS, P384_OCTETS};
	gnutls_datum_t k = {scalar, P384_OCTETS};
	gnutls_privkey_t secret;
	if (gnutls_privkey_init(&secret) < 0)
		return ERR_MEMORY;
	if (gnutls_privkey_import_ecc_raw(secret, GNUTLS_ECC_CURVE_SECP384R1, &x, &y, &k) < 0) {
		gnutls_privkey_deinit(secret);
		return ERR_CRYPTO;
	}
	*ret_secret = secret;
	return OK;
}

int p384_secret_init(struct signing_key *key, struct seed_stream *stream)
{
	uint8_t point[POINT_MAX_OCTETS];
	EC_KEY *made;
	int error = ec_key_from_seed(NID_secp384r1, stream, &made);
	if (error < 0)
		return error;
	error = ERR_CRYPTO;
	if (point_octets(made, point, sizeof(point)))
		error = p384_import(made, point, &key->secret.p384);
	EC_KEY_free(made);
	if (error == OK)
		public_field_add(key, point + 1, sizeof(point) - 1);
	return error;
}

void p384_secret_release(struct signing_key *key)
{
	gnutls_privkey_deinit(key->secret.p384);
}

/* A number without sign octet, right-aligned in 48 octets. */
static bool put_number(const gnutls_datum_t *number, uint8_t *target)
{
	size_t size = number->size;
	const uint8_t *octets = number->data;
	while (size > P384_OCTETS && octets[0] == 0) {
		octets++;
		size--;
	}
	if (size > P384_OCTETS)
		return false;
	memset(target, 0, P384_OCTETS - size);
	memcpy(target + P384_OCTETS - size, octets, size);
	return true;
}

int p384_secret_sign(const struct signing_key *key, struct piece data, uint8_t *ret_signature,
		     size_t *ret_size)
{
	/* GnuTLS's type has no const; it does not write. */
	gnutls_datum_t octets = {(uint8_t *)(uintptr_t)data.octets, (unsigned)data.size};
	gnutls_datum_t encoded = {NULL, 0};
	if (gnutls_privkey_sign_data2(key->secret.p384, GNUTLS_SIGN_ECDSA_SHA384,
				      GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE, &octets, &encoded) < 0)
		return ERR_CRYPTO;
	gnutls_datum_t r = {NULL, 0};
	gnutls_datum_t s = {NULL, 0};
	int code = gnutls_decode_rs_value(&encoded, &r, &s);
	bool written = code >= 0 && put_number(&r, ret_signature) &&
		       put_number(&s, ret_signature + P384_OCTETS);
	gnutls_free(encoded.data);
	gnutls_free(r.data);
	gnutls_free(s.data);
	if (!written)
		return ERR_CRYPTO;
	*ret_size = 2 * P384_OCTETS;
	return OK;
}
