/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a public key alone gives away: keys whose private half anybody can find, or with which no
 * signature can be verified. One pass over the key's octets, without memory from the heap; about
 * 10 us for an RSA key, 3 us for one of a curve. What of two keys can be seen only side by side
 * (shared primes) is judge/keys' matter.
 *
 * RSA: RFC 3110 s2, RFC 5702 s2. Points: RFC 6605 s4 (P-256, P-384), RFC 8080 s3 and RFC 8032
 * s5.1.3 and s5.2.3 (Ed25519, Ed448). ROCA: CVE-2017-15361; close primes: CVE-2022-26320.
 */
#ifndef DNS_DNSSEC_WEAK_H
#define DNS_DNSSEC_WEAK_H

#include "dns/wire/rdata.h"

#include <stdint.h>

/* RSA-768 was factored in 2009 and RSA-250 in 2020, in public and with some thousand core years: up
 * to its length a modulus protects from nobody who wants in. */
#define WEAK_MODULUS_BITS_FACTORED 829
/* Below this, from those with more to spend. From here to 2048 bits it is DNSSEC-KEY-SHORT's
 * matter.
 */
#define WEAK_MODULUS_BITS 1024
/* RFC 3110 s2 and RFC 5702 s2 end there, and so do validators. */
#define WEAK_MODULUS_BITS_MAX 4096
/* Every prime below is tried as a factor: a sound modulus has none of a thousand bits fewer. */
#define WEAK_FACTOR_LIMIT 2000u
/* Steps of Fermat's method: sound primes of 1024 bits need about 2^1000. */
#define WEAK_FERMAT_STEPS 64

enum key_weakness {
	KEY_SOUND, /* or of an algorithm that nobody here knows */
	KEY_ZERO,  /* nothing but zero octets */
	KEY_LENGTH,
	KEY_MALFORMED,
	KEY_OFF_CURVE,
	KEY_LOW_ORDER,
	KEY_MODULUS_FACTORED, /* of a length of which others have been */
	KEY_MODULUS_SHORT,
	KEY_MODULUS_LONG,
	KEY_MODULUS_EVEN,
	KEY_SMALL_FACTOR,
	KEY_SQUARE, /* one prime twice */
	KEY_CLOSE_PRIMES,
	KEY_ROCA,
	KEY_EXPONENT_ONE,
	KEY_EXPONENT_EVEN,
};

/* ret_factor (may be NULL): the factor of KEY_SMALL_FACTOR; 0 otherwise. */
enum key_weakness key_weakness(const struct dnskey_rdata *key, uint32_t *ret_factor);
/* What is wrong with such a key: "its modulus is even". Static. */
const char *key_weakness_text(enum key_weakness weakness);

enum key_exponent {
	EXPONENT_NONE, /* no RSA key, or a malformed one */
	EXPONENT_USUAL,
	EXPONENT_THREE,
	EXPONENT_LONG, /* more than EXPONENT_BITS_USUAL */
};
/* BIND refuses exponents above 35 bits, others above 32 or 64; RFC 3110 s2 would let 4096 be. */
#define EXPONENT_BITS_USUAL 32u
/* ret_bits (may be NULL): of the exponent, 0 for EXPONENT_NONE. */
enum key_exponent key_exponent(const struct dnskey_rdata *key, unsigned *ret_bits);

#endif
