/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which changes there are, and in which order they are told. */
#include "base/memory.h"
#include "cli/changes_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- the highest scores ------------------------------------------------------------------------
 */

/* Is `left` told after `right`? Of equal scores the one found first comes first. */
static bool is_lower(const struct found_change *left, const struct found_change *right)
{
	return left->score != right->score ? left->score < right->score
					   : left->order > right->order;
}

static void sink(struct changes *changes, size_t at)
{
	struct found_change *heap = changes->found;
	for (;;) {
		size_t lowest = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
			if (child < changes->count && is_lower(&heap[child], &heap[lowest]))
				lowest = child;
		}
		if (lowest == at)
			return;
		const struct found_change one = heap[at];
		heap[at] = heap[lowest];
		heap[lowest] = one;
		at = lowest;
	}
}

static void rise(struct changes *changes, size_t at)
{
	struct found_change *heap = changes->found;
	while (at > 0 && is_lower(&heap[at], &heap[(at - 1) / 2])) {
		const struct found_change one = heap[at];
		heap[at] = heap[(at - 1) / 2];
		heap[(at - 1) / 2] = one;
		at = (at - 1) / 2;
	}
}

static int make_room(struct changes *changes)
{
	if (changes->count < changes->room)
		return OK;
	const size_t room = changes->room == 0 ? 64 : 2 * changes->room;
	struct found_change *larger = memory_resize(changes->found, room * sizeof(*changes->found));
	if (larger == NULL)
		return ERR_MEMORY;
	changes->found = larger;
	changes->room = room;
	return OK;
}

static int remember(struct changes *changes, const uint8_t *domain, const struct change *change)
{
	struct found_change found = {.after_run = change->after_run,
				     .after_s = change->after_s,
				     .order = changes->seen,
				     .score = change->score};
	if (changes->count == changes->most) {
		changes->left_out++;
		if (changes->most == 0 || !is_lower(&changes->found[0], &found))
			return OK;
	}
	found.domain = memory_take(name_size(domain));
	if (found.domain == NULL)
		return ERR_MEMORY;
	(void)name_copy(found.domain, domain);
	if (changes->count == changes->most) {
		memory_give(changes->found[0].domain);
		changes->found[0] = found;
		sink(changes, 0);
		return OK;
	}
	if (make_room(changes) != OK) {
		memory_give(found.domain);
		return ERR_MEMORY;
	}
	changes->found[changes->count++] = found;
	rise(changes, changes->count - 1);
	return OK;
}

void changes_release_found(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		memory_give(changes->found[i].domain);
	memory_give(changes->found);
	changes->found = NULL;
	changes->count = 0;
}

/* --- judging -----------------------------------------------------------------------------------
 */

static uint64_t count_domains(void *context, const uint8_t *name_server)
{
	return server_counts_get(context, name_server);
}

int changes_read_past(struct changes *changes, const struct store_past *past,
		      struct change_past **ret_past)
{
	arena_reset(&changes->arena);
	struct change_interval *intervals =
		arena_take_array(&changes->arena, past->count, sizeof(*intervals));
	if (intervals == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < past->count; i++) {
		const struct store_interval *from = &past->intervals[i];
		intervals[i] = (struct change_interval){
			.first_s = from->first_s,
			.last_s = from->last_s,
			.first_run = from->first_run,
			.last_run = from->last_run,
			.state = from->state,
			.state_size = from->state_size,
		};
	}
	const struct change_source source = {past->domain, intervals, past->count};
	return change_past_new(&changes->arena, &source, ret_past, changes->complaint);
}

struct change_settings changes_settings(const struct changes *changes,
					const struct store_past *past)
{
	assert(past->count > 0);
	return (struct change_settings){
		.signals = changes->signals,
		.suffixes = changes->suffixes,
		.is_high_value = changes->high_value != NULL &&
				 high_value_has(changes->high_value, past->domain),
		.now_s = past->intervals[past->count - 1].last_s,
		.count_domains = changes->counts != NULL ? count_domains : NULL,
		.count_context = changes->counts,
	};
}

/* What the runs asked for brought to light: a change, or that an earlier one was undone. */
bool changes_is_news(const struct changes *changes, const struct change *change)
{
	return change->after_run >= changes->since || change->undone_run >= changes->since;
}

/* Changes before it cannot be undone by what is new. */
static size_t first_of_interest(const struct changes *changes, const struct store_past *past)
{
	size_t first = past->count;
	while (first > 0 && past->intervals[first - 1].first_run >= changes->since)
		first--;
	int64_t from_s = INT64_MAX;
	if (first < past->count)
		from_s = past->intervals[first].first_s - CHANGE_UNDONE_WITHIN_S;
	if (changes->also_from_s != 0 && changes->also_from_s < from_s)
		from_s = changes->also_from_s;
	while (first > 0 && past->intervals[first - 1].first_s >= from_s)
		first--;
	return first;
}

static bool is_of_interest(const struct changes *changes, const struct change *change)
{
	return changes_is_news(changes, change) ||
	       (changes->also_from_s != 0 && change->after_s >= changes->also_from_s);
}

static bool is_wanted(const struct found_change *wanted, const struct store_interval *interval)
{
	return wanted == NULL ||
	       (interval->first_run == wanted->after_run && interval->first_s == wanted->after_s);
}

static void note_looked(const struct store_past *past, const struct change_past *read,
			struct changes_judged *judged)
{
	size_t at = past->count;
	while (at > 0 && !change_is_measured(read, at - 1))
		at--;
	if (at == 0)
		return;
	judged->looked_run = past->intervals[at - 1].last_run;
	judged->looked_s = past->intervals[at - 1].last_s;
}

/* As much as fits into the arena, or ERR_MEMORY. */
static int judge_part(struct changes *changes, const struct changes_query *query,
		      const struct store_past *part, struct changes_judged *ret_judged)
{
	struct changes_judged judged = {.count = 0};
	struct change_past *read = NULL;
	assert(part->count > 0);
	int error = changes_read_past(changes, part, &read);
	if (error != OK)
		return error;
	note_looked(part, read, &judged);
	const struct change **items =
		arena_take_array(&changes->arena, part->count, sizeof(*items));
	if (items == NULL)
		return ERR_MEMORY;
	const struct change_settings settings = changes_settings(changes, part);
	for (size_t i = query->wanted != NULL ? 0 : first_of_interest(changes, part);
	     i < part->count; i++) {
		if (!is_wanted(query->wanted, &part->intervals[i]))
			continue;
		struct change *change = arena_take(&changes->arena, sizeof(*change));
		if (change == NULL)
			return ERR_MEMORY;
		error = change_judge(read, i, &settings, change);
		if (error == ERR_NOT_FOUND)
			continue;
		if (error != OK)
			return error;
		if (query->wanted != NULL || is_of_interest(changes, change))
			items[judged.count++] = change;
	}
	judged.items = items;
	*ret_judged = judged;
	return OK;
}

bool changes_halve(struct store_past *part)
{
	const size_t older = part->count / 2;
	if (part->count <= 2)
		return false;
	part->intervals += older;
	part->count -= older;
	return true;
}

void changes_note_part(struct changes *changes, const struct store_past *past, size_t count)
{
	char domain[NAME_TEXT_MAX];
	assert(0 < count && count < past->count);
	changes->complaint->text[0] = '\0';
	command_note(changes->options,
		     "'%s': its states are so large that only the newest %zu of %zu were looked at",
		     name_to_text(past->domain, domain), count, past->count);
}

int changes_judge(struct changes *changes, const struct changes_query *query,
		  struct changes_judged *ret_judged)
{
	struct store_past part = *query->past;
	char domain[NAME_TEXT_MAX];
	int error = judge_part(changes, query, &part, ret_judged);
	/* States of somebody who wants it so are larger read than stored. Others' are judged still.
	 */
	while (error == ERR_MEMORY && changes_halve(&part))
		error = judge_part(changes, query, &part, ret_judged);
	if (error != OK && error != ERR_MEMORY)
		return error;
	if (error == OK) {
		if (part.count < query->past->count)
			changes_note_part(changes, query->past, part.count);
		return OK;
	}
	changes->complaint->text[0] = '\0';
	command_note(changes->options, "'%s' was left out: its states are too large to be judged",
		     name_to_text(query->past->domain, domain));
	*ret_judged = (struct changes_judged){.is_left_out = true};
	return OK;
}

static int find_in(void *context, const struct store_past *past)
{
	struct changes *changes = context;
	const struct changes_query query = {.past = past};
	struct changes_judged judged;
	int error = changes_judge(changes, &query, &judged);
	for (size_t i = 0; error == OK && i < judged.count; i++) {
		changes->seen++;
		if (judged.items[i]->score < changes->least)
			changes->below++;
		else
			error = remember(changes, past->domain, judged.items[i]);
	}
	return error;
}

struct taking {
	struct changes *changes;
	take_change *take;
};

static int take_news(void *context, const struct store_past *past)
{
	const struct taking *taking = context;
	struct changes *changes = taking->changes;
	const struct changes_query query = {.past = past};
	struct changes_judged judged;
	int error = changes_judge(changes, &query, &judged);
	if (error == OK) {
		changes->looked_run = judged.looked_run;
		changes->looked_s = judged.looked_s;
	}
	for (size_t i = 0; error == OK && i < judged.count; i++) {
		error = taking->take(changes, judged.items[i]);
		changes->seen += error == OK;
	}
	return error;
}

int changes_of(struct changes *changes, const uint8_t *domain, take_change *take)
{
	struct taking taking = {changes, take};
	assert(changes->store != NULL && changes->since > 0);
	return store_past_of(changes->store, domain, take_news, &taking, changes->complaint);
}

int changes_find(struct changes *changes)
{
	return store_changed(changes->store, changes->since, find_in, changes, changes->complaint);
}

/* --- telling -----------------------------------------------------------------------------------
 */

static int by_score(const void *left, const void *right)
{
	return is_lower(left, right) ? 1 : -1;
}

struct telling {
	struct changes *changes;
	take_change *take;
};

static int tell_one(void *context, const struct store_past *past)
{
	const struct telling *telling = context;
	const struct changes_query query = {past, telling->changes->wanted};
	struct changes_judged judged;
	int error = changes_judge(telling->changes, &query, &judged);
	if (error != OK)
		return error;
	assert(judged.count <= 1);
	if (judged.count > 0)
		return telling->take(telling->changes, judged.items[0]);
	return judged.is_left_out ? OK : ERR_DAMAGED;
}

int changes_tell(struct changes *changes, take_change *take)
{
	struct telling telling = {.changes = changes, .take = take};
	int error = OK;
	if (changes->count > 1)
		qsort(changes->found, changes->count, sizeof(*changes->found), by_score);
	for (size_t i = 0; error == OK && i < changes->count; i++) {
		changes->wanted = &changes->found[i];
		error = store_past_of(changes->store, changes->found[i].domain, tell_one, &telling,
				      changes->complaint);
	}
	return error;
}
