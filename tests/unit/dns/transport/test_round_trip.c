/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a server is expected to take. */
#include "dns/transport/round_trip_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND_NS UINT64_C(1000000000)

static void test_unknown(void **state)
{
	const struct round_trip trip = {0};
	assert_int_equal(round_trip_late_ms(&trip), ROUND_TRIP_UNKNOWN_MS);
	assert_int_equal(round_trip_expected_ms(&trip, 0), ROUND_TRIP_UNKNOWN_MS);
}

/* RFC 6298 s2: the first measurement R gives R + 4 * R/2. */
static void test_first_measurement(void **state)
{
	struct round_trip trip = {0};
	round_trip_measured(&trip, 150000);
	assert_int_equal(round_trip_late_ms(&trip), 450);
}

static void test_between_its_limits(void **state)
{
	static const uint32_t near_us[] = {0, 1, 7, 1000, 66000};
	static const uint32_t far_us[] = {334000, 5000000, UINT32_MAX};
	for (unsigned i = 0; i < sizeof(near_us) / sizeof(near_us[0]); i++) {
		struct round_trip trip = {0};
		for (unsigned times = 0; times < 100; times++) {
			round_trip_measured(&trip, near_us[i]);
			assert_int_equal(round_trip_late_ms(&trip), ROUND_TRIP_MIN_MS);
		}
	}
	for (unsigned i = 0; i < sizeof(far_us) / sizeof(far_us[0]); i++) {
		struct round_trip trip = {0};
		round_trip_measured(&trip, far_us[i]);
		assert_int_equal(round_trip_late_ms(&trip), ROUND_TRIP_MAX_MS);
	}
}

/* A steady server's variation goes, and one far answer is soon forgotten. */
static void test_smoothed(void **state)
{
	struct round_trip trip = {0};
	for (unsigned times = 0; times < 100; times++)
		round_trip_measured(&trip, 300000);
	assert_in_range(round_trip_late_ms(&trip), 299, 310);
	round_trip_measured(&trip, 900000);
	assert_in_range(round_trip_late_ms(&trip), 900, ROUND_TRIP_MAX_MS);
	for (unsigned times = 0; times < 100; times++)
		round_trip_measured(&trip, 300000);
	assert_in_range(round_trip_late_ms(&trip), 299, 310);
}

static void test_missed(void **state)
{
	struct round_trip trip = {0};
	for (unsigned times = 1; times <= ROUND_TRIP_MISSED_MAX + 3; times++) {
		const unsigned doublings =
			times < ROUND_TRIP_MISSED_MAX ? times : ROUND_TRIP_MISSED_MAX;
		round_trip_missed(&trip, times * SECOND_NS);
		assert_int_equal(round_trip_expected_ms(&trip, times * SECOND_NS),
				 ROUND_TRIP_UNKNOWN_MS << doublings);
		assert_int_equal(round_trip_late_ms(&trip), ROUND_TRIP_UNKNOWN_MS);
	}
	round_trip_heard(&trip);
	assert_int_equal(round_trip_expected_ms(&trip, 20 * SECOND_NS), ROUND_TRIP_UNKNOWN_MS);
}

static void test_forgotten(void **state)
{
	struct round_trip trip = {0};
	round_trip_missed(&trip, SECOND_NS);
	round_trip_missed(&trip, SECOND_NS);
	uint64_t now = ROUND_TRIP_FORGET_S * SECOND_NS;
	assert_int_equal(round_trip_expected_ms(&trip, now), ROUND_TRIP_UNKNOWN_MS << 2);
	now += SECOND_NS;
	assert_int_equal(round_trip_expected_ms(&trip, now), ROUND_TRIP_UNKNOWN_MS);
	/* And the next one is the first. */
	round_trip_missed(&trip, now);
	assert_int_equal(round_trip_expected_ms(&trip, now), ROUND_TRIP_UNKNOWN_MS << 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_first_measurement),
		cmocka_unit_test(test_between_its_limits),
		cmocka_unit_test(test_smoothed),
		cmocka_unit_test(test_missed),
		cmocka_unit_test(test_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
