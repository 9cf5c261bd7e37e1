/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/watch/pace.h"

#include "base/map.h"
#include "dns/wire/name.h"

#include <assert.h>

/* The time in which all have begun. */
static uint64_t spread_ms(const struct pace *pace)
{
	assert(pace->interval_ms > 0);
	const uint64_t at_least_rate = pace->total * 1000 / PACE_LEAST;
	const uint64_t most = pace->interval_ms * PACE_PERCENT / 100;
	const uint64_t spread = at_least_rate < most ? at_least_rate : most;
	return spread > 0 ? spread : 1;
}

uint64_t pace_due(const struct pace *pace, uint64_t age_ms)
{
	const uint64_t spread = spread_ms(pace);
	if (age_ms >= spread)
		return pace->total;
	/* A million times a day's milliseconds is far from 2^64. */
	const uint64_t due = pace->total * age_ms / spread + 1;
	return due < pace->total ? due : pace->total;
}

uint64_t pace_rate(const struct pace *pace)
{
	const uint64_t spread = spread_ms(pace);
	return (pace->total * 1000 + spread - 1) / spread;
}

uint32_t pace_turn(const uint8_t *domain, uint32_t round, uint32_t servers)
{
	static const uint8_t key[16] = "whose turn";
	assert(servers > 0);
	const uint32_t start = (uint32_t)siphash(key, domain, name_size(domain));
	return (start % servers + round % servers) % servers;
}
