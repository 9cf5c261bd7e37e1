/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes in a domain's past: states from when to when, oldest first, become changes that are
 * classified, told in words and scored by the table of signals. Pure: what is judged is what the
 * caller shows, at the time that the caller names; the same past judged later may give another
 * score, since a change that was undone soon, or stood without harm, looks different then.
 *
 * Dimensions (name servers, DS, MX, ...) are compared each with the last look that knew it, so that
 * looks at less, and servers that did not answer, are no changes. Signals that cannot be computed
 * are listed as not known.
 *
 * Everything lives in the caller's arena. Errors: those of state_decode(), ERR_MEMORY.
 */
#ifndef JUDGE_CHANGE_PAST_H
#define JUDGE_CHANGE_PAST_H

#include "base/arena.h"
#include "base/error.h"
#include "dns/policy/suffix.h"
#include "judge/change/signals.h"
#include "model/change.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A domain that changed on every day of a year; of more, the newest. */
#define CHANGE_INTERVALS_MAX 400u
/* Their states, decoded: a signed domain's takes some 30 KiB, a hostile one's a few MiB. */
#define CHANGE_OCTETS_MAX ((size_t)256 << 20)

/* Within it a change that is undone was transient (docs/changes.md). */
#define CHANGE_UNDONE_WITHIN_S ((int64_t)3 * 24 * 3600)

struct change_interval {
	int64_t first_s, last_s, first_run, last_run;
	const uint8_t *state; /* canonical */
	size_t state_size;
};

struct change_past;

struct change_source {
	const uint8_t *domain;
	const struct change_interval *intervals; /* oldest first */
	size_t count;
};
MUST_CHECK int change_past_new(struct arena *arena, const struct change_source *source,
			       struct change_past **ret_past, struct complaint *complaint);

/* How many domains have this name server; 0: not known. */
typedef uint64_t change_count_domains(void *context, const uint8_t *name_server);

struct change_settings {
	const struct signals *signals;
	const struct suffix_list *suffixes;
	bool is_high_value;
	int64_t now_s;                       /* what was first seen later does not count */
	change_count_domains *count_domains; /* NULL: not known of any */
	void *count_context;
};

/* Did the look learn what the parent says? One that did not tells nothing. */
bool change_is_measured(const struct change_past *past, size_t index);
/* Is there a change where the interval of this index begins? The first is none. */
bool change_is_at(const struct change_past *past, size_t index);
/* ERR_NOT_FOUND: there is none. */
MUST_CHECK int change_judge(const struct change_past *past, size_t index,
			    const struct change_settings *settings, struct change *ret_change);

#endif
