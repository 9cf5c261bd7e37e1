/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A domain that is taken over, mended, and taken over again goes back to what it had been, and that
 * is no repair. What it goes back to is home when it had been there before the other, or for a week
 * within the year; else it is the takeover again, and judged as if the looks that saw it the first
 * time had not been: against what stood before.
 */
#include "judge/change/classify_private.h"

#include <assert.h>
#include <string.h>

static const struct sight_set *set_at(const struct change_past *past, size_t index,
				      enum dimension dimension)
{
	assert(index < past->count && dimension < SIGHT_CHANGING);
	return &past->views[index].sets[dimension];
}

/* Seen for so long, and a day at most until the next look. */
static int64_t stood_s(const struct change_past *past, size_t at, size_t next)
{
	const struct sight *view = &past->views[at];
	const int64_t unseen_s = past->views[next].first_s - view->last_s;
	assert(at < next && next < past->count);
	return view->last_s - view->first_s + (unseen_s < DAY_S ? unseen_s : DAY_S);
}

size_t past_again(const struct change_past *past, size_t index, enum dimension dimension)
{
	if (!past_changed(past, index, dimension))
		return NO_SIGHT;
	const struct sight_set *now = set_at(past, index, dimension);
	const struct sight_set *home = set_at(past, past_before(past, index, dimension), dimension);
	const int64_t start_s = past->views[index].first_s - YEAR_S;
	size_t next = index;
	size_t began = NO_SIGHT;
	bool is_home_first = true;
	bool is_left = false; /* the newest time that it had been so has been walked through */
	int64_t been_s = 0;
	for (;;) {
		const size_t at = past_before(past, next, dimension);
		if (at == NO_SIGHT || past->views[at].last_s < start_s)
			break;
		const bool is_now = sight_set_same(set_at(past, at, dimension), now);
		if (!is_now && !sight_set_same(set_at(past, at, dimension), home))
			break;
		is_left |= !is_now && began != NO_SIGHT;
		if (is_now && !is_left)
			began = at;
		been_s += is_now ? stood_s(past, at, next) : 0;
		is_home_first = !is_now;
		next = at;
	}
	return is_home_first && been_s < KNOWN_USE_S &&
			       past_used_before_s(past, index, dimension) < KNOWN_USE_S
		       ? began
		       : NO_SIGHT;
}

bool past_is_again(const struct change_past *past, size_t index)
{
	for (size_t i = 0; i < CLASSIFY_MAJOR_STEADY; i++) {
		if (past_again(past, index, classify_major(i)) != NO_SIGHT)
			return true;
	}
	return false;
}

bool past_repeats(const struct change_past *past, size_t one, size_t other)
{
	assert(one < other && other < past->count);
	for (size_t i = 0; i < CLASSIFY_MAJOR_STEADY; i++) {
		const enum dimension dimension = classify_major(i);
		const bool has_changed = past_changed(past, other, dimension);
		if (has_changed != past_changed(past, one, dimension))
			return false;
		if (has_changed &&
		    (past_again(past, other, dimension) == NO_SIGHT ||
		     !sight_set_same(set_at(past, one, dimension), set_at(past, other, dimension))))
			return false;
	}
	return past_is_again(past, other);
}

/* Nothing of what was seen while it was so. */
static void pass_over(struct change_past *past, size_t index, enum dimension dimension)
{
	const struct sight_set now = *set_at(past, index, dimension);
	for (size_t i = 0; i < index; i++) {
		struct sight *view = &past->views[i];
		if (!sight_set_same(&view->sets[dimension], &now))
			continue;
		memset(view->sets, 0, sizeof(view->sets));
		view->is_passed_over = true;
	}
}

/* What is taken in steps within three days is one work, so the steps before count, too. */
void past_before_takeovers(const struct change_past *past, size_t index,
			   struct change_past *ret_past)
{
	const int64_t from_s = past->views[index].first_s - CHANGE_UNDONE_WITHIN_S;
	*ret_past = *past;
	for (size_t i = 0; i < CLASSIFY_MAJOR_STEADY; i++) {
		const enum dimension dimension = classify_major(i);
		const size_t at = past_changed_at(past, index, dimension);
		if (at == NO_SIGHT || past->views[at].first_s < from_s ||
		    past_again(past, at, dimension) == NO_SIGHT)
			continue;
		assert(past->scratch != NULL);
		if (ret_past->views != past->scratch)
			memcpy(past->scratch, past->views, past->count * sizeof(*past->views));
		ret_past->views = past->scratch;
		pass_over(ret_past, at, dimension);
	}
}
