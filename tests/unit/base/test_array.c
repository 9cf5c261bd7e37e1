/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_reach(void **state)
{
	uint32_t *array = NULL;
	size_t room = 0;

	assert_int_equal(array_reach(&array, &room, 0, sizeof(*array)), OK);
	assert_true(room > 0);
	array[0] = 7;
	assert_int_equal(array_reach(&array, &room, 100000, sizeof(*array)), OK);
	assert_true(room > 100000);
	assert_int_equal(array[0], 7);
	for (size_t i = 1; i < room; i++)
		assert_int_equal(array[i], 0);
	array[100000] = 8;
	assert_int_equal(array_reach(&array, &room, 5, sizeof(*array)), OK);
	assert_int_equal(array[100000], 8);
	assert_int_equal(array_reach(&array, &room, -1, sizeof(*array)), ERR_LIMIT);
	assert_int_equal(array_reach(&array, &room, ARRAY_NUMBERS_MAX, sizeof(*array)), ERR_LIMIT);
	assert_int_equal(array[100000], 8);
	memory_give(array);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_reach)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
