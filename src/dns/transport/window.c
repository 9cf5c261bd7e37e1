/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/transport/window_private.h"

#include <assert.h>

#define SECOND_NS UINT64_C(1000000000)
#define EXCESS_SEEN_MAX_US 250000u

void window_init(struct window *window, uint32_t most)
{
	assert(most > 0);
	*window = (struct window){.most = most};
	window->size = most < WINDOW_FIRST ? most : WINDOW_FIRST;
}

static void advance(struct window *window, uint64_t now_ns)
{
	uint64_t epoch = now_ns >> WINDOW_EPOCH_SHIFT;
	if (epoch <= window->epoch)
		return;
	uint64_t steps = epoch - window->epoch;
	for (uint64_t i = 1; i <= steps && i <= WINDOW_EPOCHS; i++) {
		uint32_t *oldest = &window->sent[(window->epoch + i) % WINDOW_EPOCHS];
		assert(window->used >= *oldest);
		window->used -= *oldest;
		*oldest = 0;
	}
	window->epoch = epoch;
}

bool window_is_open(struct window *window, uint64_t now_ns)
{
	advance(window, now_ns);
	if (window->used < window->size)
		return true;
	window->was_full = true;
	return false;
}

uint32_t window_sent(struct window *window, uint64_t now_ns)
{
	advance(window, now_ns);
	window->sent[window->epoch % WINDOW_EPOCHS]++;
	window->used++;
	return (uint32_t)window->epoch;
}

void window_release(struct window *window, uint32_t epoch)
{
	uint32_t age = (uint32_t)window->epoch - epoch;
	if (age < WINDOW_EPOCHS) {
		uint32_t *sent = &window->sent[epoch % WINDOW_EPOCHS];
		assert(*sent > 0 && window->used > 0);
		*sent -= 1;
		window->used--;
	}
}

void window_answered(struct window *window)
{
	if (!window->was_full || ++window->widening < window->size)
		return;
	window->widening = 0;
	window->was_full = false;
	if (window->size < window->most && window->excess_us < WINDOW_EXCESS_MAX_US / 2)
		window->size++;
}

static void narrow(struct window *window, uint32_t size, uint64_t now_ns)
{
	uint32_t least = window->most < WINDOW_MIN ? window->most : WINDOW_MIN;
	window->narrowed_ns = now_ns;
	window->widening = 0;
	window->size = size > least ? size : least;
}

void window_lost(struct window *window, uint64_t now_ns)
{
	if (window->narrowed_ns == 0 || now_ns - window->narrowed_ns >= SECOND_NS)
		narrow(window, window->size / 2, now_ns);
}

void window_delayed(struct window *window, uint32_t excess_us, uint64_t now_ns)
{
	/* The newest counts a sixteenth; one server's bad moment says no more than a queue does. */
	uint32_t newest = excess_us < EXCESS_SEEN_MAX_US ? excess_us : EXCESS_SEEN_MAX_US;
	window->excess_us = window->excess_us - window->excess_us / 16 + newest / 16;
	if (window->excess_us <= WINDOW_EXCESS_MAX_US ||
	    now_ns - window->narrowed_ns < SECOND_NS / 4)
		return;
	narrow(window, window->size - window->size / 4, now_ns);
}

uint64_t window_opens_ns(const struct window *window)
{
	return (window->epoch + 1) << WINDOW_EPOCH_SHIFT;
}
