/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event loop: one thread waits for descriptors, timers and deferred work, and calls back.
 *
 * Watches, timers and deferred calls are nodes inside the caller's structs; the loop only links
 * them, so that starting and stopping one takes no memory and cannot fail (a watch is known to the
 * kernel and can). A node must be stopped before its memory goes. Any callback may start and stop
 * any node, itself included, and may free the struct that holds it after stopping it.
 *
 * One turn: sleep until a descriptor is ready or a timer is due, read the clock once, call the
 * watches, fire the timers, run the deferred calls. `loop_now_ns` is the turn's clock reading:
 * cheap enough for every packet, at most one turn old. Before the first turn it is the time of
 * loop_new: after a long set-up, loop_refresh_now comes before the first timer_start.
 *
 * Timers stand in a hierarchical wheel of 1 ms ticks: start and stop are O(1), millions are fine. A
 * timer never fires early; it fires at most one tick and the length of a turn late. Times follow
 * the clock that was passed in; the sleep itself follows the kernel's.
 *
 * Errors: ERR_MEMORY, ERR_IO, ERR_LIMIT (descriptors). One loop belongs to one thread.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "base/clock.h"
#include "base/error.h"
#include "net/timer.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

/* What a watch waits for and what it is told. LOOP_FAILED (EPOLLERR, EPOLLHUP) is always told. */
enum loop_events {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	LOOP_FAILED = 4,
};

/* The clock is copied. */
MUST_CHECK int loop_new(const struct clock *clock, struct loop **ret_loop);
/* Watches and timers still started are forgotten, not called. loop_free(NULL) is fine. */
void loop_free(struct loop *loop);

/* Runs until loop_stop. */
MUST_CHECK int loop_run(struct loop *loop);
/* One turn; sleeps at most `wait_max_ms`. For tests and for hosts with a loop of their own. */
MUST_CHECK int loop_turn(struct loop *loop, unsigned int wait_max_ms);
/* The turn under way is finished first. */
void loop_stop(struct loop *loop);
/* Monotonic, as of this turn. */
uint64_t loop_now_ns(const struct loop *loop);
/* Reads the clock again, for callbacks that took long. */
uint64_t loop_refresh_now(struct loop *loop);

/* What the clock says this moment; the turn's reading, by which timers go, stays. */
uint64_t loop_read_clock_ns(const struct loop *loop);

/* ---- descriptors ---- */

struct watch {
	void (*ready)(void *context, unsigned int events);
	void *context;
	int descriptor;
	unsigned int events;
	bool is_started;
};

void watch_init(struct watch *watch, void (*ready)(void *context, unsigned int events),
		void *context);
/* Level-triggered: an event not dealt with is told again. `events` may be 0 (failures only). */
MUST_CHECK int watch_start(struct loop *loop, struct watch *watch, int descriptor,
			   unsigned int events);
/* Changes what is waited for. */
MUST_CHECK int watch_change(struct loop *loop, struct watch *watch, unsigned int events);
/* Before the descriptor is closed. Fine if not started. */
void watch_stop(struct loop *loop, struct watch *watch);

/* ---- timers ---- */

/* Starts or starts anew, `delay_ms` from the turn's clock reading. */
void timer_start(struct loop *loop, struct timer *timer, uint64_t delay_ms);
/* At a moment of the loop's clock; a past one fires at the next tick. */
void timer_start_at(struct loop *loop, struct timer *timer, uint64_t due_ns);

/* ---- deferred calls ---- */

/* Called once, after the callbacks of this turn and before the loop sleeps: to send in one batch
 * what many callbacks produced. */
struct deferred {
	struct deferred *next;
	struct deferred **link; /* NULL: not waiting */
	void (*call)(void *context);
	void *context;
};

void deferred_init(struct deferred *deferred, void (*call)(void *context), void *context);
/* Fine if waiting already. A call deferred by a deferred call runs in the next turn, without sleep
 * in between. */
void loop_defer(struct loop *loop, struct deferred *deferred);
void deferred_cancel(struct loop *loop, struct deferred *deferred);

#endif
