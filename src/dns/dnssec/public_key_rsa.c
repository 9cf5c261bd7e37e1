/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RSA by raw modular exponentiation and a comparison with the whole block that PKCS #1 prescribes:
 * nothing of the decrypted block is parsed, so there is no room in it to forge with (the attack of
 * Bleichenbacher, 2006), and the library's policy about hashes and sizes is not asked.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dns/dnssec/public_key_private.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/rsa.h>
#include <string.h>

static bool rsa_sizes_fit(const struct rsa_numbers *numbers)
{
	unsigned bits = number_bits(numbers->modulus);
	bool odd = (numbers->modulus.octets[numbers->modulus.size - 1] & 1) != 0 &&
		   (numbers->exponent.octets[numbers->exponent.size - 1] & 1) != 0;
	return bits >= RSA_MODULUS_BITS_MIN && bits <= RSA_MODULUS_BITS_MAX && odd &&
	       number_bits(numbers->exponent) <= RSA_EXPONENT_BITS_MAX;
}

enum signature_result rsa_key_init(struct public_key *key, struct crypto *crypto,
				   const struct dnskey_rdata *dnskey)
{
	(void)crypto;
	struct rsa_numbers numbers;
	if (!rsa_numbers_read(dnskey, &numbers) || !rsa_sizes_fit(&numbers))
		return SIGNATURE_MALFORMED;
	RSA *rsa = RSA_new();
	BIGNUM *n = BN_bin2bn(numbers.modulus.octets, (int)numbers.modulus.size, NULL);
	BIGNUM *e = BN_bin2bn(numbers.exponent.octets, (int)numbers.exponent.size, NULL);
	if (rsa == NULL || n == NULL || e == NULL || RSA_set0_key(rsa, n, e, NULL) != 1) {
		RSA_free(rsa);
		BN_free(n);
		BN_free(e);
		return openssl_refusal(SIGNATURE_NOT_CHECKED);
	}
	key->form.rsa = rsa;
	return SIGNATURE_GOOD;
}

void rsa_key_release(struct public_key *key)
{
	RSA_free(key->form.rsa);
}

enum signature_result rsa_key_verify(const struct public_key *key, struct crypto *crypto,
				     struct piece data, struct piece signature)
{
	(void)crypto;
	size_t size = (size_t)RSA_size(key->form.rsa);
	assert(size <= RSA_MODULUS_OCTETS_MAX);
	/* RFC 8017 s8.2.2 step 1 */
	if (signature.size != size)
		return SIGNATURE_MALFORMED;
	enum hash hash = (enum hash)key->algorithm->hash;
	uint8_t digest[HASH_MAX_OCTETS];
	uint8_t expected[RSA_MODULUS_OCTETS_MAX];
	uint8_t block[RSA_MODULUS_OCTETS_MAX];
	hash_pieces(hash, &data, 1, digest);
	if (!rsa_block(hash, digest, expected, size))
		return SIGNATURE_MALFORMED;
	int got = RSA_public_decrypt((int)size, signature.octets, block, key->form.rsa,
				     RSA_NO_PADDING);
	if (got < 0)
		return openssl_refusal(SIGNATURE_BAD);
	if ((size_t)got != size || memcmp(block, expected, size) != 0)
		return SIGNATURE_BAD;
	return SIGNATURE_GOOD;
}
