/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ed25519 by libsodium and Ed448 by OpenSSL (RFC 8080, RFC 8032). Both hash by themselves.
 * libsodium also refuses keys of small order, with which a signature would fit many messages.
 */
#include "dns/dnssec/public_key_private.h"

#include <assert.h>
#include <openssl/evp.h>
#include <sodium/crypto_sign_ed25519.h>
#include <string.h>

enum signature_result ed25519_key_init(struct public_key *key, struct crypto *crypto,
				       const struct dnskey_rdata *dnskey)
{
	(void)crypto;
	static_assert(sizeof(key->form.ed25519) == crypto_sign_ed25519_PUBLICKEYBYTES,
		      "the key is copied as it is");
	assert(dnskey->key_size == sizeof(key->form.ed25519));
	memcpy(key->form.ed25519, dnskey->key, sizeof(key->form.ed25519));
	return SIGNATURE_GOOD;
}

void ed25519_key_release(struct public_key *key)
{
	memset(key->form.ed25519, 0, sizeof(key->form.ed25519));
}

enum signature_result ed25519_key_verify(const struct public_key *key, struct crypto *crypto,
					 struct piece data, struct piece signature)
{
	(void)crypto;
	assert(signature.size == crypto_sign_ed25519_BYTES);
	int code = crypto_sign_ed25519_verify_detached(signature.octets, data.octets, data.size,
						       key->form.ed25519);
	return code == 0 ? SIGNATURE_GOOD : SIGNATURE_BAD;
}

int ed448_init(struct crypto *crypto)
{
	crypto->ed448 = EVP_MD_CTX_new();
	return crypto->ed448 != NULL ? OK : ERR_MEMORY;
}

void ed448_release(struct crypto *crypto)
{
	EVP_MD_CTX_free(crypto->ed448);
}

enum signature_result ed448_key_init(struct public_key *key, struct crypto *crypto,
				     const struct dnskey_rdata *dnskey)
{
	(void)crypto;
	key->form.evp =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED448, NULL, dnskey->key, dnskey->key_size);
	return key->form.evp != NULL ? SIGNATURE_GOOD : openssl_refusal(SIGNATURE_MALFORMED);
}

void ed448_key_release(struct public_key *key)
{
	EVP_PKEY_free(key->form.evp);
}

enum signature_result ed448_key_verify(const struct public_key *key, struct crypto *crypto,
				       struct piece data, struct piece signature)
{
	EVP_MD_CTX *context = crypto->ed448;
	EVP_MD_CTX_reset(context);
	if (EVP_DigestVerifyInit(context, NULL, NULL, NULL, key->form.evp) != 1)
		return openssl_refusal(SIGNATURE_NOT_CHECKED);
	int verdict =
		EVP_DigestVerify(context, signature.octets, signature.size, data.octets, data.size);
	if (verdict == 1)
		return SIGNATURE_GOOD;
	return openssl_refusal(SIGNATURE_BAD);
}
