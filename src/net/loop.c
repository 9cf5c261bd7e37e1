/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/loop.h"

#include "base/memory.h"
#include "net/loop_private.h"
#include "net/wheel_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define NS_A_TICK 1000000u
/* Descriptors told of in one turn; more are told of in the next. */
#define LOOP_EVENTS 64
/* Longest sleep, so that a clock that was passed in and jumps is noticed. */
#define LOOP_SLEEP_MAX_MS 60000u

struct loop {
	struct clock clock;
	uint64_t now_ns;
	int epoll;
	bool is_stopped;
	int event_count; /* of this turn, not yet called from event_next on */
	int event_next;
	struct epoll_event events[LOOP_EVENTS];
	struct deferred *waiting; /* newest first */
	struct deferred *running; /* oldest first */
	struct wheel wheel;
	uint8_t scratch[LOOP_SCRATCH_BYTES];
};

int loop_new(const struct clock *clock, struct loop **ret_loop)
{
	assert(clock != NULL && ret_loop != NULL);
	/* Not zeroed as a whole: the scratch buffer need not be touched before it is used. */
	struct loop *loop = memory_take(sizeof(*loop));
	if (loop == NULL)
		return ERR_MEMORY;
	memset(loop, 0, offsetof(struct loop, wheel));
	loop->clock = *clock;
	loop->now_ns = clock_monotonic_ns(clock);
	wheel_init(&loop->wheel, loop->now_ns / NS_A_TICK);
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		int error = error_from_errno(errno);
		memory_give(loop);
		return error;
	}
	*ret_loop = loop;
	return OK;
}

void loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	wheel_clear(&loop->wheel);
	while (loop->waiting != NULL)
		deferred_cancel(loop, loop->waiting);
	(void)close(loop->epoll);
	memory_give(loop);
}

uint8_t *loop_scratch(struct loop *loop)
{
	return loop->scratch;
}

uint64_t loop_now_ns(const struct loop *loop)
{
	return loop->now_ns;
}

uint64_t loop_read_clock_ns(const struct loop *loop)
{
	return clock_monotonic_ns(&loop->clock);
}

uint64_t loop_refresh_now(struct loop *loop)
{
	uint64_t now_ns = clock_monotonic_ns(&loop->clock);
	if (now_ns > loop->now_ns)
		loop->now_ns = now_ns;
	return loop->now_ns;
}

void loop_stop(struct loop *loop)
{
	assert(loop != NULL);
	loop->is_stopped = true;
}

/* ---- descriptors ---- */

void watch_init(struct watch *watch, void (*ready)(void *context, unsigned int events),
		void *context)
{
	assert(watch != NULL && ready != NULL);
	*watch = (struct watch){.ready = ready, .context = context, .descriptor = -1};
}

static int watch_tell_kernel(struct loop *loop, struct watch *watch, int operation)
{
	struct epoll_event event = {.data.ptr = watch};
	event.events = ((watch->events & LOOP_READ) != 0 ? (uint32_t)EPOLLIN : 0) |
		       ((watch->events & LOOP_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0);
	if (epoll_ctl(loop->epoll, operation, watch->descriptor, &event) == 0)
		return OK;
	return error_from_errno(errno);
}

int watch_start(struct loop *loop, struct watch *watch, int descriptor, unsigned int events)
{
	assert(watch->ready != NULL && !watch->is_started && descriptor >= 0);
	watch->descriptor = descriptor;
	watch->events = events;
	int error = watch_tell_kernel(loop, watch, EPOLL_CTL_ADD);
	watch->is_started = error == OK;
	return error;
}

int watch_change(struct loop *loop, struct watch *watch, unsigned int events)
{
	assert(watch->is_started);
	if (watch->events == events)
		return OK;
	unsigned int before = watch->events;
	watch->events = events;
	int error = watch_tell_kernel(loop, watch, EPOLL_CTL_MOD);
	if (error != OK)
		watch->events = before;
	return error;
}

void watch_stop(struct loop *loop, struct watch *watch)
{
	if (!watch->is_started)
		return;
	(void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->descriptor, NULL);
	watch->is_started = false;
	/* Events of this turn that were not told yet must not reach a watch that may be gone. */
	for (int i = loop->event_next; i < loop->event_count; i++) {
		if (loop->events[i].data.ptr == watch)
			loop->events[i].data.ptr = NULL;
	}
}

static unsigned int events_from_kernel(uint32_t kernel_events)
{
	unsigned int events = 0;
	if ((kernel_events & EPOLLIN) != 0)
		events |= LOOP_READ;
	if ((kernel_events & EPOLLOUT) != 0)
		events |= LOOP_WRITE;
	if ((kernel_events & (EPOLLERR | EPOLLHUP)) != 0)
		events |= LOOP_FAILED;
	return events;
}

static void loop_call_watches(struct loop *loop)
{
	while (loop->event_next < loop->event_count) {
		const struct epoll_event *event = &loop->events[loop->event_next++];
		struct watch *watch = event->data.ptr;
		if (watch != NULL)
			watch->ready(watch->context, events_from_kernel(event->events));
	}
}

/* ---- timers ---- */

void timer_start_at(struct loop *loop, struct timer *timer, uint64_t due_ns)
{
	assert(timer->fire != NULL);
	timer_stop(timer);
	/* Rounded up: never early. */
	uint64_t due_tick = due_ns / NS_A_TICK + (due_ns % NS_A_TICK != 0 ? 1 : 0);
	wheel_add(&loop->wheel, timer, due_tick);
}

void timer_start(struct loop *loop, struct timer *timer, uint64_t delay_ms)
{
	uint64_t due_ns;
	if (__builtin_mul_overflow(delay_ms, (uint64_t)NS_A_TICK, &due_ns) ||
	    __builtin_add_overflow(due_ns, loop->now_ns, &due_ns))
		due_ns = UINT64_MAX;
	timer_start_at(loop, timer, due_ns);
}

/* ---- deferred calls ---- */

void deferred_init(struct deferred *deferred, void (*call)(void *context), void *context)
{
	assert(deferred != NULL && call != NULL);
	*deferred = (struct deferred){.call = call, .context = context};
}

static void deferred_link(struct deferred **head, struct deferred *deferred)
{
	deferred->next = *head;
	deferred->link = head;
	if (deferred->next != NULL)
		deferred->next->link = &deferred->next;
	*head = deferred;
}

void deferred_cancel(struct loop *loop, struct deferred *deferred)
{
	(void)loop;
	if (deferred->link == NULL)
		return;
	*deferred->link = deferred->next;
	if (deferred->next != NULL)
		deferred->next->link = deferred->link;
	deferred->next = NULL;
	deferred->link = NULL;
}

void loop_defer(struct loop *loop, struct deferred *deferred)
{
	assert(deferred->call != NULL);
	if (deferred->link == NULL)
		deferred_link(&loop->waiting, deferred);
}

static void loop_call_deferred(struct loop *loop)
{
	assert(loop->running == NULL);
	while (loop->waiting != NULL) {
		struct deferred *deferred = loop->waiting;
		deferred_cancel(loop, deferred);
		deferred_link(&loop->running, deferred);
	}
	while (loop->running != NULL) {
		struct deferred *deferred = loop->running;
		deferred_cancel(loop, deferred);
		deferred->call(deferred->context);
	}
}

/* ---- turns ---- */

static int loop_sleep_ms(struct loop *loop, unsigned int wait_max_ms)
{
	if (loop->waiting != NULL)
		return 0;
	uint64_t wait_ms = wait_max_ms < LOOP_SLEEP_MAX_MS ? wait_max_ms : LOOP_SLEEP_MAX_MS;
	uint64_t next = wheel_next_tick(&loop->wheel);
	if (next == WHEEL_NEVER || next / 1000 > UINT64_MAX / NS_A_TICK / 1000)
		return (int)wait_ms;
	uint64_t due_ns = next * NS_A_TICK;
	uint64_t due_ms =
		due_ns > loop->now_ns ? (due_ns - loop->now_ns + NS_A_TICK - 1) / NS_A_TICK : 0;
	return (int)(due_ms < wait_ms ? due_ms : wait_ms);
}

int loop_turn(struct loop *loop, unsigned int wait_max_ms)
{
	assert(loop != NULL && loop->event_next == loop->event_count);
	int wait_ms = loop_sleep_ms(loop, wait_max_ms);
	int count = epoll_wait(loop->epoll, loop->events, LOOP_EVENTS, wait_ms);
	if (count < 0 && errno != EINTR)
		return error_from_errno(errno);
	loop->event_next = 0;
	loop->event_count = count < 0 ? 0 : count;
	(void)loop_refresh_now(loop);
	loop_call_watches(loop);
	wheel_advance(&loop->wheel, loop->now_ns / NS_A_TICK);
	loop_call_deferred(loop);
	return OK;
}

int loop_run(struct loop *loop)
{
	loop->is_stopped = false;
	while (!loop->is_stopped) {
		int error = loop_turn(loop, LOOP_SLEEP_MAX_MS);
		if (error != OK)
			return error;
	}
	return OK;
}
