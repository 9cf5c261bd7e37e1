/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process that asks every address of the parents of some domains for NS and DS, for `dsfi case
 * verify`: one domain after the other, twice where the first time is silent. It has a channel to
 * its parent (daemon/parents_wire.h; settings are those of a scan's worker), no store and no key,
 * and is shut in (os/sandbox.h) before the first octet comes from outside.
 */
#ifndef DAEMON_PARENTS_PROCESS_H
#define DAEMON_PARENTS_PROCESS_H

/* How the parent calls this program: `dsfi parents`. */
#define PARENTS_SUBCOMMAND "parents"

/* Serves the channel of daemon/child.h until the parent closes it; an exit code. */
int parents_process_main(void);

#endif
