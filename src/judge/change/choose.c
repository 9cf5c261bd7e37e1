/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/choose.h"

#include "judge/change/classify_private.h"

#include <assert.h>

static bool is_back(const struct change_at *at)
{
	return (at->change.classes & 1u << CHANGE_RESTORED) != 0;
}

static size_t first_within(const struct change_at *changes, size_t count)
{
	size_t first = count - 1;
	int64_t from_s = changes[first].change.after_s - CHANGE_UNDONE_WITHIN_S;
	for (;;) {
		if (is_back(&changes[first]) &&
		    changes[first].change.after_s - CHANGE_UNDONE_WITHIN_S < from_s)
			from_s = changes[first].change.after_s - CHANGE_UNDONE_WITHIN_S;
		if (first == 0 || changes[first - 1].change.after_s < from_s)
			return first;
		first--;
	}
}

/* Is anything that `one` changed, and that a test of what was before `other` asks for, otherwise in
 * it than it was before `one`? It asks for name servers and DS, and for the rest where `other`
 * changed it. */
static bool stood(const struct change_past *past, size_t one, size_t other)
{
	static const enum dimension tested[] = {SIGHT_NS, SIGHT_DS, SIGHT_SERVERS, SIGHT_MX,
						SIGHT_MAIL};
	assert(one < other && other < past->count);
	for (size_t i = 0; i < sizeof(tested) / sizeof(tested[0]); i++) {
		const bool is_asked = i < 2 || past_changed(past, other, tested[i]);
		if (!is_asked || !past_changed(past, one, tested[i]))
			continue;
		const size_t before = past_before(past, one, tested[i]);
		const size_t then = past_before(past, other, tested[i]);
		assert(before != NO_SIGHT && then != NO_SIGHT);
		if (sight_set_differs(&past->views[before].sets[tested[i]],
				      &past->views[then].sets[tested[i]]))
			return true;
	}
	return false;
}

/* Whoever takes a domain over in steps may begin with one that scores nothing; of long ago only
 * what is the worse of the two is suspect. A change back is not: what it undid is looked at. */
static bool is_suspect(const struct change_past *past, const struct change_at *changes,
		       const struct change_chosen *chosen, size_t i)
{
	const uint8_t score = changes[i].change.score;
	const bool is_old = i < chosen->first;
	if (is_back(&changes[i]))
		return false;
	if (is_old && (score == 0 || score < changes[chosen->at].change.score))
		return false;
	return stood(past, changes[i].index, changes[chosen->at].index);
}

struct change_chosen change_choose(const struct change_past *past, const struct change_at *changes,
				   size_t count)
{
	struct change_chosen chosen = {.choice = CHOICE_NONE};
	assert(count > 0 && changes[count - 1].index < past->count);
	chosen.first = first_within(changes, count);
	for (size_t i = chosen.first; i < count; i++) {
		const uint8_t score = changes[i].change.score;
		if (is_back(&changes[i]))
			continue;
		if (chosen.choice == CHOICE_NONE || score > changes[chosen.at].change.score) {
			chosen.choice = CHOICE_ONE;
			chosen.at = i;
		} else if (score == changes[chosen.at].change.score) {
			chosen.choice = CHOICE_ALIKE;
		}
	}
	for (size_t i = 0; chosen.choice == CHOICE_ONE && i < chosen.at; i++) {
		if (!is_suspect(past, changes, &chosen, i))
			continue;
		chosen.choice = CHOICE_EARLIER;
		chosen.earlier = i;
	}
	return chosen;
}
