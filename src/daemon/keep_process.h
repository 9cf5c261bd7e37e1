/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keeper of a scan's store: one process that has the store's files open, and writes. It has a
 * channel to its parent (daemon/judge_wire.h) and opens nothing more: once the run has begun, it is
 * shut in (os/sandbox.h), before it reads the first observation.
 *
 * What it acknowledged (FRAME_KEPT) is kept, come what may (keep/store/store.h). When it cannot go
 * on it says why (FRAME_FAILED) and ends.
 */
#ifndef DAEMON_KEEP_PROCESS_H
#define DAEMON_KEEP_PROCESS_H

/* How the parent calls this program: `dsfi keep`. */
#define KEEP_SUBCOMMAND "keep"

/* Serves the descriptors of daemon/child.h until the parent closes; an exit code. */
int keep_process_main(void);

#endif
