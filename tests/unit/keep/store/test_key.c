/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "dns/wire/name.h"
#include "keep/store/store_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Few different octets, so that names share labels, and those that need escaping. */
static void random_name(struct random *random, uint8_t name[NAME_MAX_OCTETS])
{
	static const uint8_t octets[] = {0, 1, 2, 'a', 'b', 0xff, '.', 'z'};
	size_t at = 0;
	for (size_t labels = random_below(random, 6); labels > 0; labels--) {
		size_t size = 1 + random_below(random, 3);
		name[at++] = (uint8_t)size;
		for (size_t i = 0; i < size; i++)
			name[at++] = octets[random_below(random, sizeof(octets))];
	}
	name[at] = 0;
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void test_order(void **state)
{
	struct random random;
	random_seeded(&random, 5);
	for (int i = 0; i < 20000; i++) {
		uint8_t left[NAME_MAX_OCTETS];
		uint8_t right[NAME_MAX_OCTETS];
		uint8_t left_key[NAME_KEY_MAX];
		uint8_t right_key[NAME_KEY_MAX];
		uint8_t back[NAME_MAX_OCTETS];
		random_name(&random, left);
		random_name(&random, right);
		size_t left_size = name_to_key(left, left_key);
		size_t right_size = name_to_key(right, right_key);
		size_t size = left_size < right_size ? left_size : right_size;
		int order = memcmp(left_key, right_key, size);
		if (order == 0)
			order = (left_size > right_size) - (left_size < right_size);
		assert_int_equal(sign(order), sign(name_compare(left, right)));
		assert_int_equal(name_from_key(left_key, left_size, back), OK);
		assert_true(name_equal_exactly(left, back));
	}
}

static void test_long(void **state)
{
	uint8_t name[NAME_MAX_OCTETS] = {0};
	uint8_t key[NAME_KEY_MAX];
	uint8_t back[NAME_MAX_OCTETS];
	size_t at = 0;
	for (int i = 0; i < 127; i++) {
		name[at++] = 1;
		name[at++] = 0;
	}
	assert_int_equal(name_size(name), 255);
	size_t size = name_to_key(name, key);
	assert_int_equal(name_from_key(key, size, back), OK);
	assert_true(name_equal_exactly(name, back));
	/* Rubbish is damage, not a crash. */
	for (size_t cut = 1; cut < size; cut++) {
		if (cut % 3 != 0)
			assert_int_equal(name_from_key(key, cut, back), ERR_DAMAGED);
	}
	memset(key, 'a', sizeof(key));
	assert_int_equal(name_from_key(key, sizeof(key), back), ERR_DAMAGED);
	memset(key, 0, sizeof(key));
	assert_int_equal(name_from_key(key, 3, back), ERR_DAMAGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
