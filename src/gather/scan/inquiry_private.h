/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An inquiry: what is a property of a server and not of a domain is asked once per address and
 * process, with the name of the domain that came first; all domains of the server share the answer
 * for a while, and those that come while it is being asked wait for it.
 *
 * An inquiry is the beginning of a larger struct, which its kind knows. Those of a kind stand in
 * one map, by address and slot; beyond the kind's most, the oldest is forgotten.
 */
#ifndef GATHER_SCAN_INQUIRY_PRIVATE_H
#define GATHER_SCAN_INQUIRY_PRIVATE_H

#include "gather/scan/scan_private.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* After that the server is asked again. */
#define INQUIRY_LIFE_NS (UINT64_C(600) * 1000000000u)

struct inquiry;
struct inquiry_waiter;

struct inquiry_kind {
	size_t octets; /* of the whole struct */
	size_t most;
	void (*pause_over)(void *inquiry);
	/* Tells one domain, unless the scan is closing; its probe is settled afterwards. */
	void (*tell)(struct inquiry *inquiry, struct probe *probe);
	/* Gives what it holds besides. */
	void (*drop)(struct inquiry *inquiry);
};

struct inquiry {
	const struct inquiry_kind *kind;
	struct scan *scan;
	struct inquiry_waiter *waiters;
	uint64_t expires_ns; /* 0: being asked, or about to be */
	struct timer pause;  /* before a second look */
	struct address address;
	uint8_t slot; /* tells apart inquiries of one kind and address */
	uint8_t looks;
	bool is_telling; /* those it tells may want others of its kind: it must not make room */
	uint8_t name[NAME_MAX_OCTETS];
};

/* Finds, or makes one that is at rest and long over; NULL when memory is out. */
struct inquiry *inquiry_get(struct scan *scan, struct map *map, const struct inquiry_kind *kind,
			    const struct address *address, uint8_t slot);
/* Of those that are neither being asked nor telling. False: there is none. */
bool inquiry_forget_oldest(struct map *map);
/* Is what it found not too old? */
bool inquiry_is_known(const struct inquiry *inquiry);
/* Adds the probe's domain to those that wait; false when memory is out. */
MUST_CHECK bool inquiry_wait(struct inquiry *inquiry, const struct probe *probe);
/* Asks the transport; false: it does not take any more. */
MUST_CHECK bool inquiry_ask(struct inquiry *inquiry, const struct exchange_question *question,
			    exchange_done *done);
/* The first thing a `done` does. False: the scan is closing, and the inquiry is gone. */
MUST_CHECK bool inquiry_replied(struct inquiry *inquiry);
/* Sleeps until its kind's pause_over. */
void inquiry_pause(struct inquiry *inquiry);
/* It is over: known from now on for `life_ns`. Tells those who wait. */
void inquiry_end(struct inquiry *inquiry, uint64_t life_ns);

/* ---- what outlives the transport's callback ---- */

struct kept_result {
	struct exchange_result result;
	struct message message; /* what the record of an exchange reads of it */
	uint8_t *wire;
};
/* In place of what was there. Without memory for the message only the outcome is kept. */
void kept_result_take(struct kept_result *kept, const struct exchange_result *result);
void kept_result_drop(struct kept_result *kept);

#endif
