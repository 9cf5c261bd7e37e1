/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Children of a scan that do not what they should, and a caller of its parent that counts. A test's
 * main() begins with fakes_main(): the parent starts the test itself again as its children, and the
 * environment says of which kind they are then.
 */
#ifndef UNIT_DAEMON_FAKES_H
#define UNIT_DAEMON_FAKES_H

#include "daemon/scan_parent.h"

#include <stdbool.h>
#include <stdint.h>

/* bad.example is the 100th target, and the one that kinds are bad at. */
struct caller {
	unsigned targets, given;
	unsigned taken, crashed, unread, too_much, judge_crashed, bad_taken, foreign;
	uint32_t rate_per_server;
	uint32_t judge_patience_ms;
	int take_error;
	size_t backlog; /* octets that the caller says wait with it */
	unsigned backlog_polls;
};

/* What the last scan complained of. */
extern struct complaint said;

/* A scan with two workers of a kind, and a judge of one: "real", or what fake_judge.c knows. */
int run_with(const char *worker, const char *judge, struct caller *caller,
	     struct scan_progress *progress);
int next_target(void *context, uint8_t *ret_name);
int take_observation(void *context, const struct scan_taken *taken);

/* True: this process was a child, and ends with *ret_exit_code. */
bool fakes_main(int count, char **words, int *ret_exit_code);
int fake_worker_main(const char *kind);
int fake_judge_main(const char *kind);
int fake_keep_main(const char *kind);
int fake_watch_main(const char *kind);
int fake_parents_main(const char *kind);

#endif
