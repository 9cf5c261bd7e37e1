/* SPDX-License-Identifier: GPL-3.0-or-later */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA-1 without allocation, see digest_private.h */
#include "dns/dnssec/denial.h"
#include "dns/dnssec/nsec3_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <openssl/sha.h>
#include <string.h>

static_assert(NSEC3_HASH_OCTETS == SHA_DIGEST_LENGTH, "hash algorithm 1 is SHA-1");

int nsec3_hash(const uint8_t *name, const uint8_t *salt, size_t salt_size, uint16_t iterations,
	       uint8_t ret_hash[NSEC3_HASH_OCTETS])
{
	assert(name != NULL && (salt != NULL || salt_size == 0) && ret_hash != NULL);
	if (salt_size > NSEC3_SALT_MAX_OCTETS)
		return ERR_LIMIT;
	uint8_t text[NAME_MAX_OCTETS + NSEC3_SALT_MAX_OCTETS];
	size_t size = name_copy_lower(text, name);
	for (unsigned i = 0; i <= iterations; i++) {
		SHA_CTX context;
		if (salt_size > 0)
			memcpy(text + size, salt, salt_size);
		SHA1_Init(&context);
		SHA1_Update(&context, text, size + salt_size);
		SHA1_Final(text, &context);
		size = SHA_DIGEST_LENGTH;
	}
	memcpy(ret_hash, text, NSEC3_HASH_OCTETS);
	return OK;
}

/* 20 octets are exactly 32 digits of five bits. */
void nsec3_label(const uint8_t hash[NSEC3_HASH_OCTETS], char ret_label[NSEC3_LABEL_OCTETS + 1])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	static_assert(NSEC3_HASH_OCTETS * 8 == NSEC3_LABEL_OCTETS * 5, "no padding");
	assert(hash != NULL && ret_label != NULL);
	unsigned window = 0;
	unsigned bits = 0;
	size_t used = 0;
	for (size_t i = 0; i < NSEC3_HASH_OCTETS; i++) {
		window = window << 8 | hash[i];
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			ret_label[used++] = digits[window >> bits & 31];
		}
	}
	assert(used == NSEC3_LABEL_OCTETS && bits == 0);
	ret_label[used] = '\0';
}

static int digit_value(uint8_t digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'v')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'V')
		return digit - 'A' + 10;
	return -1;
}

bool nsec3_label_read(const uint8_t *label, uint8_t ret_hash[NSEC3_HASH_OCTETS])
{
	assert(label != NULL && ret_hash != NULL);
	if (label[0] != NSEC3_LABEL_OCTETS)
		return false;
	unsigned window = 0;
	unsigned bits = 0;
	size_t used = 0;
	for (size_t i = 1; i <= NSEC3_LABEL_OCTETS; i++) {
		int value = digit_value(label[i]);
		if (value < 0)
			return false;
		window = window << 5 | (unsigned)value;
		bits += 5;
		if (bits < 8)
			continue;
		bits -= 8;
		ret_hash[used++] = (uint8_t)(window >> bits);
	}
	assert(used == NSEC3_HASH_OCTETS && bits == 0);
	return true;
}
