/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Other processes: start one anew (never a bare fork that shares memory layout and secrets), wait
 * for it, pass its end on.
 *
 * A child gets only the descriptors named for it: 0, 1, 2 and the table's, everything else is
 * closed. A child of ours dies with the thread that started it (PR_SET_PDEATHSIG), so that nothing
 * is left behind whatever happens to the parent. `process->descriptor` is a pidfd: readable when
 * the child has ended, so an event loop can wait for it.
 *
 * Errors: ERR_NOT_FOUND (no such program), ERR_PERMISSION, ERR_LIMIT, ERR_IO; a failed exec is told
 * by process_start itself and not by an exit code.
 */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Descriptors handed to one child: enough for a few channels each. */
#define PROCESS_DESCRIPTORS_MAX 32

struct process_descriptor {
	int ours;
	int theirs; /* its number in the child: 0, 1, 2 or any from 3 on */
};

struct process_options {
	const char *const *arguments; /* ended by NULL; arguments[0] is the program, by PATH */
	bool is_self; /* runs this program again (/proc/self/exe); arguments[0] is a name */
	const struct process_descriptor *descriptors;
	size_t descriptor_count;
	int network_namespace; /* a descriptor of netns_peer_create, entered before exec; 0: none */
	const char *folder;    /* working folder; NULL: ours */
	const char *const *environment; /* "NAME=value" added to ours, ended by NULL; may be NULL */
	bool survives_parent;           /* no PR_SET_PDEATHSIG */
	bool new_session; /* its own session: the terminal's Ctrl-C does not reach it */
};

struct process {
	pid_t pid;
	int descriptor; /* pidfd */
	int signal;     /* that it died of, once it has been waited for; 0: none */
};

MUST_CHECK int process_start(const struct process_options *options, struct complaint *complaint,
			     struct process *ret_process);
/* Waits until it has ended and releases it. *ret_exit_code: the child's, or 128 + signal number. */
MUST_CHECK int process_wait(struct process *process, int *ret_exit_code);
/* As process_wait, but ERR_BUSY if it still runs. */
MUST_CHECK int process_poll(struct process *process, int *ret_exit_code);
/* Fine if it has ended but not been waited for. */
void process_signal(const struct process *process, int signal_number);
/* TERM, then KILL after `grace_ms`, and waits. */
void process_stop(struct process *process, unsigned int grace_ms);

/* Runs a command in the foreground: INT, TERM, HUP, QUIT, USR1, USR2 that reach us are passed on to
 * it, and its exit code comes back (127 with ERR_NOT_FOUND's complaint is the caller's to choose).
 */
MUST_CHECK int process_run(const struct process_options *options, struct complaint *complaint,
			   int *ret_exit_code);

#endif
