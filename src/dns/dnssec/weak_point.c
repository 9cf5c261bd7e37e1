/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a public key a point of its curve, and of one whose multiples are many? The verifiers find out
 * as well, but only when a signature comes, and say no more than that it is bad.
 */
#include "dns/dnssec/weak_private.h"

#include <assert.h>
#include <string.h>

#define FIELD_LIMBS_MAX 7 /* Ed448 */

struct field {
	mp_size_t size;
	mp_limb_t prime[FIELD_LIMBS_MAX];
};

/* FIPS 186-5, SEC 2: y^2 = x^3 - 3 x + b. */
struct weierstrass {
	struct field field;
	mp_limb_t b[FIELD_LIMBS_MAX];
};

static const struct weierstrass p256 = {
	.field = {4,
		  {0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001}},
	.b = {0x3bce3c3e27d2604b, 0x651d06b0cc53b0f6, 0xb3ebbd55769886bc, 0x5ac635d8aa3a93e7},
};
static const struct weierstrass p384 = {
	.field = {6,
		  {0x00000000ffffffff, 0xffffffff00000000, 0xfffffffffffffffe, 0xffffffffffffffff,
		   0xffffffffffffffff, 0xffffffffffffffff}},
	.b = {0x2a85c8edd3ec2aef, 0xc656398d8a2ed19d, 0x0314088f5013875a, 0x181d9c6efe814112,
	      0x988e056be3f82d19, 0xb3312fa7e23ee7e4},
};

/* x^2 is a quotient of two polynomials of y^2, each of first degree; RFC 8032 s5.1 and s5.2. */
struct edwards {
	struct field field;
	int32_t above[2], below[2]; /* constant, factor of y^2 */
};
static const struct edwards ed25519 = {
	.field = {4,
		  {0xffffffffffffffed, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff}},
	/* d = -121665 / 121666 */
	.above = {-121666, 121666},
	.below = {121666, -121665},
};
static const struct edwards ed448 = {
	.field = {7,
		  {0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xfffffffeffffffff,
		   0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff}},
	/* d = -39081 */
	.above = {1, -1},
	.below = {1, 39081},
};

/* The y of one point of order 8 of Ed25519's curve; the others' is its opposite. The test derives
 * that 8 times such a point is nothing. */
static const mp_limb_t ed25519_eighth[FIELD_LIMBS_MAX] = {0xb027b2c28f95e826, 0xf098eff289f4c345,
							  0x3933c6d305acdfd5, 0x05fc536d880238b1};

static void field_multiply(const struct field *field, const mp_limb_t *left, const mp_limb_t *right,
			   mp_limb_t *ret_product)
{
	mp_limb_t product[2 * FIELD_LIMBS_MAX];
	mp_limb_t quotient[FIELD_LIMBS_MAX + 1];

	assert(field->prime[field->size - 1] != 0);
	mpn_mul_n(product, left, right, field->size);
	mpn_tdiv_qr(quotient, ret_product, 0, product, 2 * field->size, field->prime, field->size);
}

/* All numbers below the prime, so one subtraction brings a sum back. */
static void field_add(const struct field *field, const mp_limb_t *left, const mp_limb_t *right,
		      mp_limb_t *ret_sum)
{
	const mp_limb_t carry = mpn_add_n(ret_sum, left, right, field->size);

	if (carry || mpn_cmp(ret_sum, field->prime, field->size) >= 0)
		mpn_sub_n(ret_sum, ret_sum, field->prime, field->size);
}

static void field_negate(const struct field *field, mp_limb_t *number)
{
	if (!mpn_zero_p(number, field->size))
		mpn_sub_n(number, field->prime, number, field->size);
}

static void field_small(const struct field *field, int32_t number, mp_limb_t *ret_number)
{
	memset(ret_number, 0, (size_t)field->size * sizeof(mp_limb_t));
	ret_number[0] = (mp_limb_t)(number < 0 ? -(int64_t)number : number);
	if (number < 0)
		field_negate(field, ret_number);
}

/* terms[0] + terms[1] number */
static void field_linear(const struct field *field, const int32_t terms[2], const mp_limb_t *number,
			 mp_limb_t *ret_result)
{
	mp_limb_t term[FIELD_LIMBS_MAX];
	mp_limb_t product[FIELD_LIMBS_MAX];

	field_small(field, terms[1], term);
	field_multiply(field, term, number, product);
	field_small(field, terms[0], term);
	field_add(field, term, product, ret_result);
}

static enum key_weakness weierstrass_weakness(const struct weierstrass *curve, struct piece key)
{
	const struct field *field = &curve->field;
	const size_t half = key.size / 2;
	mp_limb_t x[FIELD_LIMBS_MAX], y[FIELD_LIMBS_MAX];
	mp_limb_t left[FIELD_LIMBS_MAX], right[FIELD_LIMBS_MAX], factor[FIELD_LIMBS_MAX];

	assert(half == (size_t)field->size * sizeof(mp_limb_t));
	limbs_from_octets((struct piece){key.octets, half}, x, (size_t)field->size);
	limbs_from_octets((struct piece){key.octets + half, half}, y, (size_t)field->size);
	if (mpn_cmp(x, field->prime, field->size) >= 0 ||
	    mpn_cmp(y, field->prime, field->size) >= 0)
		return KEY_OFF_CURVE;
	field_multiply(field, y, y, left);
	field_multiply(field, x, x, factor);
	field_small(field, -3, right);
	field_add(field, factor, right, factor);
	field_multiply(field, factor, x, right); /* x (x^2 - 3) */
	field_add(field, right, curve->b, right);
	return mpn_cmp(left, right, field->size) == 0 ? KEY_SOUND : KEY_OFF_CURVE;
}

/* y of the points whose eightfold (Ed448: fourfold) is the neutral one. */
static bool is_low(const struct edwards *curve, const mp_limb_t *y)
{
	const struct field *field = &curve->field;
	mp_limb_t opposite[FIELD_LIMBS_MAX];

	memcpy(opposite, y, (size_t)field->size * sizeof(mp_limb_t));
	field_negate(field, opposite);
	if (mpn_zero_p(y + 1, field->size - 1) && y[0] <= 1)
		return true;
	if (mpn_zero_p(opposite + 1, field->size - 1) && opposite[0] == 1)
		return true;
	return curve == &ed25519 && (mpn_cmp(y, ed25519_eighth, field->size) == 0 ||
				     mpn_cmp(opposite, ed25519_eighth, field->size) == 0);
}

static enum key_weakness edwards_weakness(const struct edwards *curve, const mp_limb_t *encoded)
{
	const struct field *field = &curve->field;
	const bool is_canonical = mpn_cmp(encoded, field->prime, field->size) < 0;
	mp_limb_t y[FIELD_LIMBS_MAX], square[FIELD_LIMBS_MAX];
	mp_limb_t above[FIELD_LIMBS_MAX], below[FIELD_LIMBS_MAX];
	mpz_t number, prime;

	memcpy(y, encoded, (size_t)field->size * sizeof(mp_limb_t));
	if (!is_canonical)
		mpn_sub_n(y, y, field->prime, field->size);
	if (is_low(curve, y))
		return KEY_LOW_ORDER;
	if (!is_canonical)
		return KEY_OFF_CURVE;
	field_multiply(field, y, y, square);
	field_linear(field, curve->above, square, above);
	field_linear(field, curve->below, square, below);
	field_multiply(field, above, below, square); /* a square where the quotient is one */
	const int symbol = mpz_jacobi(mpz_roinit_n(number, square, field->size),
				      mpz_roinit_n(prime, field->prime, field->size));

	return symbol >= 0 ? KEY_SOUND : KEY_OFF_CURVE;
}

/* Little-endian, and the sign of x in the uppermost bit. */
static enum key_weakness edwards_key_weakness(const struct edwards *curve, struct piece key)
{
	uint8_t octets[FIELD_LIMBS_MAX * sizeof(mp_limb_t)] = {0};
	mp_limb_t y[FIELD_LIMBS_MAX];
	const size_t size = (size_t)curve->field.size * sizeof(mp_limb_t);

	assert(key.size >= size && key.size <= size + 1);
	for (size_t i = 0; i < size; i++)
		octets[i] = key.octets[size - 1 - i];
	if (key.size == size)
		octets[0] &= 0x7f;
	else if (key.octets[size] & 0x7f)
		return KEY_OFF_CURVE;
	limbs_from_octets((struct piece){octets, size}, y, FIELD_LIMBS_MAX);
	return edwards_weakness(curve, y);
}

enum key_weakness point_weakness(enum algorithm_family family, struct piece key)
{
	switch (family) {
	case FAMILY_P256:
		return weierstrass_weakness(&p256, key);
	case FAMILY_P384:
		return weierstrass_weakness(&p384, key);
	case FAMILY_ED25519:
		return edwards_key_weakness(&ed25519, key);
	case FAMILY_ED448:
		return edwards_key_weakness(&ed448, key);
	case FAMILY_RSA:
		break;
	}
	assert(family != FAMILY_RSA); /* its keys are no points */
	return KEY_SOUND;
}
