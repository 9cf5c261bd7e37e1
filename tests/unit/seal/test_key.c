/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MADE_S 1790000000

/* The example of c2sp.org/age: 32 octets of 0x42. */
#define EXAMPLE_IDENTITY \
	"AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define EXAMPLE_RECIPIENT "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

static struct secret_key make(uint64_t seed)
{
	struct random random;
	struct secret_key key;
	random_seeded(&random, seed);
	assert_int_equal(secret_key_make(&random, MADE_S, &key), OK);
	return key;
}

static void test_example(void **state)
{
	uint8_t expected[KEY_OCTETS];
	uint8_t got[KEY_OCTETS];
	char text[BECH32_TEXT_MAX];
	memset(expected, 0x42, sizeof(expected));
	assert_int_equal(identity_read(EXAMPLE_IDENTITY, strlen(EXAMPLE_IDENTITY), got), OK);
	assert_memory_equal(got, expected, KEY_OCTETS);
	bech32_write("age-secret-key-", expected, true, text);
	assert_string_equal(text, EXAMPLE_IDENTITY);
	assert_int_equal(recipient_read(EXAMPLE_RECIPIENT, strlen(EXAMPLE_RECIPIENT), got), OK);
	recipient_write(got, text);
	assert_string_equal(text, EXAMPLE_RECIPIENT);
	(void)state;
}

/* Whatever character of a key is another one, or gone, it is noticed. */
static void test_slips(void **state)
{
	uint8_t got[KEY_OCTETS];
	char text[BECH32_TEXT_MAX] = EXAMPLE_RECIPIENT;
	const size_t length = strlen(text);
	for (size_t i = 0; i < length; i++) {
		for (int other = 0; other < 256; other++) {
			const char was = text[i];
			if ((char)other == was)
				continue;
			text[i] = (char)other;
			assert_int_equal(recipient_read(text, length, got), ERR_FORMAT);
			text[i] = was;
		}
		assert_int_equal(recipient_read(text, i, got), ERR_FORMAT);
	}
	assert_int_equal(recipient_read(EXAMPLE_IDENTITY, strlen(EXAMPLE_IDENTITY), got),
			 ERR_FORMAT);
	assert_int_equal(identity_read(EXAMPLE_RECIPIENT, length, got), ERR_FORMAT);
	(void)state;
}

/* Nothing can be sealed to a point of small order: everybody would know the secret. */
static void test_small_order(void **state)
{
	static const uint8_t points[][KEY_OCTETS] = {{0}, {1}};
	char text[BECH32_TEXT_MAX];
	uint8_t got[KEY_OCTETS];
	for (size_t i = 0; i < 2; i++) {
		recipient_write(points[i], text);
		assert_int_equal(recipient_read(text, strlen(text), got), ERR_FORMAT);
	}
	(void)state;
}

static void test_file(void **state)
{
	struct secret_key key = make(1);
	struct secret_key again;
	struct complaint complaint;
	struct text text;
	text_init(&text, KEY_FILE_MAX);
	secret_key_write(&key, &text);
	assert_int_equal(text.error, OK);
	assert_int_equal(secret_key_read(text.data, text.length, &complaint, &again), OK);
	assert_memory_equal(&again, &key, sizeof(key));
	/* Cut anywhere, or with one bit of it another: never taken, and no secret in the words. */
	for (size_t i = 0; i < text.length; i++) {
		assert_true(secret_key_read(text.data, i, &complaint, &again) < 0);
		/* The time is any time. */
		if (i >= strlen("# dsfi key 1, made ") && i < strlen("# dsfi key 1, made ") + 20)
			continue;
		text.data[i] ^= 1;
		complaint.text[0] = '\0';
		assert_true(secret_key_read(text.data, text.length, &complaint, &again) < 0);
		assert_int_not_equal(complaint.text[0], '\0');
		assert_null(strstr(complaint.text, "KEY-1"));
		text.data[i] ^= 1;
	}
	text_wipe(&text);
	secret_key_wipe(&key);
	for (size_t i = 0; i < sizeof(key); i++)
		assert_int_equal(((const uint8_t *)&key)[i], 0);
	(void)state;
}

static void test_file_of_two_keys(void **state)
{
	struct secret_key key = make(1);
	const struct secret_key other = make(2);
	struct secret_key got;
	struct complaint complaint;
	struct text text;
	memcpy(key.seal, other.seal, KEY_OCTETS);
	text_init(&text, KEY_FILE_MAX);
	secret_key_write(&key, &text);
	assert_int_equal(secret_key_read(text.data, text.length, &complaint, &got), ERR_DAMAGED);
	text_wipe(&text);
	(void)state;
}

static void test_signatures(void **state)
{
	static const char message[] = "all name servers replaced";
	const struct secret_key key = make(1);
	const struct secret_key other = make(2);
	uint8_t signature[SIGNATURE_OCTETS];
	uint8_t zero[KEY_OCTETS] = {0};
	key_sign(&key, message, strlen(message), signature);
	assert_true(key_verify(key.public.sign, message, strlen(message), signature));
	assert_false(key_verify(other.public.sign, message, strlen(message), signature));
	assert_false(key_verify(key.public.sign, message, strlen(message) - 1, signature));
	assert_false(key_verify(zero, message, strlen(message), signature));
	for (size_t i = 0; i < SIGNATURE_OCTETS * 8; i++) {
		signature[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(key_verify(key.public.sign, message, strlen(message), signature));
		signature[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),     cmocka_unit_test(test_slips),
		cmocka_unit_test(test_small_order), cmocka_unit_test(test_file),
		cmocka_unit_test(test_signatures),  cmocka_unit_test(test_file_of_two_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
