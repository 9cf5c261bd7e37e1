/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <assert.h>
#include <stddef.h>
#include <time.h>

static struct timespec clock_read(clockid_t which)
{
	struct timespec now;
	int result = clock_gettime(which, &now);
	assert(result == 0); /* both clocks exist on every Linux */
	return now;
}

static uint64_t system_monotonic_ns(void *context)
{
	(void)context;
	struct timespec now = clock_read(CLOCK_MONOTONIC);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int64_t system_wall_s(void *context)
{
	(void)context;
	return (int64_t)clock_read(CLOCK_REALTIME).tv_sec;
}

struct clock clock_system(void)
{
	return (struct clock){
		.monotonic_ns = system_monotonic_ns,
		.wall_s = system_wall_s,
		.context = NULL,
	};
}
