/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's end of the process that keeps the store (daemon/keep_process.h). What is handed over
 * is kept once it is acknowledged, which a commit brings about; keeper_kept() says how much that
 * is.
 *
 * keeper_open and keeper_finish wait for their answers by turning the loop, in between all goes by
 * the loop that the caller runs. When the keeper fails or dies, `failed` is called once, and every
 * call after that gives the same error.
 */
#ifndef DAEMON_KEEPER_H
#define DAEMON_KEEPER_H

#include "base/error.h"
#include "daemon/judge_wire.h"
#include "keep/store/store.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keeper;

struct keeper_settings {
	const char *path;
	struct store_run run; /* started_s, profile, vantage, domains: of a run that begins */
	bool resumes;         /* goes on with the newest unfinished run, if there is one */
	void (*failed)(void *context);
	void *context;
};

/* What went wrong with the store is told as store_open does. `ret_run`: begun or gone on with. */
MUST_CHECK int keeper_open(struct loop *loop, const struct keeper_settings *settings,
			   struct keeper **ret_keeper, struct wire_run *ret_run,
			   struct complaint *complaint);
/* Hands over an observation and its verdict, which are copied. */
MUST_CHECK int keeper_add(struct keeper *keeper, const struct wire_keep *keep);
/* Asks for a commit of all that was handed over; while one is under way, for one after it. */
MUST_CHECK int keeper_commit(struct keeper *keeper);
/* Observations that are kept, come what may. */
uint64_t keeper_kept(const struct keeper *keeper);
/* Octets handed over that it has not taken yet. */
size_t keeper_backlog(const struct keeper *keeper);
/* Why it failed; OK: it has not. */
int keeper_error(const struct keeper *keeper, struct complaint *complaint);
/* Commits, ends the run (finished_s 0: it is to be gone on with), and ends the process. INT, TERM
 * or HUP meanwhile: ERR_INTERRUPTED; no answer for five minutes: ERR_IO. */
MUST_CHECK int keeper_finish(struct keeper *keeper, int64_t finished_s,
			     struct complaint *complaint);
/* What was not acknowledged is not kept. keeper_close(NULL) is fine. */
void keeper_close(struct keeper *keeper);

#endif
