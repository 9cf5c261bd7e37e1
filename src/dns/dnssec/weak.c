/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/weak.h"

#include "dns/dnssec/weak_private.h"

#include <assert.h>
#include <string.h>

void limbs_from_octets(struct piece number, mp_limb_t *ret_limbs, size_t room)
{
	assert(number.size <= room * sizeof(mp_limb_t));
	memset(ret_limbs, 0, room * sizeof(mp_limb_t));
	for (size_t i = 0; i < number.size; i++)
		ret_limbs[i / 8] |= (mp_limb_t)number.octets[number.size - 1 - i] << (8 * (i % 8));
}

static bool is_all_zero(const struct dnskey_rdata *key)
{
	for (size_t i = 0; i < key->key_size; i++)
		if (key->key[i] != 0)
			return false;
	return true;
}

static enum key_weakness exponent_weakness(struct piece exponent)
{
	const uint8_t last = exponent.octets[exponent.size - 1];

	if (exponent.size == 1 && last == 1)
		return KEY_EXPONENT_ONE;
	return last % 2 == 0 ? KEY_EXPONENT_EVEN : KEY_SOUND;
}

/*
 * Fermat: n = a^2 - b^2 for an a just above the square root when the two primes are close. `root`
 * is the root of n rounded down, `rest` what is left of n; then (root + 1)^2 - n is
 * 2 root + 1 - rest, and each further step adds the next odd number.
 */
static bool has_close_primes(mp_limb_t *root, mp_size_t root_size, const mp_limb_t *rest,
			     mp_size_t rest_size)
{
	mp_limb_t square[MODULUS_LIMBS_MAX / 2 + 2] = {0};
	const mp_size_t size = root_size + 1;

	assert(size < (mp_size_t)(sizeof(square) / sizeof(square[0])) && rest_size <= size);
	square[root_size] = mpn_lshift(square, root, root_size, 1);
	mpn_add_1(square, square, size, 1);
	if (rest_size > 0)
		mpn_sub(square, square, size, rest, rest_size);
	for (int step = 0; step < WEAK_FERMAT_STEPS; step++) {
		mp_size_t used = size;

		while (used > 1 && square[used - 1] == 0)
			used--;
		if (mpn_perfect_square_p(square, used))
			return true;
		mpn_add_1(root, root, root_size, 1); /* now a */
		mpn_add(square, square, size, root, root_size);
		mpn_add(square, square, size, root, root_size);
		mpn_add_1(square, square, size, 1);
	}
	return false;
}

static enum key_weakness prime_weakness(const mp_limb_t *modulus, mp_size_t size)
{
	mp_limb_t root[MODULUS_LIMBS_MAX / 2 + 1] = {0};
	mp_limb_t rest[MODULUS_LIMBS_MAX + 1] = {0};
	const mp_size_t rest_size = mpn_sqrtrem(root, rest, modulus, size);

	if (rest_size == 0)
		return KEY_SQUARE;
	if (has_close_primes(root, (size + 1) / 2, rest, rest_size))
		return KEY_CLOSE_PRIMES;
	return modulus_has_roca_shape(modulus, size) ? KEY_ROCA : KEY_SOUND;
}

static enum key_weakness modulus_weakness(struct piece modulus, uint32_t *ret_factor)
{
	const unsigned bits = number_bits(modulus);
	mp_limb_t limbs[MODULUS_LIMBS_MAX];
	const mp_size_t size = (mp_size_t)(bits + 63) / 64;

	if (bits > WEAK_MODULUS_BITS_MAX)
		return KEY_MODULUS_LONG;
	limbs_from_octets(modulus, limbs, MODULUS_LIMBS_MAX);
	if (limbs[0] % 2 == 0)
		return KEY_MODULUS_EVEN;
	*ret_factor = modulus_small_factor(limbs, size);
	if (*ret_factor != 0)
		return KEY_SMALL_FACTOR;
	if (bits <= WEAK_MODULUS_BITS_FACTORED)
		return KEY_MODULUS_FACTORED;
	const enum key_weakness weakness = prime_weakness(limbs, size);
	return weakness == KEY_SOUND && bits < WEAK_MODULUS_BITS ? KEY_MODULUS_SHORT : weakness;
}

static enum key_weakness rsa_weakness(const struct dnskey_rdata *key, uint32_t *ret_factor)
{
	struct rsa_numbers numbers;

	if (!rsa_numbers_read(key, &numbers))
		return KEY_MALFORMED;
	const enum key_weakness weakness = exponent_weakness(numbers.exponent);

	return weakness != KEY_SOUND ? weakness : modulus_weakness(numbers.modulus, ret_factor);
}

enum key_weakness key_weakness(const struct dnskey_rdata *key, uint32_t *ret_factor)
{
	const struct algorithm *algorithm = algorithm_find(key->algorithm);
	uint32_t factor = 0;
	enum key_weakness weakness;

	if (algorithm == NULL)
		weakness = KEY_SOUND;
	else if (is_all_zero(key))
		weakness = KEY_ZERO;
	else if (algorithm->family == FAMILY_RSA)
		weakness = rsa_weakness(key, &factor);
	else if (key->key_size != algorithm->key_octets)
		weakness = KEY_LENGTH;
	else
		weakness = point_weakness((enum algorithm_family)algorithm->family,
					  (struct piece){key->key, key->key_size});
	if (ret_factor != NULL)
		*ret_factor = factor;
	return weakness;
}

const char *key_weakness_text(enum key_weakness weakness)
{
	static const char *const texts[] = {
		[KEY_SOUND] = "nothing is wrong with it",
		[KEY_ZERO] = "it consists of zeros",
		[KEY_LENGTH] = "its length does not fit its algorithm",
		[KEY_MALFORMED] = "it is malformed",
		[KEY_OFF_CURVE] = "it is no point of its curve",
		[KEY_LOW_ORDER] = "it is a point of low order, which needs no private key to sign",
		[KEY_MODULUS_FACTORED] = "its modulus is so short that anybody can factor it",
		[KEY_MODULUS_SHORT] = "its modulus has fewer than 1,024 bits",
		[KEY_MODULUS_LONG] = "its modulus is longer than validators take",
		[KEY_MODULUS_EVEN] = "its modulus is even",
		[KEY_SMALL_FACTOR] = "its modulus has a small factor",
		[KEY_SQUARE] = "its modulus is a square",
		[KEY_CLOSE_PRIMES] = "the primes of its modulus are close enough to be found",
		[KEY_ROCA] = "it was made by the faulty generator of ROCA (CVE-2017-15361)",
		[KEY_EXPONENT_ONE] = "its exponent is 1",
		[KEY_EXPONENT_EVEN] = "its exponent is even",
	};

	assert((size_t)weakness < sizeof(texts) / sizeof(texts[0]));
	return texts[weakness];
}

enum key_exponent key_exponent(const struct dnskey_rdata *key, unsigned *ret_bits)
{
	const struct algorithm *algorithm = algorithm_find(key->algorithm);
	struct rsa_numbers numbers;
	const bool is_readable = algorithm != NULL && algorithm->family == FAMILY_RSA &&
				 rsa_numbers_read(key, &numbers);
	const unsigned bits = is_readable ? number_bits(numbers.exponent) : 0;

	if (ret_bits != NULL)
		*ret_bits = bits;
	if (!is_readable)
		return EXPONENT_NONE;
	if (numbers.exponent.size == 1 && numbers.exponent.octets[0] == 3)
		return EXPONENT_THREE;
	return bits > EXPONENT_BITS_USUAL ? EXPONENT_LONG : EXPONENT_USUAL;
}
