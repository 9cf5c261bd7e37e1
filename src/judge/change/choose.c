/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/choose.h"

#include "judge/change/stood_private.h"

#include <assert.h>

static bool is_back(const struct change_at *at)
{
	return (at->change.classes & 1u << CHANGE_RESTORED) != 0;
}

static size_t first_within(const struct change_at *changes, size_t count)
{
	size_t first = count - 1;
	int64_t from_s = changes[first].change.after_s - UNDONE_WITHIN_S;
	for (;;) {
		if (is_back(&changes[first]) &&
		    changes[first].change.after_s - UNDONE_WITHIN_S < from_s)
			from_s = changes[first].change.after_s - UNDONE_WITHIN_S;
		if (first == 0 || changes[first - 1].change.after_s < from_s)
			return first;
		first--;
	}
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
	return past_stood(past, changes[i].index, changes[chosen->at].index) != 0;
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
