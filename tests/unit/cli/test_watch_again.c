/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was told of changes, and when they are looked at again. */
#include "cli/watch_again.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW_S 1795000000
#define HOUR_S 3600
#define LEAST_MS 60000

static struct change make(int64_t run, uint8_t score, const char *band, const char *signals)
{
	static const char *const numbers[] = {"S1", "S3", "S5"};
	struct change change = {
		.after_run = run, .after_s = NOW_S + run, .score = score, .band = band};
	for (const char *at = signals; *at != '\0'; at++)
		change.reasons[change.reason_count++].number = numbers[*at - '0'];
	return change;
}

static void test_times(void **state)
{
	static const char *const refused[] = {"",       "1h,",     "1h,1h",
					      "24h,1h", "30s",     "367d",
					      "1h;24h", "nothing", "1h,,",
					      "-1h,2h", "1h, 24h", "1m,2m,3m,4m,5m,6m,7m,8m,9m"};
	struct again_times times = {.count = 0};
	struct complaint complaint = {""};
	assert_int_equal(again_times_read("1h,24h,72h", LEAST_MS, &times, &complaint), OK);
	assert_int_equal(times.count, 3);
	assert_true(times.after_s[0] == HOUR_S && times.after_s[2] == 72 * HOUR_S);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		complaint.text[0] = '\0';
		assert_int_equal(again_times_read(refused[i], LEAST_MS, &times, &complaint),
				 ERR_ARGUMENT);
		assert_non_null(strstr(complaint.text, "--again"));
		assert_int_equal(times.count, 3);
	}
	assert_int_equal(again_times_read("none", LEAST_MS, &times, &complaint), OK);
	assert_int_equal(times.count, 0);
	(void)state;
}

static void test_told(void **state)
{
	uint8_t octets[WATCH_TOLD_OCTETS_MAX];
	struct told told = {.count = 0}, read = {.count = 0};
	const struct change first = make(3, 62, "now", "02");
	const struct change turned = make(3, 62, "now", "20");
	const struct change more = make(3, 62, "now", "021");
	const struct change lower = make(3, 61, "now", "02");
	const struct change other_band = make(3, 62, "alert", "02");
	assert_null(told_find(&told, &first));
	told_put(&told, &first);
	const size_t size = told_write(&told, octets);
	assert_int_equal(size, TOLD_CHANGE_OCTETS);
	assert_int_equal(told_read(octets, size, &read), OK);
	assert_memory_equal(&read.items[0], &told.items[0], sizeof(read.items[0]));
	assert_true(told_is_same(told_find(&read, &turned), &turned));
	assert_false(told_is_same(told_find(&read, &more), &more));
	assert_false(told_is_same(told_find(&read, &lower), &lower));
	assert_false(told_is_same(told_find(&read, &other_band), &other_band));
	told_put(&told, &lower);
	assert_int_equal(told.count, 1);
	assert_int_equal(told_read(octets, size - 1, &read), ERR_DAMAGED);
	octets[0] = 0xff;
	assert_int_equal(told_read(octets, size, &read), ERR_DAMAGED);
	assert_int_equal(told_read(NULL, 0, &read), OK);
	assert_int_equal(read.count, 0);
	(void)state;
}

/* Of very many the oldest are forgotten. */
static void test_many(void **state)
{
	uint8_t octets[WATCH_TOLD_OCTETS_MAX];
	struct told told = {.count = 0}, read = {.count = 0};
	for (int64_t run = 1; run <= TOLD_CHANGES_MAX + 2; run++) {
		const struct change change = make(run, 20, "digest", "0");
		told_put(&told, &change);
	}
	assert_int_equal(told.count, TOLD_CHANGES_MAX);
	assert_int_equal(told_first_s(&told), NOW_S + 3);
	assert_int_equal(told_read(octets, told_write(&told, octets), &read), OK);
	assert_int_equal(read.count, TOLD_CHANGES_MAX);
	(void)state;
}

/* What came with a move is forgotten before the move. */
static void test_join(void **state)
{
	struct told told = {.count = 0}, more = {.count = 0};
	for (int64_t run = 1; run <= TOLD_CHANGES_MAX - 2; run++) {
		const struct change change = make(run, 60, "alert", "0");
		told_put(&told, &change);
	}
	told_join(&told, &more);
	assert_int_equal(told.count, TOLD_CHANGES_MAX - 2);
	for (int64_t run = 101; run <= 103; run++) {
		const struct change change = make(run, 5, "digest", "1");
		told_put(&more, &change);
	}
	told_join(&told, &more);
	assert_int_equal(told.count, TOLD_CHANGES_MAX);
	assert_true(told.items[0].run == 102 && told.items[1].run == 103 && told.items[2].run == 1);
	assert_int_equal(told.items[TOLD_CHANGES_MAX - 1].run, TOLD_CHANGES_MAX - 2);
	const struct change change = make(200, 60, "alert", "0");
	told_put(&told, &change);
	assert_int_equal(told.items[0].run, 103);
	told_join(&told, &more);
	assert_int_equal(told.count, TOLD_CHANGES_MAX);
	(void)state;
}

static int64_t next(struct told *told, int64_t looked_s, int64_t now_s, bool is_fresh)
{
	static const struct again_times times = {{HOUR_S, 24 * HOUR_S, 72 * HOUR_S}, 3};
	const struct again_look look = {looked_s, now_s, is_fresh};
	return again_next(&times, &look, told);
}

static void test_next(void **state)
{
	struct told told = {.count = 0};
	const struct change change = make(0, 62, "now", "0");
	const struct change later = make(100, 15, "digest", "1");
	const int64_t hour = NOW_S + HOUR_S, day = NOW_S + 24 * HOUR_S, last = NOW_S + 72 * HOUR_S;
	assert_int_equal(next(&told, NOW_S, NOW_S, true), 0);
	told_put(&told, &change);
	assert_int_equal(next(&told, NOW_S, NOW_S + 9, true), hour);
	assert_int_equal(next(&told, hour - 1, hour - 1, true), hour);
	assert_int_equal(next(&told, hour, hour + 9, true), day);
	/* What was missed is made up for once. */
	assert_int_equal(next(&told, day + 5, day + 9, true), last);
	/* A look that took long: the next is due at once, since the last one must be behind it. */
	assert_int_equal(next(&told, last - 5, last + 60, true), last);
	/* Nothing was measured: not before an hour is over, and not for ever. */
	assert_int_equal(next(&told, day, last + 60, false), last + 60 + AGAIN_RETRY_S);
	told_put(&told, &later);
	assert_int_equal(next(&told, hour, hour + 9, true), hour + 100);
	assert_int_equal(next(&told, last, last, true), last + 100);
	assert_int_equal(told.count, 1);
	assert_int_equal(next(&told, day, last + 100 + AGAIN_GIVE_UP_S + 1, false), 0);
	assert_int_equal(told.count, 0);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times), cmocka_unit_test(test_told),
		cmocka_unit_test(test_many),  cmocka_unit_test(test_join),
		cmocka_unit_test(test_next),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
