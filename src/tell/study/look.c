/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the store says of the members of pairs, and of nobody else: their names, two observations
 * each, what was found of them, and when they were looked at before and after they were broken.
 */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "model/finding.h"
#include "tell/study/study_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* One observation, decoded. */
#define LOOK_OCTETS_MAX ((size_t)64 << 20)

struct looking {
	struct study *study;
	struct study_look *looks; /* in order of domain */
	uint32_t count;
	struct arena arena; /* of the observation at hand */
	const struct study_run *run;
	struct study_measure *measure;
	struct complaint *complaint;
};

/* ---- names ---- */

static int by_domain(const void *left, const void *right)
{
	const struct study_look *one = left;
	const struct study_look *other = right;
	return one->domain < other->domain ? -1 : one->domain > other->domain;
}

static int take_name(void *context, int64_t domain, const uint8_t *name)
{
	struct looking *looking = context;
	const struct study_look wanted = {.domain = domain};
	struct study_look *look =
		bsearch(&wanted, looking->looks, looking->count, sizeof(wanted), by_domain);
	if (look == NULL)
		return OK;
	look->name = arena_copy(&looking->study->arena, name, name_size(name));
	return look->name == NULL ? ERR_MEMORY : OK;
}

/* ---- observations ---- */

static int take_look(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	struct looking *looking = context;
	struct observation observation;
	assert(looking->measure != NULL && looking->run != NULL);
	(void)domain;
	arena_reset(&looking->arena);
	const int error = observation_decode(&looking->arena, encoded, size, &observation,
					     looking->complaint);
	if (error != OK)
		return error;
	study_measure(&observation, looking->measure);
	looking->measure->is_of_run = observation.started_s >= looking->run->run.started_s &&
				      observation.started_s <= looking->run->end_s;
	return OK;
}

static int measure(struct store *store, struct looking *looking, const struct study_look *look)
{
	const struct study *study = looking->study;
	assert(look->name != NULL && look->member != NULL);
	looking->run = study->from;
	looking->measure = &look->member->before;
	struct store_one one = {.domain = look->name, .run = study->from->run.id};
	int error = store_look(store, &one, take_look, looking, looking->complaint);
	if (error != OK)
		return error;
	looking->run = study->to;
	looking->measure = &look->member->after;
	one.run = study->to->run.id;
	return store_look(store, &one, take_look, looking, looking->complaint);
}

/* ---- findings ---- */

/* Codes that the domain had before are no breakage, at whatever server they come again. */
#define CODES_BEFORE_MAX 256u
struct breaking {
	const struct study *study;
	struct study_member *member;
	unsigned pass;
	uint32_t known_count;
	uint64_t known[CODES_BEFORE_MAX]; /* hashes */
	bool is_open;
};

static bool is_known(const struct breaking *breaking, uint64_t code)
{
	for (uint32_t i = 0; i < breaking->known_count; i++)
		if (breaking->known[i] == code)
			return true;
	return false;
}

/* From the first look that found any of them to the last that did. */
static void note_breakage(struct breaking *breaking, const struct store_finding *found)
{
	struct study_member *member = breaking->member;
	assert(found->first_run > breaking->study->from->run.id);
	if (!member->broke || found->first_run < member->first_run)
		member->first_run = found->first_run;
	if (!member->broke || found->first_s < member->first_s)
		member->first_s = found->first_s;
	if (!member->broke || found->last_s > member->last_s)
		member->last_s = found->last_s;
	if (!found->is_open && (!member->broke || found->last_run > member->last_run))
		member->last_run = found->last_run;
	breaking->is_open |= found->is_open;
	member->broke = true;
}

static int take_finding(void *context, const struct store_finding *found)
{
	struct breaking *breaking = context;
	const struct study *study = breaking->study;
	const int64_t from = study->from->run.id;
	const uint64_t code = study_hash(found->finding.code, strlen(found->finding.code));
	if (breaking->pass == 0) {
		if (found->first_run <= from && found->last_run >= from &&
		    breaking->known_count < CODES_BEFORE_MAX && !is_known(breaking, code))
			breaking->known[breaking->known_count++] = code;
		return OK;
	}
	if (found->finding.severity < SEVERITY_ERROR || found->first_run <= from ||
	    found->first_run > study->to->run.id || is_known(breaking, code))
		return OK;
	note_breakage(breaking, found);
	return OK;
}

static int find_breakage(struct store *store, struct looking *looking,
			 const struct study_look *look)
{
	const struct store_filter filter = {.domain = look->name, .include_closed = true};
	struct breaking breaking = {.study = looking->study, .member = look->member};
	if (looking->study->code != NULL)
		breaking.known[breaking.known_count++] =
			study_hash(looking->study->code, strlen(looking->study->code));
	/* What is older than the first run may stand behind what is newer. */
	for (; breaking.pass < 2; breaking.pass++) {
		const int error =
			store_findings(store, &filter, take_finding, &breaking, looking->complaint);
		if (error != OK)
			return error;
	}
	look->member->recovered = look->member->broke && !breaking.is_open;
	if (look->member->recovered)
		look->member->least_s = look->member->last_s - look->member->first_s;
	return OK;
}

/* ---- how long ---- */

/* When the last look before began that found it well, and when the next did that found it well
 * again: run by run, so that only one run's bits are held. */
static int bound_recoveries(struct store *store, struct looking *looking)
{
	const struct study *study = looking->study;
	int64_t *began = memory_take_zeroed((size_t)looking->count + 1, sizeof(*began));
	int error = began == NULL ? ERR_MEMORY : OK;
	for (uint32_t r = 0; error == OK && r < study->run_count; r++) {
		const struct study_run *run = &study->runs[r];
		struct store_seen *seen = NULL;
		error = store_seen_load(store, run->run.id, &seen, looking->complaint);
		for (uint32_t i = 0; error == OK && i < looking->count; i++) {
			struct study_member *member = looking->looks[i].member;
			if (!member->recovered || member->most_s > 0 ||
			    !store_seen_has(seen, looking->looks[i].domain))
				continue;
			if (run->run.id < member->first_run)
				began[i] = run->run.started_s;
			else if (run->run.id > member->last_run && began[i] > 0 &&
				 run->end_s > began[i] && run->end_s != INT64_MAX)
				member->most_s = run->end_s - began[i];
		}
		store_seen_free(seen);
	}
	memory_give(began);
	return error;
}

static bool has_recovered(const struct looking *looking)
{
	for (uint32_t i = 0; i < looking->count; i++)
		if (looking->looks[i].member->recovered)
			return true;
	return false;
}

int study_look(struct store *store, struct study *study, struct study_look *looks, uint32_t count,
	       struct complaint *complaint)
{
	struct looking looking = {
		.study = study, .looks = looks, .count = count, .complaint = complaint};
	if (count > 1)
		qsort(looks, count, sizeof(*looks), by_domain);
	arena_init(&looking.arena, LOOK_OCTETS_MAX, 64 * 1024);
	int error = store_names(store, take_name, &looking, complaint);
	for (uint32_t i = 0; error == OK && i < count; i++) {
		if (looks[i].name == NULL) {
			error = complain(complaint, ERR_DAMAGED,
					 "domain %lld of the store has no name: the store is "
					 "damaged; restore a copy",
					 (long long)looks[i].domain);
			break;
		}
		error = measure(store, &looking, &looks[i]);
		if (error == OK)
			error = find_breakage(store, &looking, &looks[i]);
	}
	if (error == OK && has_recovered(&looking))
		error = bound_recoveries(store, &looking);
	arena_release(&looking.arena);
	return error;
}
