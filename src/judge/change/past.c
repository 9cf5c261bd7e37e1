/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/past.h"

#include "dns/wire/name.h"
#include "judge/change/past_private.h"

#include <assert.h>
#include <string.h>

/* There, gone, there again: before it, and three. */
#define AGAIN_LOOKS_MIN 4u

/* --- the past ----------------------------------------------------------------------------------
 */

static bool same_octets(const struct change_interval *one, const struct change_interval *other)
{
	return one->state_size == other->state_size &&
	       memcmp(one->state, other->state, one->state_size) == 0;
}

static int add_view(struct change_past *past, const struct change_interval *interval, size_t at,
		    struct complaint *complaint)
{
	const struct state_source source = {
		.domain = past->domain, .octets = interval->state, .size = interval->state_size};
	struct state *state = arena_take_zeroed(past->arena, sizeof(*state));
	if (state == NULL)
		return ERR_MEMORY;
	int error = state_decode(past->arena, &source, complaint, state);
	if (error == OK)
		error = sight_make(past->arena, state, &past->views[at]);
	past->views[at].first_s = interval->first_s;
	past->views[at].last_s = interval->last_s;
	past->views[at].first_run = interval->first_run;
	past->views[at].last_run = interval->last_run;
	return error;
}

int change_past_new(struct arena *arena, const struct change_source *source,
		    struct change_past **ret_past, struct complaint *complaint)
{
	struct change_past *past = arena_take_zeroed(arena, sizeof(*past));
	const struct change_interval *intervals = source->intervals;
	size_t count = source->count;
	int error = OK;
	assert(source->domain != NULL && (count == 0 || intervals != NULL));
	if (count > CHANGE_INTERVALS_MAX) {
		intervals += count - CHANGE_INTERVALS_MAX;
		count = CHANGE_INTERVALS_MAX;
	}
	if (past == NULL)
		return ERR_MEMORY;
	*past = (struct change_past){.arena = arena, .domain = source->domain, .count = count};
	past->views = arena_take_array(arena, count, sizeof(*past->views));
	past->is_same = arena_take_array(arena, count, sizeof(*past->is_same));
	if (count >= AGAIN_LOOKS_MIN)
		past->scratch = arena_take_array(arena, count, sizeof(*past->scratch));
	if (past->views == NULL || past->is_same == NULL ||
	    (count >= AGAIN_LOOKS_MIN && past->scratch == NULL))
		return ERR_MEMORY;
	for (size_t i = 0; error == OK && i < count; i++) {
		past->is_same[i] = i > 0 && same_octets(&intervals[i - 1], &intervals[i]);
		error = add_view(past, &intervals[i], i, complaint);
	}
	if (error == OK)
		*ret_past = past;
	return error;
}

static const struct sight_set *set_at(const struct change_past *past, size_t index,
				      enum dimension dimension)
{
	assert(index < past->count && dimension < SIGHT_COUNT);
	return &past->views[index].sets[dimension];
}

size_t past_before(const struct change_past *past, size_t index, enum dimension dimension)
{
	assert(index < past->count);
	for (size_t i = index; i > 0; i--) {
		if (set_at(past, i - 1, dimension)->is_known)
			return i - 1;
	}
	return NO_SIGHT;
}

size_t past_steady(const struct change_past *past, size_t index, enum dimension dimension)
{
	const int64_t until_s = past->views[index].first_s - CHANGE_UNDONE_WITHIN_S;
	size_t steady = NO_SIGHT;
	assert(index < past->count);
	for (size_t i = index; i > 0; i--) {
		if (!set_at(past, i - 1, dimension)->is_known)
			continue;
		steady = i - 1;
		if (past->views[i - 1].first_s <= until_s)
			break;
	}
	assert((steady == NO_SIGHT) == (past_before(past, index, dimension) == NO_SIGHT));
	return steady;
}

bool past_changed(const struct change_past *past, size_t index, enum dimension dimension)
{
	if (!set_at(past, index, dimension)->is_known)
		return false;
	const size_t before = past_before(past, index, dimension);
	return before != NO_SIGHT &&
	       sight_set_differs(set_at(past, before, dimension), set_at(past, index, dimension));
}

size_t past_changed_at(const struct change_past *past, size_t index, enum dimension dimension)
{
	assert(index < past->count);
	for (size_t i = index + 1; i > 0; i--) {
		if (past_changed(past, i - 1, dimension))
			return i - 1;
	}
	return NO_SIGHT;
}

int64_t past_since(const struct change_past *past, size_t index, enum dimension dimension,
		   bool *ret_from_start)
{
	size_t at = past_before(past, index, dimension);
	assert(at != NO_SIGHT);
	const struct sight_set *old = set_at(past, at, dimension);
	int64_t since_s = past->views[at].first_s;
	*ret_from_start = true;
	for (; at != NO_SIGHT; at = past_before(past, at, dimension)) {
		if (!sight_set_same(old, set_at(past, at, dimension))) {
			*ret_from_start = false;
			break;
		}
		since_s = past->views[at].first_s;
	}
	return since_s;
}

size_t past_undone(const struct change_past *past, size_t index, enum dimension dimension,
		   int64_t until_s)
{
	const size_t before = past_before(past, index, dimension);
	if (before == NO_SIGHT)
		return NO_SIGHT;
	for (size_t i = index + 1; i < past->count && past->views[i].first_s <= until_s; i++) {
		if (sight_set_same(set_at(past, before, dimension), set_at(past, i, dimension)))
			return i;
	}
	return NO_SIGHT;
}

int64_t past_reach_s(const struct change_past *past, size_t index, enum dimension dimension)
{
	const int64_t end_s = past->views[index].first_s;
	int64_t since_s = end_s;
	assert(index < past->count);
	for (size_t i = index; i > 0; i--) {
		const struct sight *view = &past->views[i - 1];
		if (!set_at(past, i - 1, dimension)->is_known)
			continue;
		if (since_s - view->last_s > PAST_GAP_S)
			break;
		since_s = view->first_s;
	}
	return end_s - since_s;
}

int64_t past_used_before_s(const struct change_past *past, size_t index, enum dimension dimension)
{
	const int64_t start_s = past->views[index].first_s - YEAR_S;
	const struct sight_set *now = set_at(past, index, dimension);
	int64_t used_s = 0;
	assert(now->is_known);
	for (size_t i = 0; i < index; i++) {
		const struct sight *view = &past->views[i];
		if (view->last_s < start_s || !sight_set_same(&view->sets[dimension], now))
			continue;
		used_s += view->last_s - (view->first_s > start_s ? view->first_s : start_s);
	}
	return used_s;
}

/* --- one change --------------------------------------------------------------------------------
 */

uint32_t past_changes(const struct change_past *past, size_t index)
{
	uint32_t changed = 0;
	for (unsigned int i = 0; i < SIGHT_CHANGING; i++) {
		if (past_changed(past, index, (enum dimension)i))
			changed |= 1u << i;
	}
	return changed;
}

static bool is_measured(const struct sight *view)
{
	return view->sets[SIGHT_NS].is_known;
}

bool change_is_measured(const struct change_past *past, size_t index)
{
	assert(index < past->count);
	return is_measured(&past->views[index]);
}

/* The look before of the same kind; what else differs is told against it. */
static size_t comparable(const struct change_past *past, size_t index)
{
	for (size_t i = index; i > 0; i--) {
		if (is_measured(&past->views[i - 1]) &&
		    past->views[i - 1].state->needs == past->views[index].state->needs)
			return i - 1;
	}
	return NO_SIGHT;
}

bool change_is_at(const struct change_past *past, size_t index)
{
	assert(index < past->count);
	if (!is_measured(&past->views[index]))
		return false;
	if (past_changes(past, index) != 0)
		return true;
	const size_t before = comparable(past, index);
	return before != NO_SIGHT && before + 1 == index && !past->is_same[index];
}

/* The last look before that was measured. */
static const struct sight *sight_before(const struct change_past *past, size_t index)
{
	size_t at = index;
	while (at > 0 && !is_measured(&past->views[at - 1]))
		at--;
	assert(at > 0);
	return &past->views[at - 1];
}

static void take_other(void *context, const char *sentence)
{
	struct judging *judging = context;
	/* All of it is what `dsfi history` is for. */
	const size_t some = 3;
	if (judging->change->sentence_count < some)
		judging_tell(judging, "%s", sentence);
}

/* Nothing that changes are told of: what the difference of the states says. */
static void tell_other(struct judging *judging)
{
	const size_t before = comparable(judging->whole, judging->index);
	if (judging->change->classes != 0)
		return;
	assert(judging->changed == 0 || judging->after->sets[SIGHT_NS].is_known);
	judging_class(judging, CHANGE_OTHER);
	if (before == NO_SIGHT || judging->error != OK)
		return;
	judging->error = state_difference(judging->arena, judging->whole->views[before].state,
					  judging->after->state, take_other, judging);
	if (judging->error == OK && judging->change->sentence_count == 0)
		judging_tell(judging, "changed in a detail that no sentence tells");
}

static int begin(struct judging *judging, struct change *change)
{
	const struct sight *before = sight_before(judging->whole, judging->index);
	char *domain = arena_take_octets(judging->arena, NAME_TEXT_MAX);
	if (domain == NULL)
		return ERR_MEMORY;
	*change = (struct change){
		.domain = name_to_text(judging->past->domain, domain),
		.before_run = before->last_run,
		.before_s = before->last_s,
		.after_run = judging->after->first_run,
		.after_s = judging->after->first_s,
		.judged_s = judging->settings->now_s,
		.is_high_value = judging->settings->is_high_value,
	};
	return OK;
}

int change_judge(const struct change_past *past, size_t index,
		 const struct change_settings *settings, struct change *ret_change)
{
	assert(index < past->count && settings->signals != NULL && settings->suffixes != NULL);
	if (!change_is_at(past, index))
		return ERR_NOT_FOUND;
	struct change *change = arena_take(past->arena, sizeof(*change));
	struct change_past seen;
	past_before_takeovers(past, index, &seen);
	struct judging judging = {
		.past = &seen,
		.whole = past,
		.arena = past->arena,
		.settings = settings,
		.index = index,
		.after = &seen.views[index],
		.changed = past_changes(&seen, index),
		.change = change,
	};
	int error = change == NULL ? ERR_MEMORY : begin(&judging, change);
	if (error != OK)
		return error;
	judging_classify(&judging);
	tell_other(&judging);
	judging_delegation_signals(&judging);
	judging_security_signals(&judging);
	judging_service_signals(&judging);
	judging_course_signals(&judging); /* asks whether networks were new */
	judging_meet(&judging);
	judging_score(&judging);
	if (judging.error == OK)
		*ret_change = *change;
	return judging.error;
}
