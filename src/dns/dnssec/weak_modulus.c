/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/weak_private.h"

#include <assert.h>
#include <string.h>

/* Odd numbers below the limit; [i] stands for 2 i + 1. */
#define SIEVE_SIZE (WEAK_FACTOR_LIMIT / 2)

static void sieve_fill(bool composite[SIEVE_SIZE])
{
	memset(composite, 0, SIEVE_SIZE * sizeof(composite[0]));
	for (uint32_t number = 3; number * number < WEAK_FACTOR_LIMIT; number += 2)
		for (uint32_t multiple = number * number;
		     !composite[number / 2] && multiple < WEAK_FACTOR_LIMIT; multiple += 2 * number)
			composite[multiple / 2] = true;
}

/* Primes are taken together as far as their product fits a limb: one long division for each lot. */
uint32_t modulus_small_factor(const mp_limb_t *limbs, mp_size_t size)
{
	bool composite[SIEVE_SIZE];

	assert(size > 0);
	sieve_fill(composite);
	for (uint32_t first = 1, next = 1; first < SIEVE_SIZE; first = next) {
		mp_limb_t product = 1;

		for (; next < SIEVE_SIZE; next++) {
			const mp_limb_t prime = 2 * (mp_limb_t)next + 1;

			if (composite[next])
				continue;
			if (product > UINT64_MAX / prime)
				break;
			product *= prime;
		}
		const mp_limb_t rest = mpn_mod_1(limbs, size, product);

		for (uint32_t i = first; i < next; i++)
			if (!composite[i] && rest % (2 * (mp_limb_t)i + 1) == 0)
				return 2 * i + 1;
	}
	return 0;
}

/*
 * ROCA (CVE-2017-15361). The faulty generator makes primes k M + (65537^a mod M), with M the
 * product of the first primes: 39 of them for the shortest keys, more for longer ones. So modulo
 * each of these 39 the modulus is a power of 65537, and all with one exponent: exponents found
 * modulo orders that have a divisor in common must agree there. A random modulus passes by chance
 * once in about 2^157 times (39 primes: |Z*_M| is 2^219, the subgroup 2^62).
 */
#define ROCA_PRIME_MAX 167u
#define ROCA_GENERATOR 65537u

/* The exponent modulo the highest power of a prime met so far. */
struct residue {
	uint32_t power; /* 0: none met */
	uint32_t value;
};

/* x with 65537^x = rest modulo the prime, and the order of 65537; false: no such x. */
static bool find_exponent(uint32_t prime, uint32_t rest, uint32_t *ret_exponent,
			  uint32_t *ret_order)
{
	const uint32_t step = ROCA_GENERATOR % prime;
	bool found = false;
	uint32_t order = 0;
	uint32_t value = 1;

	do {
		if (value == rest) {
			*ret_exponent = order;
			found = true;
		}
		value = value * step % prime;
		order++;
	} while (value != 1);
	*ret_order = order;
	return found;
}

/* Notes the exponent modulo one prime power; false where it contradicts what is known. */
static bool residue_agrees(struct residue *known, uint32_t power, uint32_t exponent)
{
	if (known->power == 0 || known->power < power) {
		const bool agrees = known->power == 0 || exponent % known->power == known->value;

		*known = (struct residue){power, exponent % power};
		return agrees;
	}
	return known->value % power == exponent % power;
}

static bool exponents_agree(struct residue known[ROCA_PRIME_MAX + 1], uint32_t order,
			    uint32_t exponent)
{
	for (uint32_t prime = 2; order > 1; prime++) {
		uint32_t power = 1;

		while (order % prime == 0) {
			order /= prime;
			power *= prime;
		}
		assert(prime <= ROCA_PRIME_MAX);
		if (power > 1 && !residue_agrees(&known[prime], power, exponent))
			return false;
	}
	return true;
}

static bool is_prime(uint32_t number)
{
	for (uint32_t divisor = 3; divisor * divisor <= number; divisor += 2)
		if (number % divisor == 0)
			return false;
	return true;
}

bool modulus_has_roca_shape(const mp_limb_t *limbs, mp_size_t size)
{
	struct residue known[ROCA_PRIME_MAX + 1] = {{0, 0}};

	assert(size > 0 && limbs[0] % 2 == 1);
	for (uint32_t prime = 3; prime <= ROCA_PRIME_MAX; prime += 2) {
		uint32_t exponent = 0;
		uint32_t order;

		if (!is_prime(prime))
			continue;
		const uint32_t rest = (uint32_t)mpn_mod_1(limbs, size, prime);

		if (!find_exponent(prime, rest, &exponent, &order) ||
		    !exponents_agree(known, order, exponent))
			return false;
	}
	return true;
}
