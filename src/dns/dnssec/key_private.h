/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of algorithms that signatures can be verified and made with: sizes, hash, and the
 * family of functions that does the arithmetic. RFC 3110, RFC 5702 (RSA), RFC 6605 (ECDSA), RFC
 * 8080 (EdDSA).
 */
#ifndef DNS_DNSSEC_KEY_PRIVATE_H
#define DNS_DNSSEC_KEY_PRIVATE_H

#include "dns/dnssec/digest_private.h"
#include "dns/wire/rdata.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum algorithm_family { FAMILY_RSA, FAMILY_P256, FAMILY_P384, FAMILY_ED25519, FAMILY_ED448 };

struct algorithm {
	uint8_t number;
	uint8_t family;            /* enum algorithm_family */
	uint8_t hash;              /* enum hash; HASH_NONE where the algorithm hashes by itself */
	uint16_t key_octets;       /* of the public key field; 0: it varies (RSA) */
	uint16_t signature_octets; /* 0: as long as the modulus (RSA) */
	uint16_t bits;             /* 0: those of the modulus (RSA) */
};

/* NULL when unsupported. */
const struct algorithm *algorithm_find(uint8_t number);

/*
 * Modulus: RFC 5702 s2 allows 512 to 4096 bits for RSA/SHA-256; RFC 3110 s2 caps at 4096, too.
 * Exponent: RFC 3110 would allow 4096 bits, with which one verification takes 5 ms and not 20 us.
 * All in use fit 33 bits (the largest: 2^32 + 1, of old dnssec-keygen -e).
 */
#define RSA_MODULUS_BITS_MIN 512
#define RSA_MODULUS_BITS_MAX 4096
#define RSA_EXPONENT_BITS_MAX 64
#define RSA_MODULUS_OCTETS_MAX (RSA_MODULUS_BITS_MAX / 8)

/* An RSA key's numbers without leading zero octets, in the key field they were read from. */
struct rsa_numbers {
	struct piece exponent;
	struct piece modulus;
};

/* RFC 3110 s2. False when the field is malformed; sizes are not judged. */
bool rsa_numbers_read(const struct dnskey_rdata *key, struct rsa_numbers *ret_numbers);
/* Bits of a big-endian number without leading zero octets. */
unsigned number_bits(struct piece number);
/*
 * EMSA-PKCS1-v1_5 (RFC 8017 s9.2): the block of `size` octets that a signature by this algorithm
 * over data with this digest decrypts to. False when it does not fit the modulus.
 */
bool rsa_block(enum hash hash, const uint8_t *digest, uint8_t *ret_block, size_t size);

#endif
