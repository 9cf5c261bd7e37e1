/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comparing an audit with the truth: pairs of domain and code. Severity, server and words do not
 * count, and a pair found at several servers counts once.
 */
#ifndef WORLD_SCORE_H
#define WORLD_SCORE_H

#include "base/error.h"
#include "base/text.h"
#include "world/world.h"

#include <stddef.h>

struct world_score {
	size_t expected; /* pairs */
	size_t missing;  /* in the truth, not in the audit */
	size_t extra;    /* in the audit, not in the truth */
};

/*
 * `path` holds JSON Lines as `dsfi check --json` prints them ("-": standard input); lines whose
 * "type" is not "finding" are passed over. `list` gets a line for each pair that is missing or
 * extra: the word, the domain, the code. A line that is no JSON object is ERR_FORMAT.
 */
MUST_CHECK int world_score(const struct world *world, const char *path, struct text *list,
			   struct complaint *complaint, struct world_score *ret_score);

#endif
