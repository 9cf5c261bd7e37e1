/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "tell/adoption/adoption_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_OCTETS_MAX ((size_t)1 << 30)

static const char *const by_texts[ADOPTION_BY_COUNT] = {
	[ADOPTION_BY_TLD] = "tld",
	[ADOPTION_BY_REGISTRAR] = "registrar",
	[ADOPTION_BY_OPERATOR] = "operator",
	[ADOPTION_BY_AS] = "as",
};

const char *adoption_by_text(enum adoption_by by)
{
	assert(by < ADOPTION_BY_COUNT);
	return by_texts[by];
}

int adoption_by_from_text(const char *text, enum adoption_by *ret_by)
{
	for (unsigned i = 0; i < ADOPTION_BY_COUNT; i++)
		if (strcmp(text, by_texts[i]) == 0) {
			*ret_by = (enum adoption_by)i;
			return OK;
		}
	return ERR_FORMAT;
}

/* ---- runs ---- */

struct run_search {
	struct adoption_report *report;
	int64_t wanted, newest, from;
	bool is_there;
};

static int take_run(void *context, const struct store_run *run)
{
	struct run_search *search = context;
	struct adoption_report *report = search->report;

	search->newest = run->id;
	search->is_there |= run->id == search->wanted;
	/* A run that saw nothing has no figures. */
	if (run->done == 0 || (search->wanted > 0 && run->id > search->wanted))
		return OK;
	if (run->id < search->from) {
		report->runs_without++;
		return OK;
	}
	if (report->run_count == ADOPTION_RUNS_MAX) {
		memmove(report->runs, report->runs + 1,
			(ADOPTION_RUNS_MAX - 1) * sizeof(*report->runs));
		report->run_count--;
	}
	report->runs[report->run_count++] = (struct adoption_run){.run = *run};
	return OK;
}

static int complain_run(const struct run_search *search, struct complaint *complaint)
{
	if (search->newest == 0)
		return complain(complaint, ERR_NOT_FOUND,
				"the store holds no run; scan first: dsfi scan --store FILE ...");
	if (search->wanted > 0 && !search->is_there)
		return complain(complaint, ERR_NOT_FOUND,
				"the store has no run %lld; its newest is %lld",
				(long long)search->wanted, (long long)search->newest);
	if (search->report->runs_without > 0)
		return complain(complaint, ERR_NOT_FOUND,
				"the store keeps adoption from run %lld on, and no domain was seen "
				"since; scan once more",
				(long long)search->from);
	return complain(complaint, ERR_NOT_FOUND, "run %lld saw no domain; name another with --run",
			(long long)(search->wanted > 0 ? search->wanted : search->newest));
}

int gather_runs(struct adoption_report *report, struct store *store, struct complaint *complaint)
{
	struct run_search search = {.report = report, .wanted = report->settings.run};
	int result = store_adoption_from(store, &search.from, complaint);

	if (result == OK)
		result = store_runs(store, take_run, &search, complaint);
	if (result < 0)
		return result;
	if (report->run_count == 0 ||
	    (search.wanted > 0 && report_run(report)->run.id != search.wanted))
		return complain_run(&search, complaint);
	for (uint32_t i = 0; i < report->run_count && result == OK; i++)
		result = store_seen_load(store, report->runs[i].run.id, &report->runs[i].seen,
					 complaint);
	return result;
}

/* ---- all of it ---- */

/* What the store's own calls could not know: what its rows mean. Gives an error. */
static int explain(int error, struct complaint *complaint)
{
	assert(error < 0);
	if (complaint->text[0] != '\0' || error == ERR_MEMORY)
		return error;
	if (error == ERR_UNSUPPORTED)
		return complain(
			complaint, error,
			"the store has name servers in a form of a newer dsfi; use that one");
	return complain(
		complaint, ERR_DAMAGED,
		"the store is damaged: its adoption cannot be read (%s); restore a copy, or "
		"move the file away and scan again",
		error_text(error));
}

int report_add_store(struct adoption_report *report, const char *identity)
{
	const char *kept = arena_text(&report->arena, identity);
	const char **bigger =
		memory_resize(report->stores, (report->store_count + 1) * sizeof(*bigger));

	assert(store_identity_is_one(identity));
	if (bigger)
		report->stores = bigger;
	if (!bigger || !kept)
		return ERR_MEMORY;
	report->stores[report->store_count++] = kept;
	return OK;
}

static int gather(struct adoption_report *report, struct store *store, struct complaint *complaint)
{
	struct placing *placing = NULL;
	char identity[STORE_IDENTITY_ROOM];
	int result = groups_init(&report->groups);

	if (result == OK)
		result = store_identity(store, identity, complaint);
	if (result == OK && identity[0] != '\0')
		result = report_add_store(report, identity);
	if (result == OK)
		result = gather_runs(report, store, complaint);
	if (result == OK)
		result = placing_new(report, store, &placing, complaint);
	if (result == OK)
		result = count_rank(report);
	if (result == OK)
		result = count_all(report, store, placing, complaint);
	placing_free(placing);
	return result < 0 ? explain(result, complaint) : OK;
}

struct adoption_report *adoption_report_empty(void)
{
	struct adoption_report *report = memory_take_zeroed(1, sizeof(*report));

	if (!report)
		return NULL;
	report->practices = good_practice_all(&report->practice_count);
	assert(report->practice_count > 0);
	arena_init(&report->arena, REPORT_OCTETS_MAX, (size_t)64 << 10);
	return report;
}

int adoption_report_new(struct store *store, const struct adoption_settings *settings,
			struct adoption_report **ret_report, struct complaint *complaint)
{
	struct adoption_report *report = adoption_report_empty();

	assert(settings->by != ADOPTION_BY_OPERATOR || settings->operators);
	assert(settings->by != ADOPTION_BY_REGISTRAR || settings->registrars);
	if (!report)
		return ERR_MEMORY;
	report->settings = *settings;
	const int result = gather(report, store, complaint);

	if (result < 0) {
		adoption_report_free(report);
		return result;
	}
	*ret_report = report;
	return OK;
}

void adoption_report_free(struct adoption_report *report)
{
	if (!report)
		return;
	for (uint32_t i = 0; i < report->run_count; i++)
		store_seen_free(report->runs[i].seen);
	groups_release(&report->groups);
	memory_give(report->ranked);
	memory_give(report->stores);
	arena_release(&report->arena);
	memory_give(report);
}
