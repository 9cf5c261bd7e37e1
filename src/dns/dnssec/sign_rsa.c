/* SPDX-License-Identifier: GPL-3.0-or-later */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dns/dnssec/sign_private.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

static bool is_fit_prime(const BIGNUM *candidate, uint32_t exponent, BN_CTX *numbers)
{
	/* e must have an inverse modulo p - 1, and is prime, 3 or 65537. */
	return BN_mod_word(candidate, exponent) != 1 &&
	       BN_check_prime(candidate, numbers, NULL) == 1;
}

/* The first fit prime from a seeded odd number whose two upper bits are set, so that n is full. */
static BIGNUM *prime_from_seed(unsigned bits, struct seed_stream *stream, BN_CTX *numbers)
{
	uint8_t octets[RSA_MODULUS_OCTETS_MAX / 2 + 1];
	size_t size = (bits + 7) / 8;
	assert(size <= sizeof(octets) && bits > 2);
	for (;;) {
		seed_octets(stream, octets, size);
		BIGNUM *prime = BN_bin2bn(octets, (int)size, NULL);
		if (prime == NULL || BN_set_bit(prime, (int)bits - 1) != 1 ||
		    BN_set_bit(prime, (int)bits - 2) != 1 || BN_set_bit(prime, 0) != 1) {
			BN_free(prime);
			return NULL;
		}
		if (BN_num_bits(prime) > (int)bits)
			BN_mask_bits(prime, (int)bits);
		while (!is_fit_prime(prime, stream->exponent, numbers))
			if (BN_add_word(prime, 2) != 1)
				break;
		if (BN_num_bits(prime) == (int)bits)
			return prime;
		BN_free(prime); /* ran over the top: start elsewhere */
	}
}

/* d, and the numbers that make signing with it four times as fast (RFC 8017 s3.2). */
static int rsa_complete(RSA *rsa, uint32_t exponent, BIGNUM *p, BIGNUM *q, BN_CTX *numbers)
{
	BIGNUM *n = BN_new(), *e = BN_new(), *d = BN_new();
	BIGNUM *dp = BN_new(), *dq = BN_new(), *qi = BN_new();
	BIGNUM *p1 = BN_dup(p), *q1 = BN_dup(q), *phi = BN_new();
	int error = ERR_CRYPTO;
	if (n == NULL || e == NULL || d == NULL || dp == NULL || dq == NULL || qi == NULL ||
	    p1 == NULL || q1 == NULL || phi == NULL)
		goto out;
	if (BN_set_word(e, exponent) != 1 || BN_mul(n, p, q, numbers) != 1 ||
	    BN_sub_word(p1, 1) != 1 || BN_sub_word(q1, 1) != 1 ||
	    BN_mul(phi, p1, q1, numbers) != 1 || BN_mod_inverse(d, e, phi, numbers) == NULL ||
	    BN_mod(dp, d, p1, numbers) != 1 || BN_mod(dq, d, q1, numbers) != 1 ||
	    BN_mod_inverse(qi, q, p, numbers) == NULL)
		goto out;
	if (RSA_set0_key(rsa, n, e, d) != 1)
		goto out;
	n = e = d = NULL;
	if (RSA_set0_crt_params(rsa, dp, dq, qi) != 1)
		goto out;
	dp = dq = qi = NULL;
	error = OK;
out:
	BN_free(n);
	BN_free(e);
	BN_free(d);
	BN_free(dp);
	BN_free(dq);
	BN_free(qi);
	BN_free(p1);
	BN_free(q1);
	BN_free(phi);
	return error;
}

/* RFC 3110 s2 */
static void rsa_public_field(struct signing_key *key)
{
	uint8_t number[RSA_MODULUS_OCTETS_MAX];
	int size = BN_bn2bin(RSA_get0_e(key->secret.rsa), number);
	public_field_add(key, &(uint8_t){(uint8_t)size}, 1);
	public_field_add(key, number, (size_t)size);
	size = BN_bn2bin(RSA_get0_n(key->secret.rsa), number);
	public_field_add(key, number, (size_t)size);
}

int rsa_secret_init(struct signing_key *key, struct seed_stream *stream)
{
	unsigned bits = stream->bits;
	assert(bits >= RSA_MODULUS_BITS_MIN && bits <= RSA_MODULUS_BITS_MAX);
	RSA *rsa = RSA_new();
	BN_CTX *numbers = BN_CTX_new();
	int error = ERR_MEMORY;
	if (rsa == NULL || numbers == NULL)
		goto out;
	BIGNUM *p = prime_from_seed((bits + 1) / 2, stream, numbers);
	BIGNUM *q = prime_from_seed(bits / 2, stream, numbers);
	if (p == NULL || q == NULL || RSA_set0_factors(rsa, p, q) != 1) {
		BN_free(p);
		BN_free(q);
		goto out;
	}
	error = rsa_complete(rsa, stream->exponent, p, q, numbers);
	if (error == OK) {
		key->secret.rsa = rsa;
		rsa_public_field(key);
		rsa = NULL;
	}
out:
	RSA_free(rsa);
	BN_CTX_free(numbers);
	if (error < 0)
		ERR_clear_error();
	return error;
}

void rsa_secret_release(struct signing_key *key)
{
	RSA_free(key->secret.rsa);
}

int rsa_secret_sign(const struct signing_key *key, struct piece data, uint8_t *ret_signature,
		    size_t *ret_size)
{
	enum hash hash = (enum hash)key->algorithm->hash;
	uint8_t digest[HASH_MAX_OCTETS];
	uint8_t block[RSA_MODULUS_OCTETS_MAX];
	size_t size = (size_t)RSA_size(key->secret.rsa);
	assert(size <= sizeof(block));
	hash_pieces(hash, &data, 1, digest);
	if (!rsa_block(hash, digest, block, size))
		return ERR_CRYPTO; /* the modulus is too short for this digest */
	int got = RSA_private_encrypt((int)size, block, ret_signature, key->secret.rsa,
				      RSA_NO_PADDING);
	if (got < 0 || (size_t)got != size) {
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	*ret_size = size;
	return OK;
}
