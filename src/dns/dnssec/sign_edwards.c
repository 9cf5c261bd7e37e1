/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ed25519 by libsodium, Ed448 by OpenSSL (RFC 8080); signatures repeat by their nature. */
#include "dns/dnssec/sign_private.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium/core.h>
#include <sodium/crypto_sign_ed25519.h>

#define ED448_KEY_OCTETS 57
#define ED448_SIGNATURE_OCTETS 114

int ed25519_secret_init(struct signing_key *key, struct seed_stream *stream)
{
	static_assert(sizeof(key->secret.ed25519) == crypto_sign_ed25519_SECRETKEYBYTES,
		      "libsodium's secret key is kept as it is");
	uint8_t seed[crypto_sign_ed25519_SEEDBYTES];
	uint8_t public_key[crypto_sign_ed25519_PUBLICKEYBYTES];
	if (sodium_init() < 0)
		return ERR_CRYPTO;
	seed_octets(stream, seed, sizeof(seed));
	if (crypto_sign_ed25519_seed_keypair(public_key, key->secret.ed25519, seed) != 0)
		return ERR_CRYPTO;
	public_field_add(key, public_key, sizeof(public_key));
	return OK;
}

void ed25519_secret_release(struct signing_key *key)
{
	(void)key; /* lives inside the signing key */
}

int ed25519_secret_sign(const struct signing_key *key, struct piece data, uint8_t *ret_signature,
			size_t *ret_size)
{
	if (crypto_sign_ed25519_detached(ret_signature, NULL, data.octets, data.size,
					 key->secret.ed25519) != 0)
		return ERR_CRYPTO;
	*ret_size = crypto_sign_ed25519_BYTES;
	return OK;
}

int ed448_secret_init(struct signing_key *key, struct seed_stream *stream)
{
	uint8_t seed[ED448_KEY_OCTETS];
	uint8_t public_key[ED448_KEY_OCTETS];
	size_t size = sizeof(public_key);
	seed_octets(stream, seed, sizeof(seed));
	EVP_PKEY *made = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED448, NULL, seed, sizeof(seed));
	if (made == NULL || EVP_PKEY_get_raw_public_key(made, public_key, &size) != 1 ||
	    size != sizeof(public_key)) {
		EVP_PKEY_free(made);
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	public_field_add(key, public_key, sizeof(public_key));
	key->secret.ed448 = made;
	return OK;
}

void ed448_secret_release(struct signing_key *key)
{
	EVP_PKEY_free(key->secret.ed448);
}

int ed448_secret_sign(const struct signing_key *key, struct piece data, uint8_t *ret_signature,
		      size_t *ret_size)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (context == NULL)
		return ERR_MEMORY;
	size_t size = ED448_SIGNATURE_OCTETS;
	bool made = EVP_DigestSignInit(context, NULL, NULL, NULL, key->secret.ed448) == 1 &&
		    EVP_DigestSign(context, ret_signature, &size, data.octets, data.size) == 1 &&
		    size == ED448_SIGNATURE_OCTETS;
	EVP_MD_CTX_free(context);
	if (!made) {
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	*ret_size = size;
	return OK;
}
