/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An address is one worker's at a time: whoever connects to a mail or web server has its turn
 * first, and gives it back when the connection is closed and the pause after it over. What leases
 * are for questions, turns are for connections, which have no rate but are one at a time.
 */
#ifndef DAEMON_TURNS_H
#define DAEMON_TURNS_H

#include "base/error.h"
#include "base/random.h"
#include "net/address.h"

struct turns;

/* Not from within turns_want(), but perhaps before it has returned to the loop. */
typedef void turn_give(void *context, unsigned worker, const struct address *address);

struct turns_settings {
	unsigned worker_count; /* at most TURNS_WORKERS_MAX */
	turn_give *give;
	void *context;
};
#define TURNS_WORKERS_MAX 256u
/* Addresses at which a worker has a turn or waits for it; contact.c has fewer. */
#define TURNS_EACH_MAX 65536u

MUST_CHECK int turns_new(struct random *random, const struct turns_settings *settings,
			 struct turns **ret_turns);
/* turns_free(NULL) is fine. */
void turns_free(struct turns *turns);
/* Gives it at once when nobody has it. ERR_FORMAT: it has it, or waits for it, already. ERR_LIMIT:
 * at TURNS_EACH_MAX addresses. The port does not matter: callers have 0 there. */
MUST_CHECK int turns_want(struct turns *turns, unsigned worker, const struct address *address);
/* The next one that waits is given it. ERR_FORMAT: it was not this worker's. */
MUST_CHECK int turns_done(struct turns *turns, unsigned worker, const struct address *address);
/* A worker has died: what it had goes to those who wait. */
void turns_forget(struct turns *turns, unsigned worker);

#endif
