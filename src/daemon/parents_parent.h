/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's end of the process that asks parents (daemon/parents_process.h). It is started once.
 * When it crashes, hangs or says what cannot be, what it had not told is lost, and the caller is
 * told in words why; it is not tried again, since whoever made it crash once can do so again. All
 * goes by the caller's loop. Raw answers are handed on unread.
 */
#ifndef DAEMON_PARENTS_PARENT_H
#define DAEMON_PARENTS_PARENT_H

#include "base/error.h"
#include "daemon/parents_wire.h"
#include "daemon/scan_wire.h"
#include "net/loop.h"

#include <stddef.h>
#include <stdint.h>

/* All that it may say: many times what servers answer, and no machine's memory. */
#define PARENTS_OCTETS_MAX ((size_t)128 << 20)

struct parents;

struct parents_settings {
	struct loop *loop;
	struct wire_settings worker;   /* read during parents_open only */
	const uint8_t *const *domains; /* in wire form; the same */
	size_t count;                  /* 1 to WIRE_PARENTS_DOMAINS_MAX */
	/* One address, of the domain at hand: domains come in the order given, addresses of each at
	 * most CUT_SERVERS_MAX. Lives during the call. Other than OK ends it. */
	int (*parent)(void *context, const struct wire_parent *parent);
	/* All addresses of one domain have been told. */
	void (*parents)(void *context, const struct wire_parents *parents);
	/* Once: OK and `words` NULL when all was told; OK and words when what is left is lost; else
	 * it cannot be done here at all, and words say why. */
	void (*over)(void *context, int error, const char *words);
	void *context;
	/* Ended when nothing is heard of it for so long; 0: a minute. */
	uint32_t patience_ms;
	/* The same for an address or a parent, however often it says that it lives; 0: ten minutes,
	 * in which every server of a parent can be asked at the lowest rate. */
	uint32_t progress_ms;
};

MUST_CHECK int parents_open(const struct parents_settings *settings, struct parents **ret_parents,
			    struct complaint *complaint);
/* parents_close(NULL) is fine; not from a callback. */
void parents_close(struct parents *parents);

#endif
