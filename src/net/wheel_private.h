/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The timer wheel behind the loop: 11 levels of 64 slots, level k holding timers whose due tick
 * first differs from the present tick in the k-th group of 6 bits (11 groups cover 64 bits, so no
 * delay is too long). When time reaches a slot of a higher level, its timers move down; each moves
 * at most once a level. A bit map a level finds the next occupied slot without walking empty ticks.
 *
 * A stopped timer only unlinks itself; its slot's bit is cleared when somebody finds the slot
 * empty.
 */
#ifndef NET_WHEEL_PRIVATE_H
#define NET_WHEEL_PRIVATE_H

#include "net/timer.h"

#include <stdint.h>

#define WHEEL_BITS 6u
#define WHEEL_SLOTS (1u << WHEEL_BITS)
#define WHEEL_LEVELS 11u
#define WHEEL_NEVER UINT64_MAX

struct wheel {
	uint64_t tick; /* everything due up to here has fired */
	uint64_t occupied[WHEEL_LEVELS];
	struct timer *slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

void wheel_init(struct wheel *wheel, uint64_t tick);
/* The timer must not be started. A tick that is not in the future is taken as the next one. */
void wheel_add(struct wheel *wheel, struct timer *timer, uint64_t due_tick);
/* The earliest tick at which wheel_advance has something to do, or WHEEL_NEVER. */
uint64_t wheel_next_tick(struct wheel *wheel);
/* Fires everything due up to `tick`. */
void wheel_advance(struct wheel *wheel, uint64_t tick);
/* Unlinks all timers, so that none points into the wheel. */
void wheel_clear(struct wheel *wheel);

#endif
