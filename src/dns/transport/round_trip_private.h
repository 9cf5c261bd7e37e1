/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long a server takes and whether it has gone silent: by this a resolver chooses whom to ask,
 * and knows when to ask somebody else, too (RFC 1035 s7.2).
 *
 * Times are smoothed as TCP does it (RFC 6298 s2). What is missed (an answer that did not come
 * when it should have) doubles what is expected, any sign of life takes that back, and so does
 * time: whoever has been silent for ten minutes without being asked is as good as new. Plain
 * values; time is passed in.
 */
#ifndef DNS_TRANSPORT_ROUND_TRIP_PRIVATE_H
#define DNS_TRANSPORT_ROUND_TRIP_PRIVATE_H

#include <stdint.h>

/* Nearly all of the Internet is nearer; Unbound takes 376. */
#define ROUND_TRIP_UNKNOWN_MS 400u
/* A near server pauses now and then; who asks another one sooner asks twice for nothing. */
#define ROUND_TRIP_MIN_MS 200u
/* RFC 6298 s2.4: beyond a second one waits for what was lost. */
#define ROUND_TRIP_MAX_MS 1000u
/* What was missed longer ago says nothing of today. */
#define ROUND_TRIP_FORGET_S 600u
/* Four minutes are expected at most: behind whatever answers. */
#define ROUND_TRIP_MISSED_MAX 8u

struct round_trip {
	uint32_t smoothed_us; /* 0: no answer yet */
	uint32_t variation_us;
	uint32_t missed_s; /* when the last one was missed */
	uint8_t missed;    /* in a row */
};

void round_trip_measured(struct round_trip *trip, uint32_t rtt_us);
/* Whatever came from there. */
void round_trip_heard(struct round_trip *trip);
void round_trip_missed(struct round_trip *trip, uint64_t now_ns);
/* After so long an answer is late. */
uint32_t round_trip_late_ms(const struct round_trip *trip);
/* For choosing: the same, twice as long for each that was missed. */
uint32_t round_trip_expected_ms(const struct round_trip *trip, uint64_t now_ns);

#endif
