/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judge of a scan: one process that reads observations, judges them and says what is to be
 * printed of each and what is to be kept. It has a channel to its parent (daemon/judge_wire.h)
 * and a page in which it notes at which observation it is (8 octets: how many it has begun),
 * neither network nor files, and keeps nothing: it is shut in (os/sandbox.h) before it reads the
 * first observation.
 */
#ifndef DAEMON_JUDGE_PROCESS_H
#define DAEMON_JUDGE_PROCESS_H

#include "base/error.h"
#include "base/text.h"
#include "daemon/judge_wire.h"
#include "judge/check/check.h"
#include "model/observation.h"

#include <stdint.h>

/* How the parent calls this program: `dsfi judge`. */
#define JUDGE_SUBCOMMAND "judge"

/* Adds to `text` what is to be printed of an observation; `settings` is the parent's,
 * `judgement` is empty when it only tells. */
typedef int judge_tell(const struct wire_judging *settings, const struct observation *observation,
		       const struct judgement *judgement, struct text *text);

/* Serves the descriptors of daemon/child.h until the parent closes; an exit code. */
int judge_process_main(judge_tell *tell);

#endif
