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

static void paired_shares_are_those_of_the_paper(void **state)
{
	(void)state;
	/* A worked example of method 10. */
	struct estimate difference = paired_difference(
		&(struct pair_counts){.both = 20, .first = 12, .second = 2, .neither = 16});
	near_to(difference.value, 0.2);
	near_to(difference.low, 0.0562);
	near_to(difference.high, 0.3292);
	/* Turned round, it is the same with the other sign. */
	difference = paired_difference(
		&(struct pair_counts){.both = 20, .first = 2, .second = 12, .neither = 16});
	near_to(difference.low, -0.3292);
	near_to(difference.high, -0.0562);
	difference = paired_difference(&(struct pair_counts){.neither = 100});
	near_to(difference.value, 0);
	near_to(difference.low, -0.0370);
	near_to(difference.high, 0.0370);
	difference = paired_difference(&(struct pair_counts){0});
	near_to(difference.low, -1);
	near_to(difference.high, 1);
	for (uint64_t both = 0; both < 12; both += 3) {
		for (uint64_t first = 0; first < 12; first += 2) {
			for (uint64_t second = 0; second < 12; second += 3) {
				const struct pair_counts pairs = {both, first, second, 4};
				difference = paired_difference(&pairs);
				assert_true(difference.low >= -1 && difference.high <= 1);
				assert_true(difference.low <= difference.value &&
					    difference.value <= difference.high);
			}
		}
	}
}

static void drawn_means_enclose_the_mean(void **state)
{
	(void)state;
	double values[400];
	for (size_t i = 0; i < 400; i++)
		values[i] = (double)(i % 100);
	const struct estimate one = mean_by_bootstrap(values, 400, 1);
	const struct estimate again = mean_by_bootstrap(values, 400, 1);
	near_to(one.value, 49.5);
	near_to(one.low - again.low, 0);
	near_to(one.high - again.high, 0);
	/* The standard error is 28.866 / 20: the interval is near 49.5 +- 2.83. */
	assert_true(fabs(one.low - 46.67) < 0.25 && fabs(one.high - 52.33) < 0.25);
	const struct estimate same = mean_by_bootstrap((const double[]){7, 7, 7}, 3, 2);
	near_to(same.low, 7);
	near_to(same.high, 7);
}

static void medians_have_the_ranks_of_tables(void **state)
{
	(void)state;
	/* Ranks at 95 % of the sign test's tables: 6: 1, 9: 2, 12: 3, 20: 6, 50: 18, 100: 40. */
	static const struct {
		size_t count, rank;
	} rows[] = {{6, 1}, {8, 1}, {9, 2}, {12, 3}, {20, 6}, {50, 18}, {100, 40}};
	struct estimate median;
	double values[100];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const size_t count = rows[i].count;
		for (size_t k = 0; k < count; k++)
			values[k] = (double)(count - k);
		assert_true(median_exact(values, count, &median));
		near_to(median.value, ((double)count + 1) / 2);
		near_to(median.low, (double)rows[i].rank);
		near_to(median.high, (double)(count + 1 - rows[i].rank));
	}
	assert_false(median_exact(values, 5, &median));
	assert_false(median_exact(values, 0, &median));
	double many[10000];
	for (size_t k = 0; k < 10000; k++)
		many[k] = (double)k;
	assert_true(median_exact(many, 10000, &median));
	assert_true(fabs(median.low - 4901) < 3 && fabs(median.high - 5098) < 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_are_those_of_tables),
		cmocka_unit_test(what_is_unknown_widens),
		cmocka_unit_test(few_that_hold_much),
		cmocka_unit_test(paired_shares_are_those_of_the_paper),
		cmocka_unit_test(drawn_means_enclose_the_mean),
		cmocka_unit_test(medians_have_the_ranks_of_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
