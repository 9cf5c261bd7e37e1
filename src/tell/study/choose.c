/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adopters and controls of the store: one pass over what is kept of adoption, in order of domain,
 * and one over the names. A domain that one of the two runs did not see, or of which it could not
 * be measured, is neither.
 */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "judge/adopt/adopt.h"
#include "tell/study/study_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Who had the finding that is studied, and when; in order of domain. */
struct bearer {
	int64_t domain;
	bool before, after;
};

struct choosing {
	const struct study *study;
	struct store_seen *seen_from, *seen_to;
	struct study_servers *servers;
	struct bearer *bearers;
	uint32_t bearer_count, bearer_room, bearer_at;
	/* The domain at hand: its rows that are valid in either run. */
	int64_t domain;
	bool has_from, has_to;
	struct store_adoption from, to;
	struct study_subjects *adopters, *controls;
	uint64_t broken;
};

static int add_subject(struct study_subjects *subjects, const struct study_subject *subject)
{
	assert(subjects->count == 0 ||
	       subjects->each[subjects->count - 1].domain < subject->domain);
	if (subjects->count == subjects->room) {
		const uint32_t room = subjects->room == 0 ? 1024 : subjects->room * 2;
		if (subjects->room >= STUDY_SUBJECTS_MAX)
			return ERR_LIMIT;
		void *bigger = memory_resize(subjects->each, room * sizeof(*subject));
		if (bigger == NULL)
			return ERR_MEMORY;
		subjects->each = bigger;
		subjects->room = room;
	}
	subjects->each[subjects->count++] = *subject;
	return OK;
}

/* ---- one domain ---- */

static enum adoption_state state_of(const struct choosing *choosing,
				    const struct store_adoption *row)
{
	return adoption_get(&row->states, choosing->study->practice->number);
}

enum choice { CHOICE_NEITHER, CHOICE_ADOPTER, CHOICE_CONTROL };

/* A practice: absent then, and now published or not. */
static enum choice choose_by_practice(struct choosing *choosing)
{
	if (state_of(choosing, &choosing->from) != ADOPTION_ABSENT)
		return CHOICE_NEITHER;
	switch (state_of(choosing, &choosing->to)) {
	case ADOPTION_BROKEN:
		choosing->broken++;
		return CHOICE_ADOPTER;
	case ADOPTION_ADOPTED:
		return CHOICE_ADOPTER;
	case ADOPTION_ABSENT:
		return CHOICE_CONTROL;
	default:
		return CHOICE_NEITHER;
	}
}

/* A finding: there then, and now mended or not. */
static enum choice choose_by_finding(struct choosing *choosing)
{
	assert(choosing->bearer_at <= choosing->bearer_count);
	while (choosing->bearer_at < choosing->bearer_count &&
	       choosing->bearers[choosing->bearer_at].domain < choosing->domain)
		choosing->bearer_at++;
	if (choosing->bearer_at == choosing->bearer_count)
		return CHOICE_NEITHER;
	const struct bearer *bearer = &choosing->bearers[choosing->bearer_at];
	if (bearer->domain != choosing->domain || !bearer->before)
		return CHOICE_NEITHER;
	return bearer->after ? CHOICE_CONTROL : CHOICE_ADOPTER;
}

static int finish_domain(struct choosing *choosing)
{
	const struct study *study = choosing->study;
	struct study_subject subject = {.domain = choosing->domain};
	if (!choosing->has_from || !choosing->has_to ||
	    !store_seen_has(choosing->seen_from, choosing->domain) ||
	    !store_seen_has(choosing->seen_to, choosing->domain))
		return OK;
	const enum choice choice = study->practice != NULL ? choose_by_practice(choosing)
							   : choose_by_finding(choosing);
	if (choice == CHOICE_NEITHER)
		return OK;
	/* As it was before, when the one studied was the same of all of them. */
	struct adoption others = choosing->from.states;
	if (study->practice != NULL)
		adoption_set(&others, study->practice->number, ADOPTION_NOT_MEASURED);
	subject.others = study_hash(others.states, sizeof(others.states));
	study_servers_likeness(choosing->servers, choosing->from.servers, subject.likeness);
	return add_subject(choice == CHOICE_ADOPTER ? choosing->adopters : choosing->controls,
			   &subject);
}

static int take_row(void *context, const struct store_adoption *row)
{
	struct choosing *choosing = context;
	assert(row->domain >= choosing->domain && row->first_run > 0);
	if (row->domain != choosing->domain) {
		const int error = finish_domain(choosing);
		if (error != OK)
			return error;
		choosing->domain = row->domain;
		choosing->has_from = choosing->has_to = false;
	}
	if (row->first_run <= choosing->study->from->run.id) {
		choosing->from = *row;
		choosing->has_from = true;
	}
	if (row->first_run <= choosing->study->to->run.id) {
		choosing->to = *row;
		choosing->has_to = true;
	}
	return OK;
}

/* ---- who had a finding ---- */

static bool is_within(const struct store_span *span, int64_t run)
{
	return span->first_run <= run && run <= span->last_run;
}

static int take_span(void *context, const struct store_span *span)
{
	struct choosing *choosing = context;
	const bool before = is_within(span, choosing->study->from->run.id);
	const bool after = is_within(span, choosing->study->to->run.id);
	if (!before && !after)
		return OK;
	struct bearer *last =
		choosing->bearer_count == 0 ? NULL : &choosing->bearers[choosing->bearer_count - 1];
	if (last != NULL && last->domain == span->domain) {
		last->before |= before;
		last->after |= after;
		return OK;
	}
	if (choosing->bearer_count == choosing->bearer_room) {
		const uint32_t room = choosing->bearer_room == 0 ? 1024 : choosing->bearer_room * 2;
		if (choosing->bearer_room >= STUDY_SUBJECTS_MAX)
			return ERR_LIMIT;
		void *bigger = memory_resize(choosing->bearers, room * sizeof(*last));
		if (bigger == NULL)
			return ERR_MEMORY;
		choosing->bearers = bigger;
		choosing->bearer_room = room;
	}
	assert(choosing->bearers != NULL && choosing->bearer_count < choosing->bearer_room);
	choosing->bearers[choosing->bearer_count++] =
		(struct bearer){.domain = span->domain, .before = before, .after = after};
	return OK;
}

/* ---- names ---- */

static int by_domain(const void *left, const void *right)
{
	const struct study_subject *one = left;
	const struct study_subject *other = right;
	return one->domain < other->domain ? -1 : one->domain > other->domain;
}

static struct study_subject *find_subject(const struct study_subjects *subjects, int64_t domain)
{
	const struct study_subject wanted = {.domain = domain};
	return subjects->count == 0 ? NULL
				    : bsearch(&wanted, subjects->each, subjects->count,
					      sizeof(wanted), by_domain);
}

static int take_name(void *context, int64_t domain, const uint8_t *name)
{
	struct choosing *choosing = context;
	struct study_subject *subject = find_subject(choosing->adopters, domain);
	if (subject == NULL)
		subject = find_subject(choosing->controls, domain);
	if (subject == NULL)
		return OK;
	const uint8_t *top = name_labels(name) == 0 ? name : name_suffix(name, 1);
	subject->order = study_hash(name, name_size(name));
	subject->top = study_hash(top, name_size(top));
	return OK;
}

static int read_all(struct store *store, struct choosing *choosing, struct complaint *complaint)
{
	const struct study *study = choosing->study;
	int error = store_seen_load(store, study->from->run.id, &choosing->seen_from, complaint);
	if (error == OK)
		error = store_seen_load(store, study->to->run.id, &choosing->seen_to, complaint);
	if (error == OK)
		error = study_servers_load(store, study->settings.operators, &choosing->servers,
					   complaint);
	if (error == OK && study->practice == NULL)
		error = store_spans(store, study->code, take_span, choosing, complaint);
	if (error == OK)
		error = store_adoptions(store, take_row, choosing, complaint);
	if (error == OK)
		error = finish_domain(choosing);
	if (error == OK)
		error = store_names(store, take_name, choosing, complaint);
	if (error == ERR_LIMIT)
		return complain(complaint, error,
				"more than %u domains to compare; study a store of a part of them",
				STUDY_SUBJECTS_MAX);
	return error;
}

int study_choose(struct store *store, struct study *study, struct study_subjects *ret_adopters,
		 struct study_subjects *ret_controls, struct complaint *complaint)
{
	struct choosing choosing = {
		.study = study, .adopters = ret_adopters, .controls = ret_controls};
	assert(study->from != NULL && study->to != NULL && study->from < study->to);
	const int error = read_all(store, &choosing, complaint);
	store_seen_free(choosing.seen_from);
	store_seen_free(choosing.seen_to);
	study_servers_free(choosing.servers);
	memory_give(choosing.bearers);
	study->adopters = ret_adopters->count;
	study->controls = ret_controls->count;
	study->adopters_broken = choosing.broken;
	return error;
}
