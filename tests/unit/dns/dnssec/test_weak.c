/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weak keys, made here by their recipes, and sound ones, none of which may be called weak. */
#include "base/random.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/dnssec/weak.h"

#include <gmp.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define KEY_OCTETS_MAX 1024
#define SOUND_KEYS 40
/* A test on residues alone would let one in 2^27 through; none of these may pass either. */
#define RANDOM_MODULI 20000

/* The public key field of an RSA key. */
struct field {
	uint8_t octets[KEY_OCTETS_MAX];
	size_t size;
};

static struct field rsa_field(const mpz_t modulus, unsigned long exponent)
{
	struct field field = {.size = 1};
	mpz_t number;
	size_t size;

	mpz_init_set_ui(number, exponent);
	mpz_export(field.octets + 1, &size, 1, 1, 1, 0, number);
	field.octets[0] = (uint8_t)size;
	field.size += size;
	mpz_export(field.octets + field.size, &size, 1, 1, 1, 0, modulus);
	field.size += size;
	mpz_clear(number);
	return field;
}

static enum key_weakness weakness_of(uint8_t algorithm, const struct field *field,
				     uint32_t *ret_factor)
{
	const struct dnskey_rdata key = {.flags = 257,
					 .protocol = 3,
					 .algorithm = algorithm,
					 .key = field->octets,
					 .key_size = field->size};

	return key_weakness(&key, ret_factor);
}

static enum key_weakness modulus_weakness(const mpz_t modulus)
{
	const struct field field = rsa_field(modulus, 65537);

	return weakness_of(ALGORITHM_RSASHA256, &field, NULL);
}

static void random_number(struct random *random, unsigned bits, mpz_t number)
{
	uint8_t octets[KEY_OCTETS_MAX];

	random_octets(random, octets, bits / 8);
	octets[0] |= 0xc0;
	mpz_import(number, bits / 8, 1, 1, 1, 0, octets);
}

static void random_prime(struct random *random, unsigned bits, mpz_t prime)
{
	random_number(random, bits, prime);
	mpz_nextprime(prime, prime);
}

static void test_sound_keys(void **state)
{
	static const uint8_t algorithms[] = {13, 14, 15, 16};

	for (size_t i = 0; i < sizeof(algorithms); i++)
		for (uint64_t seed = 0; seed < SOUND_KEYS; seed++) {
			struct signing_key *key;
			size_t size;

			assert_int_equal(signing_key_new(algorithms[i], 0, 257, seed, &key), 0);
			const uint8_t *rdata = signing_key_rdata(key, &size);
			struct field field = {.size = size - 4};

			memcpy(field.octets, rdata + 4, size - 4);
			assert_int_equal(weakness_of(algorithms[i], &field, NULL), KEY_SOUND);
			signing_key_free(key);
		}
}

static void test_sound_rsa(void **state)
{
	for (unsigned bits = 1024; bits <= 2048; bits += 512) {
		struct signing_key *key;
		size_t size;

		assert_int_equal(signing_key_new(8, bits, 257, bits, &key), 0);
		const uint8_t *rdata = signing_key_rdata(key, &size);
		struct field field = {.size = size - 4};

		memcpy(field.octets, rdata + 4, size - 4);
		assert_int_equal(weakness_of(8, &field, NULL), KEY_SOUND);
		signing_key_free(key);
	}
}

/* One flipped bit and the point is elsewhere: never on P-256 and P-384, half the time beside the
 * curves whose keys are one coordinate. */
static void test_points_off_curve(void **state)
{
	static const uint8_t algorithms[] = {13, 14, 15, 16};

	for (size_t i = 0; i < sizeof(algorithms); i++) {
		struct signing_key *key;
		unsigned off = 0;
		size_t size;

		assert_int_equal(signing_key_new(algorithms[i], 0, 257, 7, &key), 0);
		const uint8_t *rdata = signing_key_rdata(key, &size);

		for (unsigned bit = 0; bit < 200; bit++) {
			struct field field = {.size = size - 4};

			memcpy(field.octets, rdata + 4, size - 4);
			field.octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
			off += weakness_of(algorithms[i], &field, NULL) == KEY_OFF_CURVE;
		}
		if (algorithms[i] <= 14)
			assert_int_equal(off, 200);
		else
			assert_in_range(off, 60, 140);
		signing_key_free(key);
	}
}

/* Ed25519: libsodium agrees about each of random encodings whether it is a point at all. */
static void test_edwards_beside_libsodium(void **state)
{
	struct random random;

	random_seeded(&random, 11);
	for (int i = 0; i < 2000; i++) {
		struct field field = {.size = 32};
		unsigned char sum[32];

		random_octets(&random, field.octets, 32);
		const bool is_point = crypto_core_ed25519_add(sum, field.octets, field.octets) == 0;

		assert_int_equal(weakness_of(15, &field, NULL),
				 is_point ? KEY_SOUND : KEY_OFF_CURVE);
	}
}

/* Zeros are a point of order 4, and have a name of their own. */
static void assert_low(const struct field *field)
{
	static const uint8_t zeros[32] = {0};
	const bool is_zero = memcmp(field->octets, zeros, 32) == 0;

	assert_int_equal(weakness_of(15, field, NULL), is_zero ? KEY_ZERO : KEY_LOW_ORDER);
}

/* Every multiple of a point of order 8, the sign bit set and not. */
static void test_low_order(void **state)
{
	static const uint8_t eighth[32] = {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0,
					   0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
					   0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39,
					   0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05};
	static const uint8_t neutral[32] = {1};
	unsigned char point[32];

	memcpy(point, eighth, 32);
	for (int i = 0; i < 8; i++) {
		struct field field = {.size = 32};

		if (i < 7)
			assert_memory_not_equal(point, neutral, 32);
		else
			assert_memory_equal(point, neutral, 32);
		memcpy(field.octets, point, 32);
		assert_low(&field);
		field.octets[31] ^= 0x80;
		assert_low(&field);
		assert_int_equal(crypto_core_ed25519_add(point, point, eighth), 0);
	}
	struct field field = {.octets = {1}, .size = 57};
	assert_int_equal(weakness_of(16, &field, NULL), KEY_LOW_ORDER);
	field.octets[56] = 1;
	assert_int_equal(weakness_of(16, &field, NULL), KEY_OFF_CURVE);
}

static void test_shape(void **state)
{
	struct field field = {.size = 64};

	assert_int_equal(weakness_of(13, &field, NULL), KEY_ZERO);
	field.octets[0] = 1;
	field.size = 63;
	assert_int_equal(weakness_of(13, &field, NULL), KEY_LENGTH);
	field.size = 0;
	assert_int_equal(weakness_of(8, &field, NULL), KEY_ZERO);
	field.size = 2;
	assert_int_equal(weakness_of(8, &field, NULL), KEY_MALFORMED);
	/* Nobody here knows what such a key looks like. */
	assert_int_equal(weakness_of(200, &field, NULL), KEY_SOUND);
	assert_int_equal(weakness_of(3, &field, NULL), KEY_SOUND);
}

static void test_exponents(void **state)
{
	static const struct {
		unsigned long exponent;
		enum key_weakness weakness;
		enum key_exponent kind;
		unsigned bits;
	} cases[] = {
		{1, KEY_EXPONENT_ONE, EXPONENT_USUAL, 1},
		{2, KEY_EXPONENT_EVEN, EXPONENT_USUAL, 2},
		{65536, KEY_EXPONENT_EVEN, EXPONENT_USUAL, 17},
		{3, KEY_SOUND, EXPONENT_THREE, 2},
		{17, KEY_SOUND, EXPONENT_USUAL, 5},
		{65537, KEY_SOUND, EXPONENT_USUAL, 17},
		{0xffffffff, KEY_SOUND, EXPONENT_USUAL, 32},
		{0x100000001, KEY_SOUND, EXPONENT_LONG, 33},
	};
	struct random random;
	mpz_t p, q;

	random_seeded(&random, 5);
	mpz_inits(p, q, NULL);
	random_prime(&random, 1024, p);
	random_prime(&random, 1024, q);
	mpz_mul(p, p, q);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct field field = rsa_field(p, cases[i].exponent);
		const struct dnskey_rdata key = {
			.algorithm = 8, .key = field.octets, .key_size = field.size};
		unsigned bits;

		assert_int_equal(key_weakness(&key, NULL), cases[i].weakness);
		assert_int_equal(key_exponent(&key, &bits), cases[i].kind);
		assert_int_equal(bits, cases[i].bits);
	}
	mpz_clears(p, q, NULL);
}

static void test_factors(void **state)
{
	static const unsigned long caught[] = {3, 5, 53, 59, 997, 1009, 1999};
	struct random random;
	mpz_t number, prime;
	uint32_t factor;

	random_seeded(&random, 6);
	mpz_inits(number, prime, NULL);
	random_prime(&random, 2032, prime);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		mpz_mul_ui(number, prime, caught[i]);
		const struct field field = rsa_field(number, 65537);

		assert_int_equal(weakness_of(8, &field, &factor), KEY_SMALL_FACTOR);
		assert_int_equal(factor, caught[i]);
	}
	mpz_mul_ui(number, prime, 2003);
	assert_int_equal(modulus_weakness(number), KEY_SOUND);
	mpz_mul_ui(number, prime, 2);
	assert_int_equal(modulus_weakness(number), KEY_MODULUS_EVEN);
	random_prime(&random, 504, prime);
	mpz_mul(number, prime, prime);
	assert_int_equal(modulus_weakness(number), KEY_SQUARE);
	random_prime(&random, 516, number);
	mpz_mul(number, number, prime);
	assert_int_equal(modulus_weakness(number), KEY_MODULUS_SHORT);
	random_prime(&random, 300, number);
	mpz_mul(number, number, prime);
	assert_int_equal(modulus_weakness(number), KEY_MODULUS_FACTORED);
	random_prime(&random, 1024, prime);
	mpz_mul(number, prime, prime);
	assert_int_equal(modulus_weakness(number), KEY_SQUARE);
	mpz_mul_2exp(number, number, 4096);
	mpz_add_ui(number, number, 1);
	assert_int_equal(modulus_weakness(number), KEY_MODULUS_LONG);
	mpz_clears(number, prime, NULL);
}

/* Each further prime after the first: until Fermat's method needs too many steps. */
static void test_close_primes(void **state)
{
	struct random random;
	mpz_t first, second, number;

	random_seeded(&random, 8);
	mpz_inits(first, second, number, NULL);
	random_prime(&random, 1024, first);
	mpz_nextprime(second, first);
	mpz_mul(number, first, second);
	assert_int_equal(modulus_weakness(number), KEY_CLOSE_PRIMES);
	/* Alike in their upper half: found in few steps, too. */
	mpz_set_ui(second, 1);
	mpz_mul_2exp(second, second, 510);
	mpz_add(second, first, second);
	mpz_nextprime(second, second);
	mpz_mul(number, first, second);
	assert_int_equal(modulus_weakness(number), KEY_CLOSE_PRIMES);
	mpz_set_ui(second, 1);
	mpz_mul_2exp(second, second, 600);
	mpz_add(second, first, second);
	mpz_nextprime(second, second);
	mpz_mul(number, first, second);
	assert_int_equal(modulus_weakness(number), KEY_SOUND);
	mpz_clears(first, second, number, NULL);
}

/* k M + (65537^a mod M), M the product of the first `count` primes. */
static void roca_prime(struct random *random, unsigned bits, unsigned count, mpz_t prime)
{
	mpz_t product, power, generator;

	mpz_inits(product, power, generator, NULL);
	mpz_set_ui(product, 1);
	mpz_set_ui(power, 1);
	for (unsigned i = 0; i < count; i++) {
		mpz_nextprime(power, power);
		mpz_mul(product, product, power);
	}
	mpz_set_ui(generator, 65537);
	do {
		mpz_set_ui(power, random_u32(random));
		mpz_powm(power, generator, power, product);
		random_number(random, bits, prime);
		mpz_fdiv_q(prime, prime, product);
		mpz_mul(prime, prime, product);
		mpz_add(prime, prime, power);
	} while (!mpz_probab_prime_p(prime, 20));
	mpz_clears(product, power, generator, NULL);
}

static void test_roca(void **state)
{
	/* How many primes for which length is from the paper on CVE-2017-15361, table 1. */
	static const struct {
		unsigned bits, primes;
	} kinds[] = {{1024, 71}, {2048, 126}};
	struct random random;
	mpz_t p, q;

	random_seeded(&random, 9);
	mpz_inits(p, q, NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		roca_prime(&random, kinds[i].bits / 2, kinds[i].primes, p);
		roca_prime(&random, kinds[i].bits / 2, kinds[i].primes, q);
		mpz_mul(p, p, q);
		assert_int_equal(modulus_weakness(p), KEY_ROCA);
		/* One such prime and one sound one do not show. */
		roca_prime(&random, kinds[i].bits / 2, kinds[i].primes, p);
		random_prime(&random, kinds[i].bits / 2, q);
		mpz_mul(p, p, q);
		assert_int_equal(modulus_weakness(p), KEY_SOUND);
	}
	mpz_clears(p, q, NULL);
}

/* No false alarm: random odd numbers, which mostly have small factors, and are nothing worse. */
static void test_no_false_alarm(void **state)
{
	struct random random;
	unsigned sound = 0;
	mpz_t number;

	random_seeded(&random, 10);
	mpz_init(number);
	for (unsigned i = 0; i < RANDOM_MODULI; i++) {
		random_number(&random, 2048, number);
		mpz_setbit(number, 0);
		const enum key_weakness weakness = modulus_weakness(number);

		assert_true(weakness == KEY_SOUND || weakness == KEY_SMALL_FACTOR);
		sound += weakness == KEY_SOUND;
	}
	/* Mertens: e^-gamma / ln 2000 of all numbers, twice that of odd ones: 14.8 %. */
	assert_in_range(sound, RANDOM_MODULI * 135 / 1000, RANDOM_MODULI * 160 / 1000);
	mpz_clear(number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound_keys),
		cmocka_unit_test(test_sound_rsa),
		cmocka_unit_test(test_points_off_curve),
		cmocka_unit_test(test_edwards_beside_libsodium),
		cmocka_unit_test(test_low_order),
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_exponents),
		cmocka_unit_test(test_factors),
		cmocka_unit_test(test_close_primes),
		cmocka_unit_test(test_roca),
		cmocka_unit_test(test_no_false_alarm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
