/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast a round goes: evenly over most of its interval, so that a parent's servers have one load
 * all the time and not a burst every five minutes; few domains are done within seconds. Pure, time
 * is passed in.
 */
#ifndef GATHER_WATCH_PACE_H
#define GATHER_WATCH_PACE_H

#include <stdint.h>

/* Looks a second, when the interval demands no more: nobody notices them, spread over a parent's
 * servers, and a hundred domains are done at once. */
#define PACE_LEAST 100u
/* Of the interval: the rest is for those that have to wait for a second server. */
#define PACE_PERCENT 90u

struct pace {
	uint64_t total;       /* domains of the round */
	uint64_t interval_ms; /* at least 1 */
};

/* So many looks are to have begun when the round is that old. */
uint64_t pace_due(const struct pace *pace, uint64_t age_ms);
/* Looks a second that it takes. */
uint64_t pace_rate(const struct pace *pace);

/* Of so many servers, which one is asked in that round? Each domain begins elsewhere, and takes the
 * next one in the next round. */
uint32_t pace_turn(const uint8_t *domain, uint32_t round, uint32_t servers);

#endif
