/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A child process of a scan: this program started anew by a hidden subcommand, with a channel to it
 * and perhaps a page of memory that outlives it, in its parent's event loop. In the page it notes
 * what it is at, so that it is known what it died over.
 */
#ifndef DAEMON_CHILD_H
#define DAEMON_CHILD_H

#include "base/error.h"
#include "daemon/channel.h"
#include "dns/wire/name.h"
#include "net/loop.h"
#include "os/process.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the parent puts them. */
#define CHILD_CHANNEL_DESCRIPTOR 3
#define CHILD_PAGE_DESCRIPTOR 4
#define CHILD_TABLE_DESCRIPTOR 5
#define CHILD_PAGE_OCTETS 4096u

struct child {
	struct loop *loop;
	struct process process;
	struct watch ended; /* its pidfd */
	struct channel channel;
	uint8_t *page; /* CHILD_PAGE_OCTETS, zero at each start; NULL: it has none */
	int page_descriptor;
	uint64_t births; /* started so often: which one is the present one? */
	bool is_running;
};

struct child_settings {
	const char *subcommand;
	const struct channel_handler *handler;
	/* Its process has ended; what it still said can be read. */
	void (*ended)(void *context, unsigned int events);
	void *context;
	bool has_page;
	int table; /* a descriptor that it gets as CHILD_TABLE_DESCRIPTOR; 0: none */
};

/* Fine to call again after child_bury. `settings` need not outlive the call, its handler must. */
MUST_CHECK int child_start(struct child *child, struct loop *loop,
			   const struct child_settings *settings, struct complaint *complaint);

/*
 * Closes the channel, ends the process if it has not ended, and waits for it. True: somebody else
 * killed it. From inside it cannot do that to itself, since the sandbox lets it only abort.
 * `is_ended_by_us`: it is known not to be so. Fine if it does not run.
 */
bool child_bury(struct child *child, bool is_ended_by_us);

/* Ends it and gives its page back. Fine if zeroed. */
void child_release(struct child *child);

/* The name in wire form that it noted in its page. False: there is none, or it died while it wrote
 * it; what stands there is the child's, so anything may. */
bool child_noted(const struct child *child, uint8_t ret_name[NAME_MAX_OCTETS]);

/* In the child: the page that its parent reads after its end; NULL: not started by a parent. */
void *child_page(void);

#endif
