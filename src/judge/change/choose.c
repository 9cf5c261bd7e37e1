/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/choose.h"

#include "judge/change/stood_private.h"

#include <assert.h>

/* By then whoever has a domain knows where it is. */
#define KNOWN_AFTER_S (180 * DAY_S)

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

/* A change that nobody noticed fades all the same: what it scored when it was new, if that is more.
 */
static int fresh_score(const struct change *change)
{
	int sum = 0;
	assert(change->reason_count <= CHANGE_REASONS_MAX);
	for (size_t i = 0; i < change->reason_count; i++)
		sum += change->reasons[i].is_factor ? 0 : change->reasons[i].fresh;
	return sum > change->score ? sum : change->score;
}

/* Of long ago: what is the worse of the two, and of the last half year those of name servers and
 * DS, too. */
static bool is_old_suspect(const struct change *old, const struct change *chosen, uint32_t stood)
{
	const uint32_t delegation = 1u << SIGHT_NS | 1u << SIGHT_DS | 1u << SIGHT_APEX_NS;
	if (old->score > 0 && old->score >= chosen->score)
		return true;
	if (chosen->after_s - old->after_s > KNOWN_AFTER_S)
		return false;
	const int fresh = fresh_score(old);
	return fresh > 0 && ((stood & delegation) != 0 || fresh >= fresh_score(chosen));
}

/* Whoever takes a domain over in steps may begin with one that scores nothing. A change back is not
 * suspect: what it undid is looked at. */
static bool is_suspect(const struct change_past *past, const struct change_at *changes,
		       const struct change_chosen *chosen, size_t i)
{
	const struct change_at *taken = &changes[chosen->at];
	if (is_back(&changes[i]))
		return false;
	const uint32_t stood = past_stood(past, changes[i].index, taken->index);
	if (stood == 0)
		return false;
	return i >= chosen->first || is_old_suspect(&changes[i].change, &taken->change, stood);
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
			if (past_repeats(past, changes[chosen.at].index, changes[i].index))
				chosen.at = i;
			else
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
