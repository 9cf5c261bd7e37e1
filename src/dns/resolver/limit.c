/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/resolver/limit.h"

#include <assert.h>

#define LIMIT_ROW(name, value, what, why) [PAST_##name] = {#name, (value), what, why},
static const struct limit limits[] = {[PAST_NONE] = {"", 0, "", ""}, RESOLVER_LIMITS(LIMIT_ROW)};
#undef LIMIT_ROW
static_assert(sizeof(limits) / sizeof(limits[0]) == PAST_COUNT, "a row a limit");

const struct limit *limit_all(size_t *ret_count)
{
	*ret_count = PAST_COUNT;
	return limits;
}

const struct limit *limit_of(enum limit_kind kind)
{
	assert(kind < PAST_COUNT);
	return &limits[kind];
}
