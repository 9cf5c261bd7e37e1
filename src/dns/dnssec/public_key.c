/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/public_key_private.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <sodium/core.h>
#include <string.h>

static const struct {
	enum signature_result (*init)(struct public_key *key, struct crypto *crypto,
				      const struct dnskey_rdata *dnskey);
	void (*release)(struct public_key *key);
	enum signature_result (*verify)(const struct public_key *key, struct crypto *crypto,
					struct piece data, struct piece signature);
} families[] = {
	[FAMILY_RSA] = {rsa_key_init, rsa_key_release, rsa_key_verify},
	[FAMILY_P256] = {p256_key_init, p256_key_release, p256_key_verify},
	[FAMILY_P384] = {p384_key_init, p384_key_release, p384_key_verify},
	[FAMILY_ED25519] = {ed25519_key_init, ed25519_key_release, ed25519_key_verify},
	[FAMILY_ED448] = {ed448_key_init, ed448_key_release, ed448_key_verify},
};

int crypto_init(struct crypto *crypto)
{
	assert(crypto != NULL);
	*crypto = (struct crypto){0};
	/* No policy and no modules out of the system's configuration file. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return ERR_MEMORY;
	/* Chooses libsodium's implementation for this processor. Both may be called again. */
	if (sodium_init() < 0 || p256_init(crypto) < 0 || ed448_init(crypto) < 0) {
		crypto_release(crypto);
		return ERR_MEMORY;
	}
	return OK;
}

void crypto_release(struct crypto *crypto)
{
	assert(crypto != NULL);
	p256_release(crypto);
	ed448_release(crypto);
	*crypto = (struct crypto){0};
}

enum signature_result openssl_refusal(enum signature_result otherwise)
{
	int reason = ERR_GET_REASON(ERR_peek_last_error());
	ERR_clear_error();
	return reason == ERR_R_MALLOC_FAILURE ? SIGNATURE_NOT_CHECKED : otherwise;
}

enum signature_result public_key_init(struct public_key *key, struct crypto *crypto,
				      const struct dnskey_rdata *dnskey)
{
	assert(key != NULL && crypto != NULL && dnskey != NULL);
	const struct algorithm *algorithm = algorithm_find(dnskey->algorithm);
	if (algorithm == NULL)
		return SIGNATURE_UNSUPPORTED;
	if (algorithm->key_octets != 0 && dnskey->key_size != algorithm->key_octets)
		return SIGNATURE_MALFORMED;
	struct public_key made = {.algorithm = algorithm};
	enum signature_result result = families[algorithm->family].init(&made, crypto, dnskey);
	if (result == SIGNATURE_GOOD)
		*key = made;
	return result;
}

/* Squarings and multiplications go with the exponent's length, each with the modulus' squared. */
static unsigned int rsa_work(const struct dnskey_rdata *dnskey)
{
	struct rsa_numbers numbers;
	if (!rsa_numbers_read(dnskey, &numbers))
		return 1;
	const unsigned int modulus = number_bits(numbers.modulus) / 512;
	return 1 + number_bits(numbers.exponent) * modulus * modulus / 1024;
}

unsigned int public_key_work(const struct dnskey_rdata *dnskey)
{
	assert(dnskey != NULL);
	const struct algorithm *algorithm = algorithm_find(dnskey->algorithm);
	if (algorithm == NULL)
		return 1;
	switch (algorithm->family) {
	case FAMILY_RSA:
		return rsa_work(dnskey);
	case FAMILY_P384:
		return 7;
	case FAMILY_ED448:
		return 4;
	default:
		return 1;
	}
}

void public_key_release(struct public_key *key)
{
	assert(key != NULL && key->algorithm != NULL);
	families[key->algorithm->family].release(key);
	*key = (struct public_key){0};
}

enum signature_result public_key_verify(const struct public_key *key, struct crypto *crypto,
					struct piece data, struct piece signature)
{
	assert(key != NULL && key->algorithm != NULL && crypto != NULL);
	assert(data.octets != NULL && signature.octets != NULL);
	const struct algorithm *algorithm = key->algorithm;
	if (algorithm->signature_octets != 0 && signature.size != algorithm->signature_octets)
		return SIGNATURE_MALFORMED;
	return families[algorithm->family].verify(key, crypto, data, signature);
}
