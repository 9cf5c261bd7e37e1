/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Public keys by their looks: an algorithm and a key field. Properties: the answer depends on
 * nothing but these; a factor that is named divides the modulus; a key that is called a point of
 * P-256 or P-384 is none once its y is another; and an exponent is told of RSA keys alone.
 */
#include "dns/dnssec/key.h"
#include "dns/dnssec/weak.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t remainder_of(const uint8_t *octets, size_t size, uint32_t divisor)
{
	uint64_t rest = 0;

	for (size_t i = 0; i < size; i++)
		rest = (rest << 8 | octets[i]) % divisor;
	return (uint32_t)rest;
}

static void check_factor(const struct dnskey_rdata *key, uint32_t factor)
{
	const uint8_t *modulus;
	size_t size;
	const bool is_rsa = key_rsa_modulus(key, &modulus, &size);

	assert(is_rsa && factor > 2 && factor < WEAK_FACTOR_LIMIT);
	assert(remainder_of(modulus, size, factor) == 0);
}

static void check_other_y(struct dnskey_rdata key, uint8_t *octets)
{
	key.key = octets;
	octets[key.key_size - 1] ^= 2;
	assert(key_weakness(&key, NULL) == KEY_OFF_CURVE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned bits = 0;
	uint32_t factor = 1;

	if (size < 1)
		return 0;
	uint8_t *octets = malloc(size);

	assert(octets);
	memcpy(octets, data + 1, size - 1);
	const struct dnskey_rdata key = {.flags = 257,
					 .protocol = 3,
					 .algorithm = data[0],
					 .key = octets,
					 .key_size = size - 1};
	const enum key_weakness weakness = key_weakness(&key, &factor);

	assert(key_weakness_text(weakness)[0] != '\0');
	assert(weakness == key_weakness(&key, NULL));
	assert((factor != 0) == (weakness == KEY_SMALL_FACTOR));
	if (factor != 0)
		check_factor(&key, factor);
	const enum key_exponent exponent = key_exponent(&key, &bits);
	assert((exponent == EXPONENT_NONE) == (bits == 0));
	if (weakness == KEY_SOUND &&
	    (data[0] == ALGORITHM_ECDSAP256 || data[0] == ALGORITHM_ECDSAP384))
		check_other_y(key, octets);
	free(octets);
	return 0;
}
