/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/change_of.h"

#include "dns/wire/name.h"

#include <assert.h>

int change_judges_new(struct change_judges *ret_judges, struct complaint *complaint)
{
	*ret_judges = (struct change_judges){0};
	const int error = suffix_built_in(&ret_judges->suffixes, complaint);
	return error == OK ? signals_new(NULL, &ret_judges->signals, complaint) : error;
}

void change_judges_release(struct change_judges *judges)
{
	signals_free(judges->signals);
	suffix_free(judges->suffixes);
	*judges = (struct change_judges){0};
}

struct search {
	const struct change_wanted *wanted;
	struct arena *arena;
	struct change_found *found;
	struct complaint *complaint;
	bool is_there;
};

/* What the store gives lives only during its call. */
static int copy_intervals(struct search *search, const struct store_past *past,
			  struct change_interval **ret_intervals)
{
	struct change_interval *intervals =
		arena_take_array(search->arena, past->count, sizeof(*intervals));
	if (intervals == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < past->count; i++) {
		const struct store_interval *from = &past->intervals[i];
		uint8_t *state = arena_take_octets(search->arena, from->state_size);
		if (state == NULL)
			return ERR_MEMORY;
		memcpy(state, from->state, from->state_size);
		intervals[i] = (struct change_interval){.first_s = from->first_s,
							.last_s = from->last_s,
							.first_run = from->first_run,
							.last_run = from->last_run,
							.state = state,
							.state_size = from->state_size};
	}
	*ret_intervals = intervals;
	return OK;
}

/* The newest first; ERR_NOT_FOUND of all is for the caller to tell. */
static int judge(struct search *search, const struct change_past *past,
		 const struct change_interval *intervals, size_t count)
{
	const struct change_settings settings = {.signals = search->wanted->judges->signals,
						 .suffixes = search->wanted->judges->suffixes,
						 .now_s = intervals[count - 1].last_s};
	assert(count > 0);
	for (size_t i = count; i-- > 1;) {
		if (search->wanted->run != 0 && intervals[i].first_run != search->wanted->run)
			continue;
		const int error = change_judge(past, i, &settings, &search->found->change);
		if (error == ERR_NOT_FOUND)
			continue;
		if (error == OK) {
			search->is_there = true;
			search->found->before = intervals[i - 1].state;
			search->found->before_size = intervals[i - 1].state_size;
			search->found->after = intervals[i].state;
			search->found->after_size = intervals[i].state_size;
		}
		return error;
	}
	return OK;
}

static int take_past(void *context, const struct store_past *past)
{
	struct search *search = context;
	struct change_interval *intervals = NULL;
	struct change_past *read = NULL;
	assert(past->count > 0);
	int error = copy_intervals(search, past, &intervals);
	if (error != OK)
		return complain(search->complaint, error, "out of memory");
	const uint8_t *domain = search->wanted->domain;
	const struct change_source source = {domain, intervals, past->count};
	error = change_past_new(search->arena, &source, &read, search->complaint);
	return error == OK ? judge(search, read, intervals, past->count) : error;
}

int change_find(struct store *store, const struct change_wanted *wanted, struct arena *arena,
		struct change_found *ret_found, struct complaint *complaint)
{
	char text[NAME_TEXT_MAX];
	assert(wanted->judges->signals != NULL && wanted->judges->suffixes != NULL);
	struct search search = {wanted, arena, ret_found, complaint, false};
	int error = store_past_of(store, wanted->domain, take_past, &search, complaint);
	if (error != OK || search.is_there)
		return error;
	name_to_text(wanted->domain, text);
	if (wanted->run != 0)
		return complain(complaint, ERR_NOT_FOUND, "run %lld saw no change of '%s'",
				(long long)wanted->run, text);
	return complain(complaint, ERR_NOT_FOUND, "the store has seen no change of '%s'", text);
}
