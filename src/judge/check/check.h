/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks: one pure function each. A check reads `struct evidence` - one observation, its messages
 * already walked, and the time to judge at - and gives findings, or says that it could not be made.
 * No network, no disk, no clock of its own: yesterday's observation can be judged by tomorrow's rule.
 *
 * The table of all checks is generated from catalog/checks and docs/check/<CODE>.md; the function of
 * CODE "SERVER-NO-TCP" is check_server_no_tcp() in judge/check/server/no_tcp.c.
 */
#ifndef JUDGE_CHECK_CHECK_H
#define JUDGE_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "dns/wire/message.h"
#include "model/finding.h"
#include "model/observation.h"

struct evidence;
struct verdicts;

typedef void check_function(const struct evidence *evidence, struct verdicts *verdicts);

struct check {
	const char *code;
	const char *family;
	enum severity severity;
	enum party party;
	unsigned needs;         /* NEED_* of gather/scan, by the same numbers */
	const char *reference;
	const char *title;
	const char *page;       /* docs/check/<CODE>.md, whole */
	check_function *function;
};

/* Sorted by code; generated. */
extern const struct check check_table[];
extern const size_t check_count;

/* What judging one observation gave. Everything lives in the arena. */
struct judgement {
	const struct finding *findings;
	size_t finding_count;
	const char *const *not_measured; /* codes */
	size_t not_measured_count;
};
/* `now_s`: the time to judge validity at, as a rule the observation's own. */
MUST_CHECK int judge_observation(struct arena *arena, const struct observation *observation,
				 int64_t now_s, struct judgement *ret_judgement);
const struct check *check_by_code(const char *code);

#endif
