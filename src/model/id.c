/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/id.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static const char DIGITS[] = "abcdefghijklmnopqrstuvwxyz234567";
static_assert(ID_OCTETS * 8 == ID_LENGTH * 5, "no bits are left over");
static_assert(ID_OCTETS <= crypto_hash_sha256_BYTES, "part of the digest");

void id_make(const void *octets, size_t size, char ret_id[ID_ROOM])
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	assert(octets != NULL);
	(void)crypto_hash_sha256(digest, octets, size);
	for (size_t i = 0; i < ID_LENGTH; i++) {
		unsigned value = 0;
		for (size_t bit = 5 * i; bit < 5 * i + 5; bit++)
			value = value << 1 | (digest[bit / 8] >> (7 - bit % 8) & 1u);
		ret_id[i] = DIGITS[value];
	}
	ret_id[ID_LENGTH] = '\0';
}

bool id_is(const char *text)
{
	assert(text != NULL);
	return strlen(text) == ID_LENGTH && strspn(text, DIGITS) == ID_LENGTH;
}
