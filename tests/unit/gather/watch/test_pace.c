/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/watch/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define MINUTE_MS UINT64_C(60000)

static void test_few_at_once(void **state)
{
	const struct pace pace = {.total = 3, .interval_ms = 5 * MINUTE_MS};
	assert_int_equal(pace_due(&pace, 0), 1);
	assert_int_equal(pace_due(&pace, 30), 3);
	assert_int_equal(pace_rate(&pace), PACE_LEAST);
	const struct pace none = {.total = 0, .interval_ms = 5 * MINUTE_MS};
	assert_int_equal(pace_due(&none, 0), 0);
	assert_int_equal(pace_due(&none, 1000), 0);
	(void)state;
}

static void test_many_evenly(void **state)
{
	const struct pace pace = {.total = 1000000, .interval_ms = 5 * MINUTE_MS};
	uint64_t before = 0;
	for (uint64_t ms = 0; ms <= 5 * MINUTE_MS; ms += 20) {
		const uint64_t due = pace_due(&pace, ms);
		assert_true(due >= before && due <= pace.total);
		/* No burst: never more than twice the even share of 20 ms. */
		assert_true(due - before <= 2 * 20 * pace.total / (270 * 1000) + 2);
		before = due;
	}
	assert_int_equal(before, pace.total);
	assert_int_equal(pace_due(&pace, 270 * 1000), pace.total);
	assert_true(pace_due(&pace, 135 * 1000) >= 500000);
	assert_true(pace_due(&pace, 135 * 1000) <= 500001);
	assert_int_equal(pace_rate(&pace), 3704);
	(void)state;
}

static void test_day(void **state)
{
	const struct pace pace = {.total = UINT32_MAX, .interval_ms = 86400000};
	assert_int_equal(pace_due(&pace, UINT64_MAX), UINT32_MAX);
	assert_true(pace_due(&pace, 43200000) < UINT32_MAX);
	(void)state;
}

/* Every server gets its turn, and domains spread over them. */
static void test_turns(void **state)
{
	unsigned first[13] = {0};
	for (unsigned i = 0; i < 13000; i++) {
		uint8_t name[16];
		const int length = snprintf((char *)name + 1, 10, "d%06u", i);
		name[0] = (uint8_t)length;
		name[length + 1] = 0;
		const uint32_t turn = pace_turn(name, 0, 13);
		assert_in_range(turn, 0, 12);
		first[turn]++;
		for (uint32_t round = 0; round < 14; round++)
			assert_int_equal(pace_turn(name, round, 13), (turn + round) % 13);
	}
	for (unsigned i = 0; i < 13; i++)
		assert_in_range(first[i], 800, 1200);
	assert_int_equal(pace_turn((const uint8_t *)"\1a", UINT32_MAX, 1), 0);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_at_once),
		cmocka_unit_test(test_many_evenly),
		cmocka_unit_test(test_day),
		cmocka_unit_test(test_turns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
