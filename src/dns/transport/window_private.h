/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many: the datagrams that may be on their way at once, over all servers together.
 *
 * Nobody's buffers are endless, our own and a near server's least of all, so this is TCP's additive
 * increase and multiplicative decrease (RFC 5681) for datagrams: a question that was answered only
 * at its second attempt was lost on the way, and halves the window, at most once a second; answers
 * while the window is full widen it by one a window. A datagram counts until it is answered, or
 * until it is a quarter of a second old: silent servers load nothing. And since buffers that are
 * large hide their fullness as delay (RFC 6817 is about that), the window also narrows when answers
 * take much longer than their servers' best. Time is passed in.
 */
#ifndef DNS_TRANSPORT_WINDOW_PRIVATE_H
#define DNS_TRANSPORT_WINDOW_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_FIRST 1024u
/* Half of what a socket buffer of the default size holds. */
#define WINDOW_MIN 128u
#define WINDOW_EPOCHS 4u
/* 2^26 ns = 67 ms; four of them are the quarter of a second. */
#define WINDOW_EPOCH_SHIFT 26u

/* Queueing that is too much: RFC 6817 s2.4.2 allows 100 ms; a slow server is one of 300. */
#define WINDOW_EXCESS_MAX_US 50000u

struct window {
	uint32_t size;
	uint32_t most;
	uint32_t widening; /* answers seen while full since the last step */
	uint32_t used;
	uint64_t epoch;               /* the newest */
	uint32_t sent[WINDOW_EPOCHS]; /* unanswered datagrams by the epoch in which they left */
	uint64_t narrowed_ns;
	uint32_t excess_us; /* smoothed */
	bool was_full;
};

void window_init(struct window *window, uint32_t most);
bool window_is_open(struct window *window, uint64_t now_ns);
/* Counts a datagram; gives the epoch to hand back with its answer. */
uint32_t window_sent(struct window *window, uint64_t now_ns);
/* The datagram is answered or given up. */
void window_release(struct window *window, uint32_t epoch);
void window_answered(struct window *window);
/* An answer took `excess_us` more than its server's best. */
void window_delayed(struct window *window, uint32_t excess_us, uint64_t now_ns);
void window_lost(struct window *window, uint64_t now_ns);
/* When the oldest counted datagrams stop to count. */
uint64_t window_opens_ns(const struct window *window);

#endif
