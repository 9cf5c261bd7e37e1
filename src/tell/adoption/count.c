/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over all rows: each domain's state in each run, counted for all and for its groups. */
#include "base/memory.h"
#include "tell/adoption/adoption_private.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Places of decimals kept when parts are compared. */
#define WEIGHT_UNITS 1e6

struct counting {
	struct adoption_report *report;
	const struct placing *placing;
	/* The rows of the domain at hand that are valid in a run of the report. */
	struct store_adoption rows[ADOPTION_RUNS_MAX + 1];
	uint32_t row_count;
};

/* ---- what is counted into ---- */

int counted_new(struct adoption_report *report, struct counted **ret_runs, struct moved *ret_moved)
{
	struct counted *runs = arena_take_array(&report->arena, report->run_count, sizeof(*runs));

	assert(report->run_count > 0 && report->practice_count > 0);
	for (uint32_t i = 0; i < report->run_count && runs; i++) {
		runs[i].practices = arena_take_array(&report->arena, report->practice_count,
						     sizeof(struct tally));
		if (!runs[i].practices)
			return ERR_MEMORY;
	}
	ret_moved->gained =
		arena_take_array(&report->arena, report->practice_count, sizeof(uint32_t));
	ret_moved->lost =
		arena_take_array(&report->arena, report->practice_count, sizeof(uint32_t));
	*ret_runs = runs;
	return runs && ret_moved->gained && ret_moved->lost ? OK : ERR_MEMORY;
}

/* ---- ranks ---- */

static int by_size(const void *left, const void *right)
{
	const struct group *ours = *(struct group *const *)left;
	const struct group *theirs = *(struct group *const *)right;

	if (ours->domains != theirs->domains)
		return ours->domains < theirs->domains ? 1 : -1;
	return strcmp(ours->name, theirs->name);
}

static int name_groups(struct adoption_report *report)
{
	const bool is_told = report->settings.by == ADOPTION_BY_TLD || report->settings.is_named;
	static const char *const words[ADOPTION_BY_COUNT] = {
		[ADOPTION_BY_TLD] = "TLD",
		[ADOPTION_BY_REGISTRAR] = "registrar",
		[ADOPTION_BY_OPERATOR] = "operator",
		[ADOPTION_BY_AS] = "network",
	};

	for (uint32_t i = 0; i < report->ranked_count && !is_told; i++) {
		if (groups_kind(report->ranked[i]->name) != GROUP_OF_ONE)
			continue;
		report->ranked[i]->shown =
			arena_format(&report->arena, "%s %u", words[report->settings.by], i + 1);
		if (!report->ranked[i]->shown)
			return ERR_MEMORY;
	}
	return OK;
}

/* Over those of whom it is known whose they are; who has servers of its own is one alone. */
static int measure_concentration(struct adoption_report *report)
{
	const struct groups *groups = &report->groups;
	uint64_t *parts = memory_take_zeroed(groups->count + 1, sizeof(*parts));
	double of_ones = 0, of_many = 0;

	if (!parts)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < groups->count; i++) {
		const struct group *group = &groups->items[i];
		const enum group_kind kind = groups_kind(group->name);

		of_many += kind == GROUP_OF_MANY ? group->weight : 0;
		of_ones += kind == GROUP_OF_ONE ? group->weight : 0;
		if (kind == GROUP_OF_ONE)
			parts[i] = (uint64_t)(group->weight * WEIGHT_UNITS + 0.5);
	}
	const double all = of_ones + of_many;
	const double squares = concentration(parts, groups->count) * of_ones * of_ones + of_many;

	/* Halves of domains may count for less than one each. */
	report->concentration = all > 0 ? fmin(squares / (all * all), 1) : 0;
	memory_give(parts);
	return OK;
}

static int sort_groups(struct adoption_report *report)
{
	struct groups *groups = &report->groups;
	int result = measure_concentration(report);

	report->ranked = memory_take_zeroed(groups->count + 1, sizeof(struct group *));
	if (result < 0 || !report->ranked)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < groups->count; i++)
		report->ranked[i] = &groups->items[i];
	qsort(report->ranked, groups->count, sizeof(struct group *), by_size);
	report->ranked_count =
		groups->count < ADOPTION_GROUPS_MAX ? groups->count : ADOPTION_GROUPS_MAX;
	report->rest_groups = groups->count - report->ranked_count;
	return counted_new(report, &report->rest, &report->rest_moved);
}

int count_rank(struct adoption_report *report)
{
	int result = sort_groups(report);

	for (uint32_t i = 0; i < report->ranked_count && result == OK; i++)
		result = counted_new(report, &report->ranked[i]->runs, &report->ranked[i]->moved);
	if (result == OK)
		result = counted_new(report, &report->total, &report->moved);
	return result == OK ? name_groups(report) : result;
}

static void add_counted(const struct adoption_report *report, const struct counted *from,
			struct counted *to)
{
	assert(to->domains <= UINT32_MAX - from->domains);
	to->domains += from->domains;
	to->scored += from->scored;
	to->score_sum += from->score_sum;
	for (size_t i = 0; i < report->practice_count; i++) {
		to->practices[i].excepted += from->practices[i].excepted;
		for (unsigned state = 0; state < ADOPTION_STATE_COUNT; state++)
			to->practices[i].states[state] += from->practices[i].states[state];
	}
}

int count_rank_merged(struct adoption_report *report)
{
	const int result = sort_groups(report);

	for (uint32_t i = report->ranked_count; i < report->groups.count && result == OK; i++)
		add_counted(report, report->ranked[i]->runs, report->rest);
	return result;
}

/* ---- counting ---- */

/* One domain in one run, read once and counted for several. */
struct look {
	uint64_t excepted;                      /* bits at the practice's place */
	uint8_t states[ADOPTION_PRACTICES_MAX]; /* at the practice's place */
	struct adoption_score score;
};

static void read_look(const struct adoption_report *report, const struct adoption *adoption,
		      struct look *ret_look)
{
	for (size_t i = 0; i < report->practice_count; i++)
		ret_look->states[i] = (uint8_t)adoption_get(adoption, report->practices[i].number);
	ret_look->score = adopt_score(adoption);
}

static void add_look(const struct adoption_report *report, const struct look *look,
		     struct counted *counted)
{
	counted->domains++;
	if (look->score.measured > 0) {
		counted->scored++;
		counted->score_sum += (double)look->score.adopted / look->score.measured;
	}
	for (size_t i = 0; i < report->practice_count; i++) {
		struct tally *tally = &counted->practices[i];

		tally->states[look->states[i]]++;
		tally->excepted +=
			(look->excepted >> i & 1) &&
			(look->states[i] == ADOPTION_ABSENT || look->states[i] == ADOPTION_BROKEN);
	}
}

static bool is_measured(uint8_t state)
{
	return state == ADOPTION_ABSENT || state == ADOPTION_BROKEN || state == ADOPTION_ADOPTED;
}

static void add_move(const struct adoption_report *report, const struct look *before,
		     const struct look *now, struct moved *moved)
{
	for (size_t i = 0; i < report->practice_count; i++) {
		if (!is_measured(before->states[i]) || !is_measured(now->states[i]))
			continue;
		moved->gained[i] +=
			before->states[i] != ADOPTION_ADOPTED && now->states[i] == ADOPTION_ADOPTED;
		moved->lost[i] +=
			before->states[i] == ADOPTION_ADOPTED && now->states[i] != ADOPTION_ADOPTED;
	}
}

/* Several groups of a list that have no figures are the rest once. */
static void add_groups(struct adoption_report *report, uint32_t list, uint32_t run,
		       const struct look *look)
{
	const struct membership_list *which = &report->groups.lists[list];
	bool is_rest = false;

	for (uint32_t i = 0; i < which->count; i++) {
		const struct group *group =
			&report->groups.items[report->groups.memberships[which->first + i].group];

		if (group->runs)
			add_look(report, look, &group->runs[run]);
		else
			is_rest = true;
	}
	if (is_rest)
		add_look(report, look, &report->rest[run]);
}

static void add_group_moves(struct adoption_report *report, uint32_t list,
			    const struct look *before, const struct look *now)
{
	const struct membership_list *which = &report->groups.lists[list];

	for (uint32_t i = 0; i < which->count; i++) {
		struct group *group =
			&report->groups.items[report->groups.memberships[which->first + i].group];

		add_move(report, before, now, group->runs ? &group->moved : &report->rest_moved);
	}
}

static void end_domain(struct counting *counting)
{
	struct adoption_report *report = counting->report;
	struct look first = {0};
	struct look look = {0};
	bool has_first = false;
	uint32_t at = 0, list = 0, read = UINT32_MAX;

	for (uint32_t run = 0; run < report->run_count && counting->row_count > 0; run++) {
		const int64_t id = report->runs[run].run.id;
		const struct store_adoption *row;

		while (at + 1 < counting->row_count && counting->rows[at + 1].first_run <= id)
			at++;
		row = &counting->rows[at];
		if (row->first_run > id || !store_seen_has(report->runs[run].seen, row->domain))
			continue;
		if (read != at) {
			read_look(report, &row->states, &look);
			list = placing_list(counting->placing, row->domain, row->servers);
			read = at;
		}
		look.excepted = run + 1 == report->run_count
					? placing_excepted(counting->placing, row->domain)
					: 0;
		add_look(report, &look, &report->total[run]);
		add_groups(report, list, run, &look);
		if (run == 0) {
			first = look;
			has_first = true;
		} else if (run + 1 == report->run_count && has_first) {
			add_move(report, &first, &look, &report->moved);
			add_group_moves(report, list, &first, &look);
		}
	}
	counting->row_count = 0;
}

static int take_row(void *context, const struct store_adoption *row)
{
	struct counting *counting = context;
	const struct adoption_report *report = counting->report;

	if (counting->row_count > 0 && counting->rows[0].domain != row->domain)
		end_domain(counting);
	if (row->first_run > report_run(report)->run.id)
		return OK;
	if (row->first_run <= report->runs[0].run.id)
		counting->row_count = 0;
	/* Each run makes one row of a domain at most. */
	if (counting->row_count > ADOPTION_RUNS_MAX)
		return ERR_DAMAGED;
	counting->rows[counting->row_count++] = *row;
	return OK;
}

int count_all(struct adoption_report *report, struct store *store, const struct placing *placing,
	      struct complaint *complaint)
{
	struct counting *counting = memory_take_zeroed(1, sizeof(*counting));

	if (!counting)
		return ERR_MEMORY;
	counting->report = report;
	counting->placing = placing;
	const int result = store_adoptions(store, take_row, counting, complaint);

	if (result == OK)
		end_domain(counting);
	memory_give(counting);
	return result;
}
