/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals against values from tables, and what they may never do; how much hangs on few. */
#include "base/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void near_to(double value, double wanted)
{
	if (fabs(value - wanted) > 0.00005)
		fail_msg("%f, not %f", value, wanted);
}

static void intervals_are_those_of_tables(void **state)
{
	(void)state;
	struct share share = share_of_sample(8, 10);
	near_to(share.value, 0.8);
	near_to(share.low, 0.4902);
	near_to(share.high, 0.9433);
	share = share_of_sample(0, 10);
	near_to(share.low, 0);
	near_to(share.high, 0.2775);
	share = share_of_sample(10, 10);
	near_to(share.low, 0.7225);
	near_to(share.high, 1);
	share = share_of_sample(263, 5222);
	near_to(share.low, 0.0448);
	near_to(share.high, 0.0566);
	share = share_of_sample(0, 0);
	near_to(share.low, 0);
	near_to(share.high, 1);
}

static void what_is_unknown_widens(void **state)
{
	(void)state;
	struct share share = share_of_all(50, 90, 10);
	near_to(share.value, 50.0 / 90);
	near_to(share.low, 0.5);
	near_to(share.high, 0.6);
	share = share_of_all(0, 0, 7);
	near_to(share.low, 0);
	near_to(share.high, 1);
	for (uint64_t known = 0; known <= 40; known++) {
		for (uint64_t count = 0; count <= known; count += 3) {
			for (uint64_t unknown = 0; unknown < 20; unknown += 7) {
				const struct share all = share_of_all(count, known, unknown);
				const struct share both =
					share_of_sample_with_unknown(count, known, unknown);
				assert_true(both.low <= all.low && both.high >= all.high);
				assert_true(both.low >= 0 && both.high <= 1);
				assert_true(known == 0 ||
					    (all.low <= all.value && all.value <= all.high));
			}
		}
	}
}

static void few_that_hold_much(void **state)
{
	(void)state;
	static const uint64_t equal[] = {5, 5, 5, 5};
	static const uint64_t uneven[] = {1, 90, 2, 7};
	uint64_t scratch[4];
	near_to(concentration(equal, 4), 0.25);
	near_to(concentration(uneven, 4), 0.8154);
	near_to(concentration(uneven, 0), 0);
	near_to(concentration((const uint64_t[]){0, 0}, 2), 0);
	assert_int_equal(fewest_that_hold(equal, 4, 0.5, scratch), 2);
	assert_int_equal(fewest_that_hold(uneven, 4, 0.9, scratch), 1);
	assert_int_equal(fewest_that_hold(uneven, 4, 0.95, scratch), 2);
	assert_int_equal(fewest_that_hold(uneven, 4, 1, scratch), 4);
	assert_int_equal(fewest_that_hold(uneven, 4, 0, scratch), 0);
	assert_int_equal(uneven[0], 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_are_those_of_tables),
		cmocka_unit_test(what_is_unknown_widens),
		cmocka_unit_test(few_that_hold_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
