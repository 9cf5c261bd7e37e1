/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/age_private.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(crypto_auth_hmacsha256_BYTES == KEY_OCTETS, "one block of HKDF is a key");

void derive_key(struct age_octets secret, struct age_octets salt, const char *info,
		uint8_t ret_key[KEY_OCTETS])
{
	static const uint8_t no_salt[KEY_OCTETS] = {0};
	static const uint8_t counter[] = {1};
	crypto_auth_hmacsha256_state state;
	uint8_t extracted[KEY_OCTETS];
	assert(secret.size > 0 && info != NULL);
	/* RFC 5869 s2.2: without a salt, zeros. */
	crypto_auth_hmacsha256_init(&state, salt.size > 0 ? salt.data : no_salt,
				    salt.size > 0 ? salt.size : sizeof(no_salt));
	crypto_auth_hmacsha256_update(&state, secret.data, secret.size);
	crypto_auth_hmacsha256_final(&state, extracted);
	/* s2.3: one block is all we need. */
	crypto_auth_hmacsha256_init(&state, extracted, sizeof(extracted));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)info, strlen(info));
	crypto_auth_hmacsha256_update(&state, counter, sizeof(counter));
	crypto_auth_hmacsha256_final(&state, ret_key);
	sodium_memzero(extracted, sizeof(extracted));
	sodium_memzero(&state, sizeof(state));
}
