/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Running a command inside a world: a private network whose addresses, servers and zones are the
 * file's, and in it the command. Nothing leaves that network, and no root is needed.
 *
 * This process enters the network for good, serves the world on its own event loop and waits for
 * the command. All children live in one process namespace whose first process does nothing but hold
 * it open (world_hold); when this process ends, however it ends, the kernel ends them all.
 *
 * Errors before the command starts: those of world_load, of os/netns.h, ERR_NOT_FOUND or
 * ERR_PERMISSION for the command. After that its exit code is the result.
 */
#ifndef WORLD_RUN_H
#define WORLD_RUN_H

#include "base/error.h"

#include <stdbool.h>

struct world_run_options {
	const char *path;           /* of the world file */
	const char *const *command; /* ended by NULL */
	const char *servers_folder; /* where real servers' programs are looked for first; or NULL */
	const char *questions; /* a file for the questions that the world's servers get; or NULL */
	const char *registry;  /* DS records that parents have (registry_private.h); or NULL */
	/* The world file may be replaced (whole, by renaming) while the world runs, and is then
	 * played instead: what its servers say, who answers and who does not. Each time it is told:
	 * OK, or why the world stays as it was (that is no error of the run). NULL: it is read
	 * once. */
	void (*followed)(void *context, int error, const struct complaint *complaint);
	void *context;
	bool beside; /* the command runs where real servers and `place: empty` are; needs one */
};

/* *ret_exit_code: the command's, or 128 + the signal that ended it. */
MUST_CHECK int world_run(const struct world_run_options *options, struct complaint *complaint,
			 int *ret_exit_code);

/* The words that make this program call world_hold; cli/ has a hidden command of that name. */
#define WORLD_HOLD_COMMAND "hold"
/* Holds the process namespace until killed. */
void world_hold(void);

#endif
