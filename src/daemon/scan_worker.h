/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A worker of a scan: one process on one core that asks and parses. It has a channel to its parent
 * (daemon/scan_wire.h) and a page of memory in which it notes whose reply it is reading; it opens
 * no file and keeps nothing.
 */
#ifndef DAEMON_SCAN_WORKER_H
#define DAEMON_SCAN_WORKER_H

/* How the parent calls this program: `dsfi worker`. */
#define WORKER_SUBCOMMAND "worker"

/* Serves the descriptors of daemon/child.h until the parent closes; an exit code. */
int scan_worker_main(void);

#endif
