/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/study/study.h"

#include "base/memory.h"
#include "judge/adopt/adopt.h"
#include "judge/check/check.h"
#include "tell/study/study_private.h"

#include <assert.h>
#include <string.h>

/* Names of a million pairs, and words. */
#define STUDY_OCTETS_MAX ((size_t)1 << 30)
#define PRACTICE_NAMES_MAX 64u

/* ---- what is studied ---- */

static int find_subject(struct study *study, struct complaint *complaint)
{
	const char *words = study->settings.subject;
	const char *names[PRACTICE_NAMES_MAX];
	size_t count = 0;
	const struct good_practice *all = good_practice_all(&count);
	const struct check *check = check_by_code(words);
	study->practice = good_practice_by_name(words);
	if (study->practice != NULL) {
		study->title = study->practice->title;
		return OK;
	}
	if (check != NULL) {
		study->code = check->code;
		study->title = check->title;
		return OK;
	}
	assert(count <= PRACTICE_NAMES_MAX);
	for (size_t i = 0; i < count; i++)
		names[i] = all[i].name;
	const char *closest = text_closest(words, names, count);
	if (closest == NULL)
		closest = check_closest(words);
	return complain(complaint, ERR_NOT_FOUND,
			closest != NULL ? "no practice and no check is called '%s'; did you mean "
					  "'%s'?"
					: "no practice and no check is called '%s'; "
					  "catalog/adoption and 'dsfi explain' name them",
			words, closest);
}

/* ---- between which runs ---- */

static int take_run(void *context, const struct store_run *run)
{
	struct study *study = context;
	if (study->run_count == study->run_room) {
		const uint32_t room = study->run_room == 0 ? 64 : study->run_room * 2;
		if (study->run_room >= STUDY_RUNS_MAX)
			return ERR_LIMIT;
		void *bigger = memory_resize(study->runs, room * sizeof(*study->runs));
		if (bigger == NULL)
			return ERR_MEMORY;
		study->runs = bigger;
		study->run_room = room;
	}
	study->runs[study->run_count++] = (struct study_run){.run = *run};
	return OK;
}

/* One that was interrupted was over when the next began. */
static void set_ends(struct study *study)
{
	assert(study->run_count <= study->run_room);
	for (uint32_t i = 0; i < study->run_count; i++) {
		struct study_run *run = &study->runs[i];
		const bool is_last = i + 1 == study->run_count;
		run->end_s = run->run.finished_s != 0 ? run->run.finished_s
			     : is_last                ? INT64_MAX
						      : study->runs[i + 1].run.started_s;
	}
}

static int find_run(const struct study *study, int64_t id, const struct study_run **ret_run,
		    struct complaint *complaint)
{
	for (uint32_t i = 0; i < study->run_count; i++) {
		if (study->runs[i].run.id == id) {
			*ret_run = &study->runs[i];
			return OK;
		}
	}
	if (study->run_count == 0)
		return complain(complaint, ERR_NOT_FOUND, "the store holds no run");
	return complain(complaint, ERR_NOT_FOUND, "the store has no run %lld; its newest is %lld",
			(long long)id, (long long)study->runs[study->run_count - 1].run.id);
}

/* The first, or the last, that saw anything and kept what domains made of good practice. */
static const struct study_run *outermost(const struct study *study, int64_t kept_from, bool is_last)
{
	const struct study_run *found = NULL;
	for (uint32_t i = 0; i < study->run_count; i++) {
		const struct study_run *run = &study->runs[i];
		if (run->run.id >= kept_from && run->run.done > 0 && (found == NULL || is_last))
			found = run;
	}
	return found;
}

static int find_runs(struct store *store, struct study *study, struct complaint *complaint)
{
	const struct study_settings *settings = &study->settings;
	int64_t kept_from = 0;
	int error = store_runs(store, take_run, study, complaint);
	if (error == OK)
		error = store_adoption_from(store, &kept_from, complaint);
	if (error != OK)
		return error;
	set_ends(study);
	study->from = outermost(study, kept_from, false);
	study->to = outermost(study, kept_from, true);
	if (settings->from != 0)
		error = find_run(study, settings->from, &study->from, complaint);
	if (error == OK && settings->to != 0)
		error = find_run(study, settings->to, &study->to, complaint);
	if (error != OK)
		return error;
	if (study->from != NULL && study->from->run.id < kept_from)
		return complain(complaint, ERR_NOT_FOUND,
				"run %lld kept nothing of adoption; the first that did is %lld",
				(long long)study->from->run.id, (long long)kept_from);
	if (study->from != NULL && study->to != NULL && study->from >= study->to &&
	    (settings->from != 0 || settings->to != 0))
		return complain(complaint, ERR_ARGUMENT,
				"run %lld is not before run %lld: a study compares an earlier run "
				"with a later one",
				(long long)study->from->run.id, (long long)study->to->run.id);
	return OK;
}

/* ---- who, and what became of them ---- */

struct whole {
	struct study_subjects adopters, controls;
	struct study_pair *pairs;
	struct study_case *cases;
	struct study_look *looks;
	uint32_t count;
};

static void whole_release(struct whole *whole)
{
	memory_give(whole->adopters.each);
	memory_give(whole->controls.each);
	memory_give(whole->pairs);
	memory_give(whole->cases);
	memory_give(whole->looks);
}

static int match(struct study *study, struct whole *whole)
{
	study_draw(&whole->adopters, study->settings.domains);
	study->drawn = whole->adopters.count;
	whole->pairs = memory_take_zeroed((size_t)study->drawn + 1, sizeof(*whole->pairs));
	if (whole->pairs == NULL)
		return ERR_MEMORY;
	const int error =
		study_match(&whole->adopters, &whole->controls, whole->pairs, &whole->count);
	if (error != OK)
		return error;
	assert(whole->count <= study->drawn);
	study->matched = whole->count;
	for (uint32_t i = 0; i < whole->count; i++)
		study->by_level[whole->pairs[i].level]++;
	return OK;
}

static int look(struct store *store, struct study *study, struct whole *whole,
		struct complaint *complaint)
{
	const size_t count = whole->count;
	assert(count > 0 && count <= STUDY_DOMAINS_MAX);
	whole->cases = memory_take_zeroed(count, sizeof(*whole->cases));
	whole->looks = memory_take_zeroed(count * STUDY_SIDES, sizeof(*whole->looks));
	if (whole->cases == NULL || whole->looks == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct study_pair *pair = &whole->pairs[i];
		const int64_t domains[STUDY_SIDES] = {
			whole->adopters.each[pair->adopter].domain,
			whole->controls.each[pair->control].domain,
		};
		for (size_t side = 0; side < STUDY_SIDES; side++)
			whole->looks[i * STUDY_SIDES + side] = (struct study_look){
				.domain = domains[side], .member = &whole->cases[i].members[side]};
	}
	return study_look(store, study, whole->looks, (uint32_t)(count * STUDY_SIDES), complaint);
}

static int conclude(struct study *study, const struct whole *whole)
{
	int error = OK;
	assert(whole->cases != NULL && whole->count >= STUDY_PAIRS_LEAST);
	for (unsigned i = 0; error == OK && i < STUDY_OUTCOME_COUNT; i++)
		error = study_effect(whole->cases, whole->count, (enum study_outcome)i,
				     &study->effects[i]);
	for (unsigned i = 0; error == OK && i < STUDY_SIDES; i++)
		error = study_recovery(whole->cases, whole->count, (enum study_side)i,
				       &study->recoveries[i]);
	return error;
}

static int make(struct store *store, struct study *study, struct complaint *complaint)
{
	struct whole whole = {0};
	int error = find_subject(study, complaint);
	if (error == OK)
		error = find_runs(store, study, complaint);
	if (error != OK)
		return error;
	if (study->from == NULL || study->to == NULL || study->from >= study->to) {
		study->end = STUDY_NO_SECOND_RUN;
		return OK;
	}
	error = study_choose(store, study, &whole.adopters, &whole.controls, complaint);
	if (error == OK)
		error = match(study, &whole);
	if (error == OK)
		study->end = study->adopters == 0                 ? STUDY_NOBODY_ADOPTED
			     : study->controls == 0               ? STUDY_NOBODY_ELSE
			     : study->matched == 0                ? STUDY_NO_MATCH
			     : study->matched < STUDY_PAIRS_LEAST ? STUDY_TOO_FEW
								  : STUDY_CONCLUDED;
	if (error == OK && study->end == STUDY_CONCLUDED)
		error = look(store, study, &whole, complaint);
	if (error == OK && study->end == STUDY_CONCLUDED)
		error = conclude(study, &whole);
	whole_release(&whole);
	return error;
}

int study_new(struct store *store, const struct study_settings *settings, struct study **ret_study,
	      struct complaint *complaint)
{
	struct study *study = memory_take_zeroed(1, sizeof(*study));
	assert(settings->subject != NULL && settings->operators != NULL && settings->domains > 0);
	if (study == NULL)
		return ERR_MEMORY;
	study->settings = *settings;
	arena_init(&study->arena, STUDY_OCTETS_MAX, 0);
	const int error = make(store, study, complaint);
	if (error != OK) {
		study_free(study);
		return error;
	}
	*ret_study = study;
	return OK;
}

void study_free(struct study *study)
{
	if (study == NULL)
		return;
	arena_release(&study->arena);
	memory_give(study->runs);
	memory_give(study);
}

enum study_end study_end(const struct study *study)
{
	assert(study->end <= STUDY_TOO_FEW);
	return study->end;
}
