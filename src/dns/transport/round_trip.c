/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/transport/round_trip_private.h"

#include <assert.h>

#define SECOND_NS UINT64_C(1000000000)
/* Nothing that is measured here takes longer, and sums of it fit 32 bits. */
#define MEASURED_MAX_US 60000000u

void round_trip_measured(struct round_trip *trip, uint32_t rtt_us)
{
	uint32_t newest = rtt_us < MEASURED_MAX_US ? rtt_us : MEASURED_MAX_US;
	if (newest == 0)
		newest = 1;
	if (trip->smoothed_us == 0) {
		trip->smoothed_us = newest;
		trip->variation_us = newest / 2;
		return;
	}
	const uint32_t apart = newest > trip->smoothed_us ? newest - trip->smoothed_us
							  : trip->smoothed_us - newest;
	trip->variation_us = trip->variation_us - trip->variation_us / 4 + apart / 4;
	trip->smoothed_us = trip->smoothed_us - trip->smoothed_us / 8 + newest / 8;
	if (trip->smoothed_us == 0)
		trip->smoothed_us = 1;
}

void round_trip_heard(struct round_trip *trip)
{
	trip->missed = 0;
}

static unsigned missed_of_late(const struct round_trip *trip, uint64_t now_ns)
{
	assert(trip->missed <= ROUND_TRIP_MISSED_MAX);
	return now_ns / SECOND_NS - trip->missed_s < ROUND_TRIP_FORGET_S ? trip->missed : 0;
}

void round_trip_missed(struct round_trip *trip, uint64_t now_ns)
{
	const unsigned missed = missed_of_late(trip, now_ns);
	trip->missed = (uint8_t)(missed < ROUND_TRIP_MISSED_MAX ? missed + 1 : missed);
	trip->missed_s = (uint32_t)(now_ns / SECOND_NS);
}

uint32_t round_trip_late_ms(const struct round_trip *trip)
{
	if (trip->smoothed_us == 0)
		return ROUND_TRIP_UNKNOWN_MS;
	const uint32_t late_ms = (trip->smoothed_us + 4 * trip->variation_us) / 1000;
	if (late_ms < ROUND_TRIP_MIN_MS)
		return ROUND_TRIP_MIN_MS;
	return late_ms < ROUND_TRIP_MAX_MS ? late_ms : ROUND_TRIP_MAX_MS;
}

uint32_t round_trip_expected_ms(const struct round_trip *trip, uint64_t now_ns)
{
	return round_trip_late_ms(trip) << missed_of_late(trip, now_ns);
}
