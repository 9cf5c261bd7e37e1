/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's end of the watcher (daemon/watch_process.h). Looks are handed over in small lots and
 * told when they are over. A watcher that crashes or hangs is started anew, a few times; the looks
 * that it had are lost, and told as such: their domains are looked at in the next round. All goes
 * by the caller's loop, but looker_open, which waits until the watcher is shut in.
 */
#ifndef DAEMON_WATCH_PARENT_H
#define DAEMON_WATCH_PARENT_H

#include "base/error.h"
#include "daemon/scan_wire.h"
#include "daemon/watch_wire.h"
#include "net/loop.h"

#include <stdint.h>

struct looker;

struct looker_settings {
	struct loop *loop;
	struct wire_settings worker; /* what it points to must outlive the looker */
	void (*looked)(void *context, const struct wire_looked *looked);
	/* So many looks are lost, since it crashed; over a reply about that name, unless NULL. */
	void (*crashed)(void *context, uint32_t lost, const uint8_t *name);
	/* It cannot go on: looker_error() says why. */
	void (*failed)(void *context);
	void *context;
	uint32_t patience_ms; /* a watcher of which nothing is heard is ended after; 0: a minute */
};

MUST_CHECK int looker_open(const struct looker_settings *settings, struct looker **ret_looker,
			   struct complaint *complaint);
/* looker_close(NULL) is fine; not from a callback. */
void looker_close(struct looker *looker);
/* ERR_MEMORY, or why it failed. */
MUST_CHECK int looker_look(struct looker *looker, const struct look_target *target);
/* Handed over and not told yet. */
uint32_t looker_in_flight(const struct looker *looker);
struct wire_counts looker_counts(const struct looker *looker);
int looker_error(const struct looker *looker, struct complaint *complaint);

#endif
