/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast: when may the next question go out, and how hard to hold back from a server in trouble.
 *
 * The generic cell rate algorithm (ITU-T I.371): one moment is kept, at which the next question
 * would be due if all came evenly spaced; a question may be early by a fixed slack. So at most rate
 * + 1 questions fall into any second, plus those of one slack.
 *
 * Back-off: SERVFAIL, REFUSED and silence add trouble, good answers take it away. Each step of
 * trouble halves the rate, down to an eighth. Plain values; time is passed in.
 */
#ifndef DNS_TRANSPORT_PACER_PRIVATE_H
#define DNS_TRANSPORT_PACER_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

/* How early a question may be: what a timer of 1 ms and a busy turn of the loop need to keep up. */
#define PACER_SLACK_NS UINT64_C(20000000)
/* Four refusals in a row halve the rate; one in five among good answers changes nothing. */
#define PACER_TROUBLE_ADDED 4u
#define PACER_TROUBLE_STEP 16u
/* At the floor a server still gets an eighth: 6 questions a second of 50. */
#define PACER_SHIFT_MAX 3u
#define PACER_TROUBLE_MAX (PACER_TROUBLE_STEP * PACER_SHIFT_MAX + PACER_TROUBLE_STEP - 1)
/* Half of the trouble is forgotten in this time. */
#define PACER_FORGET_NS UINT64_C(10000000000)

struct pacer {
	uint64_t due_ns;
	uint64_t forgot_ns; /* when trouble was last halved by time */
	uint16_t trouble;
};

/* 0: now; else how long to wait. A rate of 0 means no limit. */
uint64_t pacer_wait_ns(struct pacer *pacer, uint32_t rate, uint64_t now_ns);
/* Counts a question that goes out now. */
void pacer_take(struct pacer *pacer, uint32_t rate, uint64_t now_ns);
void pacer_trouble(struct pacer *pacer, uint64_t now_ns);
void pacer_ease(struct pacer *pacer);
/* The rate is divided by 2^shift. */
unsigned pacer_shift(const struct pacer *pacer);

#endif
