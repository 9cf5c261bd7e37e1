/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The newest change of one domain as a store has it, judged at the domain's newest look by the
 * table of signals that came with the program, and the states on its two sides.
 */
#ifndef CLI_CHANGE_OF_H
#define CLI_CHANGE_OF_H

#include "base/arena.h"
#include "judge/change/past.h"
#include "keep/store/store.h"

struct change_judges {
	struct signals *signals;
	struct suffix_list *suffixes;
};
MUST_CHECK int change_judges_new(struct change_judges *ret_judges, struct complaint *complaint);
void change_judges_release(struct change_judges *judges);

struct change_found {
	struct change change;
	/* Canonical, in the arena: the last state as before, and the first as after. */
	const uint8_t *before, *after;
	size_t before_size, after_size;
};
struct change_wanted {
	const struct change_judges *judges;
	const uint8_t *domain; /* wire form, lower case */
	int64_t run;           /* the change that this run saw first; 0: the newest */
};
/* ERR_NOT_FOUND: the store has never seen the domain, or never saw it change; in words. */
MUST_CHECK int change_find(struct store *store, const struct change_wanted *wanted,
			   struct arena *arena, struct change_found *ret_found,
			   struct complaint *complaint);

#endif
