/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Name servers taken on one day and DS on another are one hijack: where both have gone within three
 * days, rules see S1 and S5 together at the later of the changes. What is as it was before these
 * days has not gone, so the change back does not meet the one that it undoes.
 */
#include "judge/change/past_private.h"

#include <assert.h>

static struct judging at(const struct judging *judging, size_t index)
{
	return (struct judging){
		.past = judging->past,
		.whole = judging->whole,
		.arena = judging->arena,
		.settings = judging->settings,
		.index = index,
		.after = &judging->past->views[index],
		.changed = past_changes(judging->past, index),
	};
}

static bool are_both_gone(const struct judging *judging)
{
	const struct sight_pair ns = judging_steady_pair(judging, SIGHT_NS);
	const struct sight_pair ds = judging_steady_pair(judging, SIGHT_DS);
	return ns.before->count > 0 && ns.after->count > 0 &&
	       sight_set_common(ns.before, ns.after) == 0 && ds.before->count > 0 &&
	       ds.after->is_known && ds.after->count == 0;
}

static bool is_there(const struct judging *judging, enum signal_number number)
{
	return signals_row(judging->settings->signals, number)->is_there;
}

void judging_meet(struct judging *judging)
{
	const bool has_ns = judging_changed(judging, SIGHT_NS);
	const bool has_ds = judging_changed(judging, SIGHT_DS);
	const enum signal_number here = has_ns ? SIGNAL_S1 : SIGNAL_S5;
	if (has_ns == has_ds || (judging->fired >> here & 1u) == 0 || !are_both_gone(judging))
		return;
	const size_t other =
		past_changed_at(judging->past, judging->index, has_ns ? SIGHT_DS : SIGHT_NS);
	if (other == NO_SIGHT)
		return;
	assert(other < judging->index);
	const struct judging earlier = at(judging, other);
	if (!judging_is_ds_taken(has_ns ? &earlier : judging) || judging_is_asked_for(&earlier))
		return;
	const enum signal_number met = has_ns ? SIGNAL_S5 : SIGNAL_S1;
	if (!is_there(judging, met))
		return;
	judging->met |= 1u << met;
	judging_tell(judging, "%s %s before",
		     has_ns ? "DS had been removed, which the zone had not asked for,"
			    : "all name servers had been replaced",
		     judging_duration(judging, judging->after->first_s - earlier.after->first_s));
}
