/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time, passed in so that a test can own it. Monotonic nanoseconds for pacing and time-outs, wall
 * seconds (Unix) for validity.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct clock {
	uint64_t (*monotonic_ns)(void *context);
	int64_t (*wall_s)(void *context);
	void *context;
};

/* The machine's clocks. */
struct clock clock_system(void);
static inline uint64_t clock_monotonic_ns(const struct clock *clock)
{
	return clock->monotonic_ns(clock->context);
}
static inline int64_t clock_wall_s(const struct clock *clock)
{
	return clock->wall_s(clock->context);
}

#endif
