/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The watcher: one process that looks at the parents of watched domains (gather/watch/look.h). It
 * has a channel to its parent (daemon/watch_wire.h; settings are those of a scan's worker) and a
 * page of memory in which it notes whose reply it is reading; it opens no file and keeps nothing,
 * and is shut in (os/sandbox.h) before the first octet comes from outside.
 */
#ifndef DAEMON_WATCH_PROCESS_H
#define DAEMON_WATCH_PROCESS_H

/* How the parent calls this program: `dsfi watcher`. */
#define WATCHER_SUBCOMMAND "watcher"

/* Serves the descriptors of daemon/child.h until the parent closes; an exit code. */
int watch_process_main(void);

#endif
