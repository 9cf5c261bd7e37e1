/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/share/uuid.h"

#include <assert.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>

#define SHA1_OCTETS 20u

int uuid_of_name(const uint8_t space[UUID_OCTETS], const char *name, size_t size,
		 char ret_uuid[UUID_ROOM])
{
	uint8_t octets[SHA1_OCTETS];
	gnutls_hash_hd_t hash;
	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA1) < 0)
		return ERR_CRYPTO;
	assert(gnutls_hash_get_len(GNUTLS_DIG_SHA1) == SHA1_OCTETS);
	const int first = gnutls_hash(hash, space, UUID_OCTETS);
	const int second = gnutls_hash(hash, name, size);
	gnutls_hash_deinit(hash, octets);
	if (first < 0 || second < 0)
		return ERR_CRYPTO;
	octets[6] = (uint8_t)((octets[6] & 0x0f) | 0x50);
	octets[8] = (uint8_t)((octets[8] & 0x3f) | 0x80);
	size_t at = 0;
	for (size_t i = 0; i < UUID_OCTETS; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			ret_uuid[at++] = '-';
		(void)snprintf(ret_uuid + at, UUID_ROOM - at, "%02x", octets[i]);
		at += 2;
	}
	assert(at == UUID_ROOM - 1);
	return OK;
}
