/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/key.h"
#include "dns/dnssec/key_private.h"

#include <assert.h>
#include <string.h>

/* number, family, hash, octets of key and of signature, bits */
static const struct algorithm algorithms[] = {
	{ALGORITHM_RSASHA1, FAMILY_RSA, HASH_SHA1, 0, 0, 0},
	{ALGORITHM_RSASHA1_NSEC3, FAMILY_RSA, HASH_SHA1, 0, 0, 0},
	{ALGORITHM_RSASHA256, FAMILY_RSA, HASH_SHA256, 0, 0, 0},
	{ALGORITHM_RSASHA512, FAMILY_RSA, HASH_SHA512, 0, 0, 0},
	{ALGORITHM_ECDSAP256, FAMILY_P256, HASH_SHA256, 64, 64, 256},
	{ALGORITHM_ECDSAP384, FAMILY_P384, HASH_SHA384, 96, 96, 384},
	{ALGORITHM_ED25519, FAMILY_ED25519, HASH_NONE, 32, 64, 256},
	{ALGORITHM_ED448, FAMILY_ED448, HASH_NONE, 57, 114, 456},
};

const struct algorithm *algorithm_find(uint8_t number)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (algorithms[i].number == number)
			return &algorithms[i];
	return NULL;
}

static struct piece without_leading_zeros(struct piece number)
{
	while (number.size > 0 && number.octets[0] == 0) {
		number.octets++;
		number.size--;
	}
	return number;
}

bool rsa_numbers_read(const struct dnskey_rdata *key, struct rsa_numbers *ret_numbers)
{
	assert(key != NULL && ret_numbers != NULL);
	size_t head = 1;
	if (key->key_size < 3)
		return false;
	size_t exponent_size = key->key[0];
	if (exponent_size == 0) {
		exponent_size = (size_t)key->key[1] << 8 | key->key[2];
		head = 3;
	}
	if (exponent_size == 0 || key->key_size - head <= exponent_size)
		return false;
	struct piece exponent = {key->key + head, exponent_size};
	struct piece modulus = {exponent.octets + exponent_size,
				key->key_size - head - exponent_size};
	/* RFC 3110 s2 forbids leading zeros; signatures made with such keys verify all the same. */
	exponent = without_leading_zeros(exponent);
	modulus = without_leading_zeros(modulus);
	if (exponent.size == 0 || modulus.size == 0)
		return false;
	*ret_numbers = (struct rsa_numbers){exponent, modulus};
	return true;
}

unsigned number_bits(struct piece number)
{
	if (number.size == 0)
		return 0;
	assert(number.octets[0] != 0);
	unsigned first = 32u - (unsigned)__builtin_clz(number.octets[0]);
	return (unsigned)(number.size - 1) * 8 + first;
}

/* DER of DigestInfo up to the digest, RFC 8017 s9.2 note 1. */
static struct piece digest_info(enum hash hash)
{
	static const uint8_t sha1[] = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
				       0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14};
	static const uint8_t sha256[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
	static const uint8_t sha512[] = {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40};
	if (hash == HASH_SHA1)
		return (struct piece){sha1, sizeof(sha1)};
	if (hash == HASH_SHA256)
		return (struct piece){sha256, sizeof(sha256)};
	assert(hash == HASH_SHA512);
	return (struct piece){sha512, sizeof(sha512)};
}

bool rsa_block(enum hash hash, const uint8_t *digest, uint8_t *ret_block, size_t size)
{
	assert(digest != NULL && ret_block != NULL);
	struct piece info = digest_info(hash);
	size_t tail = info.size + hash_size(hash);
	if (size < tail + 11) /* 00 01, at least eight FF, 00 */
		return false;
	size_t filling = size - tail - 3;
	ret_block[0] = 0;
	ret_block[1] = 1;
	memset(ret_block + 2, 0xff, filling);
	ret_block[2 + filling] = 0;
	memcpy(ret_block + 3 + filling, info.octets, info.size);
	memcpy(ret_block + 3 + filling + info.size, digest, hash_size(hash));
	return true;
}
