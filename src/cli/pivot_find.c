/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which domains used it, and in which order they are told. */
#include "base/memory.h"
#include "cli/pivot_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

/* Between two looks at the clock for the progress line. */
#define PROGRESS_EVERY 1024u
#define TOO_LARGE "its states are too large"

/* --- the newest uses ---------------------------------------------------------------------------
 */

/* Is `left` told after `right`? Of those that began at one time the one found first comes first. */
static bool is_later_told(const struct pivot_found *left, const struct pivot_found *right)
{
	return left->first_s != right->first_s ? left->first_s < right->first_s
					       : left->order > right->order;
}

static void swap(struct pivot_found *left, struct pivot_found *right)
{
	const struct pivot_found one = *left;
	*left = *right;
	*right = one;
}

static void sink(struct pivot *pivot)
{
	struct pivot_found *heap = pivot->found;
	size_t at = 0;
	for (;;) {
		size_t lowest = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
			if (child < pivot->count && is_later_told(&heap[child], &heap[lowest]))
				lowest = child;
		}
		if (lowest == at)
			return;
		swap(&heap[at], &heap[lowest]);
		at = lowest;
	}
}

static void rise(struct pivot *pivot)
{
	struct pivot_found *heap = pivot->found;
	size_t at = pivot->count - 1;
	while (at > 0 && is_later_told(&heap[at], &heap[(at - 1) / 2])) {
		swap(&heap[at], &heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static int make_room(struct pivot *pivot)
{
	if (pivot->count < pivot->room)
		return OK;
	const size_t room = pivot->room == 0 ? 64 : 2 * pivot->room;
	struct pivot_found *larger = memory_resize(pivot->found, room * sizeof(*pivot->found));
	if (larger == NULL)
		return ERR_MEMORY;
	pivot->found = larger;
	pivot->room = room;
	return OK;
}

static int remember(struct pivot *pivot, const uint8_t *domain, int64_t first_s)
{
	struct pivot_found found = {.first_s = first_s, .order = pivot->looked};
	assert(pivot->most > 0 && pivot->count <= pivot->most);
	const bool is_full = pivot->count == pivot->most;
	if (is_full) {
		pivot->left_out++;
		if (!is_later_told(&pivot->found[0], &found))
			return OK;
	} else if (make_room(pivot) != OK) {
		return ERR_MEMORY;
	}
	found.domain = memory_take(name_size(domain));
	if (found.domain == NULL)
		return ERR_MEMORY;
	(void)name_copy(found.domain, domain);
	if (is_full) {
		memory_give(pivot->found[0].domain);
		pivot->found[0] = found;
		sink(pivot);
		return OK;
	}
	pivot->found[pivot->count++] = found;
	rise(pivot);
	return OK;
}

void pivot_release_found(struct pivot *pivot)
{
	for (size_t i = 0; i < pivot->count; i++)
		memory_give(pivot->found[i].domain);
	memory_give(pivot->found);
	pivot->found = NULL;
	pivot->count = 0;
}

/* --- looking -----------------------------------------------------------------------------------
 */

static void show_progress(struct pivot *pivot)
{
	struct timespec now;
	char left[TIME_TEXT_MAX];
	if (!pivot->has_progress || pivot->looked % PROGRESS_EVERY != 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	const double used_s = (double)(now.tv_sec - pivot->started.tv_sec) +
			      (double)(now.tv_nsec - pivot->started.tv_nsec) / 1e9;
	const uint64_t rest = pivot->total > pivot->looked ? pivot->total - pivot->looked : 0;
	duration_to_text((uint64_t)(used_s * (double)rest / (double)pivot->looked), left);
	fprintf(pivot->options->err, "\r%llu of %llu domains, %.0f/s, %s left\033[K",
		(unsigned long long)pivot->looked, (unsigned long long)pivot->total,
		used_s > 0 ? (double)pivot->looked / used_s : 0, left);
	fflush(pivot->options->err);
}

static bool is_still(const struct use *use)
{
	return use->whole.gone_s == 0;
}

/* One domain does not end the work on all others. */
static int leave_out(struct pivot *pivot, const struct store_past *past, const char *why)
{
	char text[NAME_TEXT_MAX];
	pivot->complaint->text[0] = '\0';
	command_note(pivot->options, "'%s' was left out: %s", name_to_text(past->domain, text),
		     why);
	return OK;
}

static int look_at(void *context, const struct store_past *past)
{
	struct pivot *pivot = context;
	struct change_past *read = NULL;
	struct use use;
	int error = changes_read_past(&pivot->changes, past, &read);
	pivot->looked++;
	/* States of somebody who wants it so are larger read than stored. */
	if (error == ERR_MEMORY)
		return leave_out(pivot, past, TOO_LARGE);
	if (error != OK)
		return error;
	show_progress(pivot);
	if (!change_past_uses(read, &pivot->query, &use) || use.whole.last_s < pivot->since_s)
		return OK;
	pivot->used++;
	pivot->still += is_still(&use);
	return remember(pivot, past->domain, use.whole.first_s);
}

int pivot_find(struct pivot *pivot)
{
	struct store *store = pivot->changes.store;
	int error = store_domain_count(store, &pivot->total, pivot->complaint);
	pivot->has_progress = !options_quiet(pivot->options) && isatty(fileno(pivot->options->err));
	clock_gettime(CLOCK_MONOTONIC, &pivot->started);
	if (error == OK)
		error = store_pasts(store, look_at, pivot, pivot->complaint);
	if (pivot->has_progress)
		fputs("\r\033[K", pivot->options->err);
	return error;
}

/* --- telling -----------------------------------------------------------------------------------
 */

static int by_time(const void *left, const void *right)
{
	return is_later_told(left, right) ? 1 : -1;
}

struct pivot_telling {
	struct pivot *pivot;
	pivot_take *take;
};

/* The change at the beginning of an interval; NULL: there is none. */
static int judge_at(struct pivot *pivot, const struct change_past *read, size_t index,
		    const struct change_settings *settings, const struct change **ret_change)
{
	struct change *change = arena_take(&pivot->changes.arena, sizeof(*change));
	if (change == NULL)
		return ERR_MEMORY;
	const int error = change_judge(read, index, settings, change);
	if (error == OK)
		*ret_change = change;
	return error == ERR_NOT_FOUND ? OK : error;
}

static int judge_changes(struct pivot *pivot, const struct store_past *past,
			 const struct change_past *read, struct pivot_domain *domain)
{
	const struct change_settings settings = changes_settings(&pivot->changes, past);
	size_t newest = past->count - 1;
	int error = OK;
	while (newest > 0 && !change_is_at(read, newest))
		newest--;
	for (size_t i = 1; error == OK && i < past->count; i++) {
		if (domain->began == NULL && i != newest &&
		    past->intervals[i].first_s == domain->use.whole.first_s)
			error = judge_at(pivot, read, i, &settings, &domain->began);
	}
	if (error == OK && newest > 0)
		error = judge_at(pivot, read, newest, &settings, &domain->newest);
	if (domain->newest != NULL && domain->newest->after_s == domain->use.whole.first_s) {
		domain->began = domain->newest;
		domain->newest = NULL;
	}
	return error;
}

static int tell_one(void *context, const struct store_past *past)
{
	const struct pivot_telling *telling = context;
	struct pivot *pivot = telling->pivot;
	struct pivot_domain domain = {.domain = past->domain};
	struct change_past *read = NULL;
	int error = changes_read_past(&pivot->changes, past, &read);
	/* A scan that goes on may have added to it, and of very many looks the newest are read. */
	if (error == OK && !change_past_uses(read, &pivot->query, &domain.use))
		return leave_out(pivot, past,
				 "looks of a scan that goes on came in between, and those that "
				 "saw it are no more among the newest; dsfi history tells them");
	if (error == OK)
		error = judge_changes(pivot, past, read, &domain);
	if (error == ERR_MEMORY)
		return leave_out(pivot, past, TOO_LARGE);
	return error == OK ? telling->take(pivot, &domain) : error;
}

int pivot_tell(struct pivot *pivot, pivot_take *take)
{
	struct pivot_telling telling = {.pivot = pivot, .take = take};
	int error = OK;
	if (pivot->count > 1)
		qsort(pivot->found, pivot->count, sizeof(*pivot->found), by_time);
	for (size_t i = 0; error == OK && i < pivot->count; i++)
		error = store_past_of(pivot->changes.store, pivot->found[i].domain, tell_one,
				      &telling, pivot->complaint);
	return error;
}
