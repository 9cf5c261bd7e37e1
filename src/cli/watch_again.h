/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `dsfi watch run` told of a domain's changes, and when it looks at them again: a score moves
 * with what comes later (docs/changes.md, Time). It is kept with the watched domain, so that a
 * restart goes on; a change is told again when its score, its band or its signals are others.
 */
#ifndef CLI_WATCH_AGAIN_H
#define CLI_WATCH_AGAIN_H

#include "base/error.h"
#include "keep/store/watch.h"
#include "model/change.h"

#include <stdbool.h>
#include <stdint.h>

#define AGAIN_TIMES_MAX 8u
/* Changes of one domain that are scored again at a time: when there are more, the oldest go. */
#define TOLD_CHANGES_MAX 16u
#define TOLD_CHANGE_OCTETS 25u
/* A look that measured nothing of the domain is made again after so long, until so long after the
 * last time. */
#define AGAIN_RETRY_S 3600
#define AGAIN_GIVE_UP_S 86400

/* Since the look that saw the change; rising. */
struct again_times {
	int64_t after_s[AGAIN_TIMES_MAX];
	unsigned count;
};
/* "1h,24h,72h" or "none"; none is shorter than `least_ms`. ERR_ARGUMENT with a sentence. */
MUST_CHECK int again_times_read(const char *text, uint64_t least_ms, struct again_times *ret_times,
				struct complaint *complaint);

struct told_change {
	int64_t run, time_s; /* of the look that saw it first */
	uint64_t words;      /* of band and signals */
	uint8_t score;
};
struct told {
	struct told_change items[TOLD_CHANGES_MAX];
	unsigned count;
};
/* NULL: nothing. ERR_DAMAGED. */
MUST_CHECK int told_read(const uint8_t *octets, size_t size, struct told *ret_told);
size_t told_write(const struct told *told, uint8_t ret_octets[WATCH_TOLD_OCTETS_MAX]);
/* NULL: it was not told. */
const struct told_change *told_find(const struct told *told, const struct change *change);
bool told_is_same(const struct told_change *told, const struct change *change);
/* Replaces what was told of it before. */
void told_put(struct told *told, const struct change *change);
/* What came with them, as far as there is room: the newest; forgotten before what was there. */
void told_join(struct told *told, const struct told *more);
/* When the first was seen; 0: there is none. */
int64_t told_first_s(const struct told *told);

/* The domain's newest look; is_fresh: just now. */
struct again_look {
	int64_t looked_s, now_s;
	bool is_fresh;
};
/* When to look again, 0: never; what is looked at no more is forgotten. */
int64_t again_next(const struct again_times *times, const struct again_look *look,
		   struct told *told);

#endif
