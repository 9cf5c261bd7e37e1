/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent of a scan: starts one worker a core and one judge, hands out targets, leases rate
 * tokens per server address, has the judge read each observation and gives both to its caller. It
 * reads nothing from strangers: an observation is octets to it, and so is what is to be kept of a
 * verdict.
 *
 * A worker that dies is started again. The domain whose reply it was reading (it notes that in a
 * page that outlives it) gets an observation that says so ("worker crashed"); its other domains are
 * handed out again, and one that saw CRASHES_MAX workers die is not tried any more. A worker that
 * somebody killed (kill -9, a machine out of memory) says nothing against what it was reading: all
 * it had is handed out again, until KILLS_MAX of them.
 *
 * A worker may have been taken over by what it read, so nothing that it says is believed: whose
 * frame cannot be read, who gives an observation of a domain that he was not given, counts
 * backwards or wants leave for more addresses than anybody has, is ended like one that died. What
 * could not be read is held against the domain that it is about, else against all he had.
 *
 * A judge that dies is started again, and asked again what it had not answered. The observation
 * that it died over, or was silent about for judge_patience_ms, is replaced with one that says so
 * ("judge crashed"); one that somebody killed is asked again, until KILLS_MAX.
 *
 * When the network at this vantage is lost, workers hold what they have (dns/transport's
 * pulse_private.h) and the progress says so; they go on when it is back. When no answer came for
 * network_patience_ms, the scan ends with ERR_NETWORK.
 *
 * INT or TERM: nothing more is handed out, domains in flight are finished within a time, and the
 * end is ERR_INTERRUPTED; a second one ends at once. Everything taken was given to `take` before.
 *
 * When more waits for the judge and the caller than fits (`backlog`), workers wait.
 *
 * The caller's process must have one thread. Nothing is printed here.
 */
#ifndef DAEMON_SCAN_PARENT_H
#define DAEMON_SCAN_PARENT_H

#include "base/error.h"
#include "daemon/judge_wire.h"
#include "daemon/scan_wire.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASHES_MAX 3u
/* Nobody kills so often by chance while one domain is looked at. */
#define KILLS_MAX 20u
/* More cores than any machine we know of has. */
#define SCAN_WORKERS_MAX 256u

struct scan_progress {
	uint64_t done;    /* observations taken */
	uint64_t queries; /* sent by all workers */
	uint32_t in_flight;
	uint32_t crashes;
	uint64_t elapsed_ms;
	uint64_t unheard_ms; /* since the last answer of anybody, while a network is lost; else 0 */
	unsigned network;    /* NETWORK_* of dns/transport/transport.h, of any worker */
	bool is_stopping;    /* interrupted once */
};

/* One observation, and what the judge said of it (JUDGED_WELL); all of it lives during the call. */
struct scan_taken {
	const uint8_t *domain;
	const uint8_t *encoded;
	size_t encoded_size;
	const struct wire_judged *judged;
};

struct scan_parent_settings {
	struct loop *loop;     /* runs during scan_parent_run, and has one user less after it */
	unsigned worker_count; /* 0: one a core */
	uint32_t network_patience_ms; /* 0: five minutes */
	uint32_t judge_patience_ms;   /* for one observation; 0: two minutes */
	/* For each worker; rate_total is divided among them, is_leased and case_secret are filled
	 * in here. */
	struct wire_settings worker;
	/* An image of gather/routing/image.h, of `worker.routing_octets`, which workers share; the
	 * caller's. 0: none. */
	int routing_descriptor;
	/* For the judge; vantage and scanner are filled in here. */
	bool judges;
	uint8_t telling;
	const char *profile; /* NULL: none */
	/* The next target, lower case, at most NAME_MAX_OCTETS; ERR_NOT_FOUND: no more; other
	 * errors end the scan. */
	int (*next)(void *context, uint8_t *ret_name);
	/* Errors end the scan. */
	int (*take)(void *context, const struct scan_taken *taken);
	/* Octets taken that still wait in the caller's memory; may be NULL. */
	size_t (*backlog)(void *context);
	/* About twice a second; may be NULL. */
	void (*progress)(void *context, const struct scan_progress *progress);
	void *context;
};

/* Runs until all targets are taken. ERR_INTERRUPTED, also when somebody else stopped the loop;
 * ERR_NETWORK; whatever `next` and `take` said; ERR_IO: too many crashes; ret_progress is set in
 * any case. */
MUST_CHECK int scan_parent_run(const struct scan_parent_settings *settings,
			       struct complaint *complaint, struct scan_progress *ret_progress);

#endif
