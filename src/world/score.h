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

#include <stdbool.h>
#include <stddef.h>

struct world_score {
	size_t expected; /* pairs */
	size_t missing;  /* in the truth, not in the audit */
	size_t extra;    /* in the audit, not in the truth */
};

/* What an audit is, and what it could find. */
struct world_audit {
	const char *path; /* "-": standard input */
	/* Was this code looked for? Those that were not do not count. NULL: all were. */
	bool (*is_sought)(void *context, const char *code);
	void *context;
};

/*
 * The audit's file holds JSON Lines as `dsfi check --json` prints them; lines whose "type" is not
 * "finding" are passed over. `list` gets a line for each pair that is missing or
 * extra: the word, the domain, the code. A line that is no JSON object is ERR_FORMAT.
 */
MUST_CHECK int world_score(const struct world *world, const struct world_audit *audit,
			   struct text *list, struct complaint *complaint,
			   struct world_score *ret_score);

#endif
