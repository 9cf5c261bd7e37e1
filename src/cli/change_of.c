/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/change_of.h"

#include "judge/change/choose.h"

#include <assert.h>
#include <string.h>

/* Of what is listed to choose from: more does nobody read; `dsfi changes` has them all. */
#define LISTED_MAX 12u

struct search {
	struct changes *changes;
	const struct change_wanted *wanted;
	const struct store_past *past; /* during the call of the store */
	const struct store_past *whole;
	bool is_part; /* older looks did not fit */
	struct change_past *read;
	struct change_at *list;
	size_t count;
	struct change_found *found;
	bool is_there;
};

static int no_memory(const struct search *search)
{
	return complain(search->changes->complaint, ERR_MEMORY, "out of memory");
}

/* All of them, in order of time. */
static int judge_all(struct search *search)
{
	struct arena *arena = &search->changes->arena;
	const struct change_settings settings = changes_settings(search->changes, search->past);
	search->list = arena_take_array(arena, search->past->count, sizeof(*search->list));
	if (search->list == NULL)
		return no_memory(search);
	for (size_t i = 0; i < search->past->count; i++) {
		struct change_at *at = &search->list[search->count];
		const int error = change_judge(search->read, i, &settings, &at->change);
		if (error == ERR_NOT_FOUND)
			continue;
		if (error != OK)
			return error;
		at->index = i;
		search->count++;
	}
	return OK;
}

/* ---- which ---- */

/* "@12 (93)" of each, for those who see no notes. */
struct listing {
	const struct search *search;
	char runs[LISTED_MAX * 40];
	size_t length;
};

static void list_one(struct listing *listing, size_t at)
{
	const struct search *search = listing->search;
	const struct change *change = &search->list[at].change;
	const size_t room = sizeof(listing->runs) - listing->length;
	command_note(search->changes->options, "  %s@%lld  %u  %s", search->wanted->name,
		     (long long)change->after_run, change->score,
		     change->sentence_count > 0 ? change->sentences[0] : "changed");
	const int length = snprintf(listing->runs + listing->length, room, "%s@%lld (%u)",
				    listing->length > 0 ? ", " : "", (long long)change->after_run,
				    change->score);
	assert(length > 0 && (size_t)length < room);
	listing->length += (size_t)length;
}

/* Those within the time that is looked at, the newest of them if there are many, and before them
 * what else matters. */
static void list(struct listing *listing, const struct change_chosen *chosen)
{
	const size_t count = listing->search->count;
	size_t first = chosen->first;
	assert(count > 0 && first < count);
	if (count - first > LISTED_MAX - 2)
		first = count - (LISTED_MAX - 2);
	if (chosen->choice == CHOICE_EARLIER && chosen->earlier < first)
		list_one(listing, chosen->earlier);
	if (chosen->choice != CHOICE_NONE && chosen->at < first)
		list_one(listing, chosen->at);
	for (size_t i = first; i < count; i++)
		list_one(listing, i);
}

static int refuse(const struct search *search, const struct change_chosen *chosen)
{
	static const char *const reasons[] = {
		[CHOICE_ONE] = "",
		[CHOICE_NONE] = "the newest only brought back what had been before",
		[CHOICE_ALIKE] = "several have the same score",
		[CHOICE_EARLIER] = ("what was before the one with the highest score may be wrong "
				    "already, since an earlier change still stood then"),
	};
	struct listing listing = {.search = search};
	const char *name = search->wanted->name;
	const char *reason = search->is_part ? "its states are so large that older changes were "
					       "not looked at"
					     : reasons[chosen->choice];
	assert(chosen->choice != CHOICE_ONE || search->is_part);
	command_note(search->changes->options,
		     "the newest changes of %s, with the run that saw each, and its score:", name);
	list(&listing, chosen);
	return complain(search->changes->complaint, ERR_ARGUMENT,
			"which change of '%s' is meant? %s; name it by its run, of which there are "
			"%s: what was before it becomes the test",
			name, reason, listing.runs);
}

static int choose(const struct search *search, size_t *ret_at)
{
	const struct change_chosen chosen =
		change_choose(search->read, search->list, search->count);
	if (chosen.choice != CHOICE_ONE || search->is_part)
		return refuse(search, &chosen);
	assert(chosen.at < search->count);
	if (search->count - chosen.first > 1) {
		struct listing listing = {.search = search};
		command_note(search->changes->options,
			     "of these changes of %s, with the run that saw each, and its score, "
			     "%s@%lld is taken:",
			     search->wanted->name, search->wanted->name,
			     (long long)search->list[chosen.at].change.after_run);
		list(&listing, &chosen);
	}
	*ret_at = chosen.at;
	return OK;
}

static bool is_of_run(const struct search *search, size_t *ret_at)
{
	for (size_t i = search->count; i-- > 0;) {
		if (search->list[i].change.after_run != search->wanted->run)
			continue;
		*ret_at = i;
		return true;
	}
	return false;
}

/* ---- what is taken of it ---- */

static int copy(const struct search *search, const struct store_interval *interval,
		const uint8_t **ret_state, size_t *ret_size)
{
	uint8_t *state = arena_copy(&search->changes->arena, interval->state, interval->state_size);
	if (state == NULL)
		return no_memory(search);
	*ret_state = state;
	*ret_size = interval->state_size;
	return OK;
}

/* What the store gives lives only during its call. */
static int take(struct search *search, size_t at)
{
	struct change_found *found = search->found;
	const size_t index = search->list[at].index;
	size_t before = index;
	found->change = search->list[at].change;
	/* Nights that measured nothing may lie between. */
	do {
		assert(before > 0);
		before--;
	} while (before > 0 &&
		 search->past->intervals[before].last_run != found->change.before_run);
	search->is_there = true;
	int error =
		copy(search, &search->past->intervals[before], &found->before, &found->before_size);
	if (error == OK)
		error = copy(search, &search->past->intervals[index], &found->after,
			     &found->after_size);
	return error == OK ? change_past_came(search->read, index, &found->came) : error;
}

/* ERR_MEMORY: it does not fit. */
static int find_in_part(struct search *search, const struct store_past *part)
{
	size_t at = 0;
	assert(part->count > 0);
	search->past = part;
	search->is_part = part->count < search->whole->count;
	search->count = 0;
	search->is_there = false;
	int error = changes_read_past(search->changes, part, &search->read);
	if (error == OK)
		error = judge_all(search);
	if (error == OK && search->is_part)
		changes_note_part(search->changes, search->whole, part->count);
	if (error != OK || search->count == 0)
		return error;
	if (search->wanted->run != 0)
		return is_of_run(search, &at) ? take(search, at) : OK;
	error = choose(search, &at);
	return error == OK ? take(search, at) : error;
}

static int not_found(const struct search *search)
{
	const char *name = search->wanted->name;
	struct complaint *complaint = search->changes->complaint;
	if (search->is_part)
		return complain(
			complaint, ERR_LIMIT,
			"the states of '%s' are so large that only the newest %zu looks were "
			"looked at, and the change is not among them; say it in words "
			"(--sentence, with --test or --no-test)",
			name, search->past->count);
	if (search->wanted->run != 0)
		return complain(complaint, ERR_NOT_FOUND, "run %lld saw no change of '%s'",
				(long long)search->wanted->run, name);
	return complain(complaint, ERR_NOT_FOUND, "the store has seen no change of '%s'", name);
}

int change_find_in(struct changes *changes, const struct change_wanted *wanted,
		   const struct store_past *past, struct change_found *ret_found)
{
	struct search search = {
		.changes = changes, .wanted = wanted, .whole = past, .found = ret_found};
	struct store_past part = *past;
	int error = find_in_part(&search, &part);
	while (error == ERR_MEMORY && changes_halve(&part))
		error = find_in_part(&search, &part);
	if (error == ERR_MEMORY)
		return complain(
			changes->complaint, ERR_LIMIT,
			"the states of '%s' are too large to be judged; say in words what is "
			"the matter (--sentence, with --test or --no-test)",
			wanted->name);
	return error == OK && !search.is_there ? not_found(&search) : error;
}

struct asking {
	struct changes *changes;
	const struct change_wanted *wanted;
	struct change_found *found;
};

static int take_past(void *context, const struct store_past *past)
{
	const struct asking *asking = context;
	return change_find_in(asking->changes, asking->wanted, past, asking->found);
}

int change_find(struct changes *changes, const struct change_wanted *wanted,
		struct change_found *ret_found)
{
	struct asking asking = {changes, wanted, ret_found};
	assert(changes->store != NULL && changes->signals != NULL && changes->suffixes != NULL);
	return store_past_of(changes->store, wanted->domain, take_past, &asking,
			     changes->complaint);
}
