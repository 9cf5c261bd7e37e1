/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/age_private.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define WRAP_INFO "age-encryption.org/v1/X25519"

/* A wrap key is used once, so its nonce may be fixed. */
static const uint8_t WRAP_NONCE[crypto_aead_chacha20poly1305_ietf_NPUBBYTES] = {0};

static_assert(TAG_OCTETS == crypto_aead_chacha20poly1305_ietf_ABYTES, "the payload's tags");
static_assert(KEY_OCTETS == crypto_aead_chacha20poly1305_ietf_KEYBYTES, "a derived key fits");

static int wrap_key(const uint8_t own[KEY_OCTETS], const uint8_t other[KEY_OCTETS],
		    const uint8_t salt[2 * KEY_OCTETS], uint8_t ret_key[KEY_OCTETS])
{
	uint8_t shared[KEY_OCTETS];
	/* The library refuses a shared secret of zeros (RFC 7748 s6.1). */
	const int result = crypto_scalarmult_curve25519(shared, own, other);
	if (result == 0)
		derive_key((struct age_octets){shared, sizeof(shared)},
			   (struct age_octets){salt, (size_t)2 * KEY_OCTETS}, WRAP_INFO, ret_key);
	sodium_memzero(shared, sizeof(shared));
	return result == 0 ? OK : ERR_FORMAT;
}

int wrap_file_key(const uint8_t recipient[KEY_OCTETS], struct random *random,
		  const uint8_t file_key[FILE_KEY_OCTETS], uint8_t ret_share[KEY_OCTETS],
		  uint8_t ret_wrapped[WRAPPED_OCTETS])
{
	uint8_t ephemeral[KEY_OCTETS];
	uint8_t salt[2 * KEY_OCTETS];
	uint8_t key[KEY_OCTETS];
	random_octets(random, ephemeral, sizeof(ephemeral));
	int error = crypto_scalarmult_curve25519_base(ret_share, ephemeral) == 0 ? OK : ERR_CRYPTO;
	memcpy(salt, ret_share, KEY_OCTETS);
	memcpy(salt + KEY_OCTETS, recipient, KEY_OCTETS);
	if (error == OK)
		error = wrap_key(ephemeral, recipient, salt, key);
	if (error == OK) {
		unsigned long long size = 0;
		(void)crypto_aead_chacha20poly1305_ietf_encrypt(ret_wrapped, &size, file_key,
								FILE_KEY_OCTETS, NULL, 0, NULL,
								WRAP_NONCE, key);
		assert(size == WRAPPED_OCTETS);
	}
	sodium_memzero(ephemeral, sizeof(ephemeral));
	sodium_memzero(key, sizeof(key));
	return error;
}

int unwrap_file_key(const struct secret_key *identity, const uint8_t share[KEY_OCTETS],
		    const uint8_t wrapped[WRAPPED_OCTETS], uint8_t ret_file_key[FILE_KEY_OCTETS])
{
	uint8_t salt[2 * KEY_OCTETS];
	uint8_t key[KEY_OCTETS];
	uint8_t file_key[FILE_KEY_OCTETS];
	memcpy(salt, share, KEY_OCTETS);
	memcpy(salt + KEY_OCTETS, identity->public.seal, KEY_OCTETS);
	int error = wrap_key(identity->seal, share, salt, key);
	if (error == OK &&
	    crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL, wrapped, WRAPPED_OCTETS,
						      NULL, 0, WRAP_NONCE, key) != 0)
		error = ERR_PERMISSION;
	if (error == OK)
		memcpy(ret_file_key, file_key, FILE_KEY_OCTETS);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(file_key, sizeof(file_key));
	return error;
}
