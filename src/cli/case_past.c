/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/case_past.h"

#include "base/memory.h"
#include "cli/case_checks.h"

#include <assert.h>
#include <string.h>

/* One look and what checks find in it; far more than any needs. */
#define LOOK_ARENA_MAX ((size_t)1 << 30)

/* A look of the past; the arena is its own. */
struct looking_back {
	const struct case_past *asked;
	struct complaint *complaint;
	struct arena arena;
	int64_t runs[STORE_PAST_INTERVALS_MAX];
	size_t run_count;
	bool has_failed;
};

/* Other states that lasted until after what is claimed began, the newest first. */
static int take_intervals(void *context, const struct store_past *past)
{
	struct looking_back *back = context;
	const int64_t since_s = back->asked->since_s;
	assert(past->count > 0 && since_s > 0);
	for (size_t i = past->count - 1; i > 0 && back->run_count < STORE_PAST_INTERVALS_MAX; i--) {
		const struct store_interval *interval = &past->intervals[i - 1];
		/* Of one second both may be: what was so then had begun by then. */
		if (past->intervals[i].first_s <= since_s || interval->last_s < since_s)
			break;
		back->runs[back->run_count++] = interval->last_run;
	}
	return OK;
}

static int take_past_look(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	struct looking_back *back = context;
	struct observation observation;
	struct predicate_verdict verdict;
	assert(domain != NULL && size > 0);
	arena_reset(&back->arena);
	int error = observation_decode(&back->arena, encoded, size, &observation, back->complaint);
	if (error != OK)
		return complain_more(back->complaint, error, "an observation that the store holds");
	struct predicate_look look = {.observation = &observation};
	error = case_checks_judge(&back->arena, back->asked->predicate, &look);
	if (error == OK)
		error = predicate_evaluate(&back->arena, back->asked->predicate, &look, 1,
					   &verdict);
	if (error == OK)
		back->has_failed |= verdict.result == CASE_FAILED;
	return error;
}

static bool is_named(const struct predicate *predicate, const struct finding *finding)
{
	struct name name, other;
	for (size_t i = 0; i < predicate->count; i++) {
		const struct predicate_term *term = &predicate->terms[i];
		if (term->kind == PREDICATE_NOT_FOUND &&
		    strcmp(term->items[0], finding->code) == 0 &&
		    name_from_text(term->name, &name, NULL) == OK &&
		    name_from_text(finding->domain, &other, NULL) == OK &&
		    name_equal(name.octets, other.octets))
			return true;
	}
	return false;
}

/* A finding that the test names, seen since: states that are the same may differ in it. */
static int take_finding(void *context, const struct store_finding *found)
{
	struct looking_back *back = context;
	assert(found->finding.code != NULL && found->first_s <= found->last_s);
	if (found->last_s >= back->asked->since_s)
		back->has_failed |= is_named(back->asked->predicate, &found->finding);
	return OK;
}

static int look_at(struct looking_back *back, const uint8_t *domain)
{
	struct store *store = back->asked->store;
	const struct store_filter filter = {.domain = domain, .include_closed = true};
	back->run_count = 0;
	int error = store_past_of(store, domain, take_intervals, back, back->complaint);
	for (size_t i = 0; i < back->run_count && error == OK && !back->has_failed; i++)
		error = store_look(store, &(struct store_one){domain, back->runs[i]},
				   take_past_look, back, back->complaint);
	if (error == OK)
		error = store_findings(store, &filter, take_finding, back, back->complaint);
	return error == ERR_NOT_FOUND ? OK : error;
}

int case_past_look(const struct case_past *past, bool *ret_has_failed, struct complaint *complaint)
{
	struct looking_back *back = memory_take_zeroed(1, sizeof(*back));
	int error = OK;
	assert(past->since_s > 0 && past->domain_count > 0);
	if (back == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	back->asked = past;
	back->complaint = complaint;
	arena_init(&back->arena, LOOK_ARENA_MAX, (size_t)64 << 10);
	for (size_t i = 0; i < past->domain_count && error == OK; i++)
		error = look_at(back, past->domains[i].octets);
	if (error == OK)
		*ret_has_failed = back->has_failed;
	arena_release(&back->arena);
	memory_give(back);
	return error;
}
