/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an adoption report holds. Practices are at their place in the catalogue; the practice's own
 * number is the store's.
 */
#ifndef TELL_ADOPTION_PRIVATE_H
#define TELL_ADOPTION_PRIVATE_H

#include "base/arena.h"
#include "base/map.h"
#include "base/statistics.h"
#include "judge/adopt/adopt.h"
#include "tell/adoption/adoption.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Domains of one state each, for one practice. */
struct tally {
	uint32_t states[ADOPTION_STATE_COUNT];
	uint32_t excepted; /* of those that are absent or broken; in the report's run */
};

/* Some domains in one run. */
struct counted {
	uint32_t domains, scored;
	double score_sum;
	struct tally *practices; /* as many as the catalogue has */
};

/* Adopted now and not in the report's first run; and the other way round. Only domains that were
 * measured in both. */
struct moved {
	uint32_t *gained, *lost; /* a practice each */
};

struct group {
	const char *name;  /* as it is */
	const char *shown; /* as it is told: the name, or the rank */
	uint32_t domains;  /* of the report's run */
	double weight;     /* a domain of two groups is half of each */
	uint32_t rules[OPERATOR_RULE_COUNT];
	struct counted *runs; /* NULL: none kept */
	struct moved moved;
};

/* An entry of a list of groups: which, and by which rule. */
struct membership {
	uint32_t group;
	uint32_t rule; /* enum operator_rule; of operators only */
};

/* What a domain belongs to; the same lists are kept once. 0 is the empty one. */
struct membership_list {
	uint32_t first, count; /* in memberships */
};

struct groups {
	struct arena arena;
	struct map *by_name; /* -> place + 1 */
	struct map *by_list; /* octets of memberships -> place + 1 */
	struct group *items;
	struct membership *memberships;
	struct membership_list *lists;
	uint32_t count, room, membership_count, membership_room, list_count, list_room;
};
MUST_CHECK int groups_init(struct groups *groups);
void groups_release(struct groups *groups);
/* Finds or makes. ERR_MEMORY, ERR_LIMIT. */
MUST_CHECK int groups_find(struct groups *groups, const char *name, uint32_t *ret_group);
MUST_CHECK int groups_list(struct groups *groups, const struct membership *memberships,
			   uint32_t count, uint32_t *ret_list);
/* A domain of the report's run. */
void groups_count(struct groups *groups, uint32_t list);

/* What stands where a name would, and is nobody's: it is told as it is, and no gain is one's of it.
 */
#define GROUP_NO_NETWORK "(network not known)"
#define GROUP_NO_REGISTRAR "(registrar not known)"
#define GROUP_REST "(all others)"
enum group_kind {
	GROUP_OF_ONE,  /* one operator, TLD, registrar, network */
	GROUP_OF_MANY, /* as many as it has domains: who has servers of its own; all others */
	GROUP_UNKNOWN,
};
enum group_kind groups_kind(const char *name);

struct adoption_run {
	struct store_run run;
	struct store_seen *seen;
};

struct adoption_report {
	struct arena arena;
	struct adoption_settings settings;
	const struct good_practice *practices;
	size_t practice_count;
	struct adoption_run runs[ADOPTION_RUNS_MAX]; /* oldest first; the last is the report's */
	uint32_t run_count;
	uint32_t runs_without; /* that saw domains, and kept nothing of adoption */
	const char **stores;   /* identities of those that it is of */
	uint32_t store_count;
	uint32_t merged;       /* files whose totals were added; 0: it is of a store */
	int64_t merged_from_s; /* the first of their runs; runs[0] has the time of the last */
	struct counted *total; /* a run each */
	struct moved moved;
	struct groups groups;
	struct group **ranked; /* most domains first; only those with figures */
	uint32_t ranked_count;
	struct counted *rest; /* a run each: all other groups; NULL: there are none */
	uint32_t rest_groups;
	struct moved rest_moved;
	double concentration; /* of domains over groups */
};

/* --- gather.c --- */
/* Notes one more store that the report is of. ERR_MEMORY. */
MUST_CHECK int report_add_store(struct adoption_report *report, const char *identity);
/* With nothing in it yet; NULL: no memory. */
struct adoption_report *adoption_report_empty(void);
/* Runs, from the oldest of the trend to the one that was asked for. */
MUST_CHECK int gather_runs(struct adoption_report *report, struct store *store,
			   struct complaint *complaint);

/* --- place.c: which domain belongs to which groups --- */
struct placing;
MUST_CHECK int placing_new(struct adoption_report *report, struct store *store,
			   struct placing **ret_placing, struct complaint *complaint);
void placing_free(struct placing *placing);
/* The list of groups of a domain with a set of name servers. */
uint32_t placing_list(const struct placing *placing, int64_t domain, int64_t servers);
/* Practices of which an exception or a dispute is in force, as bits at their place. */
uint64_t placing_excepted(const struct placing *placing, int64_t domain);

/* --- count.c --- */
/* Zeros, a run each. */
MUST_CHECK int counted_new(struct adoption_report *report, struct counted **ret_runs,
			   struct moved *ret_moved);
/* The largest groups get figures. */
MUST_CHECK int count_rank(struct adoption_report *report);
/* All groups have figures: those of the smallest are added up. */
MUST_CHECK int count_rank_merged(struct adoption_report *report);
MUST_CHECK int count_all(struct adoption_report *report, struct store *store,
			 const struct placing *placing, struct complaint *complaint);

/* --- standing.c: what is said of a tally --- */
struct standing {
	uint64_t adopted, broken, absent, of, unknown, does_not_apply, excepted;
	struct share share; /* low and high: with what is unknown, or as a sample */
};
struct standing standing_of(const struct adoption_report *report, const struct tally *tally);
/* The other view: of those that are not excepted; negative: there are none. */
double standing_without(const struct standing *standing);
/* Are there any exceptions in force? */
bool standing_has_excepted(const struct adoption_report *report);
/* Mean score in per cent; negative: none. */
double standing_score(const struct counted *counted);
/* The report's run, and the first of its trend. */
const struct adoption_run *report_run(const struct adoption_report *report);
const struct counted *report_now(const struct counted *runs, const struct adoption_report *report);
/* The group with most of the gain of a practice; NULL: nobody gained. */
const struct group *standing_largest_gain(const struct adoption_report *report, size_t practice,
					  uint32_t *ret_gained);
/* "operators", "TLDs"… */
const char *standing_groups_word(const struct adoption_report *report);
/* The sentence that everything begins with. */
void standing_lead(const struct adoption_report *report, struct text *text);
void standing_method(const struct adoption_report *report, struct text *text);
/* "2026-11-27" */
void standing_date(const struct store_run *run, struct text *text);

#endif
