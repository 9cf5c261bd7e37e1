/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The change of one domain that somebody means, as a store has it: judged as `dsfi changes` judges
 * it, with the states on its two sides and what came with it. Where the domain alone is named, it
 * is chosen as judge/change/choose.h says; what cannot be chosen is listed for somebody to choose.
 */
#ifndef CLI_CHANGE_OF_H
#define CLI_CHANGE_OF_H

#include "cli/changes_private.h"
#include "judge/change/came.h"

struct change_found {
	struct change change;
	struct change_came came;
	/* Canonical: the last state as before that was measured, and the first as after. */
	const uint8_t *before, *after;
	size_t before_size, after_size;
};
struct change_wanted {
	const uint8_t *domain; /* wire form, lower case */
	const char *name;      /* the same for people */
	int64_t run;           /* the change that this run saw first; 0: which is to be chosen */
};
/* In changes->arena. `changes` is open, and has its store and counts.
 * ERR_NOT_FOUND: the store has never seen the domain, or never saw it change; ERR_ARGUMENT: several
 * may be meant, which a note on standard error lists. Both in words. */
MUST_CHECK int change_find(struct changes *changes, const struct change_wanted *wanted,
			   struct change_found *ret_found);

/* The same of a past that is at hand. As in changes_judge(), of one that does not fit into the
 * arena the older half is left out until it fits, which is noted; then none is chosen, and only one
 * that is named can be found. ERR_LIMIT in words: nothing of it fits. */
MUST_CHECK int change_find_in(struct changes *changes, const struct change_wanted *wanted,
			      const struct store_past *past, struct change_found *ret_found);

#endif
