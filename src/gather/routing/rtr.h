/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VRPs from a validator that runs as a service: the router's side of the RPKI-to-Router protocol,
 * version 1 (RFC 8210), and version 0 (RFC 6810) where the cache knows no better. Version 2 (RFC
 * 8210bis) is not spoken: a cache that knows it answers a query of version 1 in version 1, and one
 * that does not is told in words.
 *
 * A client keeps one connection to one cache: asks for everything, then for what has changed when
 * the cache says so or the refresh interval is over, begins anew when the cache has forgotten
 * (Cache Reset) or the connection broke, and drops what it has when the expire interval passes
 * without an answer (RFC 8210 s6). Between a broken connection and its repair the last whole set
 * stays. It goes on by itself until rtr_free.
 *
 * What the cache sends is believed as far as it can be so: lengths, states, session, version and
 * order are checked, every list and wait has a limit, and a set is taken whole or not at all.
 * Router keys (RFC 8635) are skipped.
 *
 * The transport is plain TCP (RFC 8210 s9: for a trusted network; elsewhere through a tunnel).
 * Callbacks come from the loop, never from rtr_new. rtr_free may be called from within one.
 */
#ifndef GATHER_ROUTING_RTR_H
#define GATHER_ROUTING_RTR_H

#include "gather/routing/routing.h"
#include "gather/routing/rtr_facts.h"
#include "net/loop.h"

#include <stdint.h>

/* IANA "rpki-rtr" (RFC 8210 s12). */
#define RTR_PORT 323u

struct rtr;

/* 0 everywhere but `cache`: as said. */
struct rtr_options {
	struct address cache;
	struct address source;    /* ADDRESS_NONE: the kernel chooses */
	size_t vrps_max;          /* 0: ROUTING_ENTRIES_MAX / 2; both halves of a change fit */
	unsigned int answer_ms;   /* without an octet of what was asked for; 0: 30 s */
	unsigned int transfer_ms; /* for a whole answer; 0: 10 minutes, for 20 MB over 300 kbit/s */
	unsigned int query_gap_ms; /* between two queries that the cache caused; 0: a minute, the
				      least between its notices (RFC 8210 s5.2) */
	unsigned int retry_ms;     /* after a failure; 0: as the cache says, at first 10 minutes
				      (RFC 8210 s6) */
};

struct rtr_handler {
	/* A whole set stands, the first or another. */
	void (*updated)(void *context, struct rtr *rtr);
	/* Something went wrong, and is tried again after the retry interval. ERR_NETWORK,
	 * ERR_TIMEOUT, ERR_FORMAT (the cache breaks the protocol), ERR_UNSUPPORTED (its version),
	 * ERR_NOT_FOUND (it has no data yet), ERR_LIMIT, ERR_MEMORY. The sentence is for people.
	 * Whether the last set still stands is in rtr_facts: a cache that mixes up its sessions
	 * loses it (RFC 8210 s5.1). */
	void (*failed)(void *context, struct rtr *rtr, int error, const char *sentence);
	/* The last set has become too old and is gone. */
	void (*expired)(void *context, struct rtr *rtr);
};

/* `handler` is not copied and must outlive the client. */
MUST_CHECK int rtr_new(struct loop *loop, const struct rtr_options *options,
		       const struct rtr_handler *handler, void *context, struct rtr **ret_rtr);
/* rtr_free(NULL) is fine. */
void rtr_free(struct rtr *rtr);

struct rtr_facts rtr_facts(const struct rtr *rtr);
/* A settled copy of the last whole set; the caller's. ERR_NOT_FOUND: there is none. */
MUST_CHECK int rtr_vrps(const struct rtr *rtr, struct vrps **ret_vrps);

#endif
