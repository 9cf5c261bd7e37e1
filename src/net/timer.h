/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A timer: a node inside the caller's struct that the loop links into its wheel (net/loop.h starts
 * it).
 *
 * Stopping unlinks it, whatever loop it belongs to; both take constant time and no memory. A timer
 * must be stopped before its memory goes, and is stopped when it fires, so that `fire` may start it
 * anew.
 */
#ifndef NET_TIMER_H
#define NET_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timer {
	struct timer *next;
	struct timer **link; /* what points here; NULL: not started */
	uint64_t due_tick;
	void (*fire)(void *context);
	void *context;
};

void timer_init(struct timer *timer, void (*fire)(void *context), void *context);
/* Fine if not started. */
void timer_stop(struct timer *timer);
static inline bool timer_is_started(const struct timer *timer)
{
	return timer->link != NULL;
}

#endif
