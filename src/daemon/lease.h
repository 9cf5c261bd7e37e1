/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Leave to ask, given out by the scan's parent: one rate per server address for all workers
 * together.
 *
 * A worker that has questions for a server wants tokens; it gets a small lot as soon as the rate
 * allows (a tenth of a second's worth at most), workers taking turns. Tokens are spent when
 * granted: a worker that dies takes a lot with it, and the rate is only lower for that.
 */
#ifndef DAEMON_LEASE_H
#define DAEMON_LEASE_H

#include "base/error.h"
#include "base/random.h"
#include "net/address.h"
#include "net/loop.h"

#include <stdint.h>

struct leases;

typedef void lease_grant(void *context, unsigned worker, const struct address *server,
			 unsigned granted);

struct leases_settings {
	uint32_t rate; /* questions a second to each address, at least 1 */
	unsigned worker_count;
	lease_grant *grant;
	void *context;
};

MUST_CHECK int leases_new(struct loop *loop, struct random *random,
			  const struct leases_settings *settings, struct leases **ret_leases);
/* leases_free(NULL) is fine. */
void leases_free(struct leases *leases);
/* A worker has a transport with at most so many servers that have questions (peer_private.h). */
#define LEASE_WANTS_MAX 65536u
/* Never grants before it returns. A second want of the same worker replaces the first. ERR_LIMIT:
 * the worker waits for leave at LEASE_WANTS_MAX addresses already. */
MUST_CHECK int leases_want(struct leases *leases, unsigned worker, const struct address *server,
			   unsigned wanted);
/* A worker has died: it wants nothing any more. */
void leases_forget(struct leases *leases, unsigned worker);

#endif
