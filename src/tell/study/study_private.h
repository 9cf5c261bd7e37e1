/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of a study: who is compared with whom (match.c), what one look showed (measure.c), what
 * changed (effect.c). These three are pure; choose.c and look.c read the store.
 */
#ifndef TELL_STUDY_STUDY_PRIVATE_H
#define TELL_STUDY_STUDY_PRIVATE_H

#include "base/arena.h"
#include "base/statistics.h"
#include "model/observation.h"
#include "tell/study/study.h"

#include <stdbool.h>
#include <stddef.h>

/* A store of so many domains takes some 1.3 GB; such studies are made of parts of it. */
#define STUDY_SUBJECTS_MAX 20000000u
#define STUDY_RUNS_MAX 100000u
/* Of the bootstrap: any number, but always this one. */
#define STUDY_SEED 20260601u

/* ---- match.c: who is compared with whom ---- */

/* By what a domain may be like another, the best first. */
enum study_likeness {
	STUDY_SAME_SERVERS,
	STUDY_SAME_OPERATOR,
	STUDY_SAME_ADDRESSES, /* under other names */
	STUDY_LIKENESS_COUNT,
};
/* The first three ask for the same other practices, too. */
#define STUDY_LEVELS (2u * STUDY_LIKENESS_COUNT)

struct study_subject {
	int64_t domain;                          /* its number in the store */
	uint64_t order;                          /* of its name: as good as chance */
	uint64_t top;                            /* its top-level domain */
	uint64_t others;                         /* what it makes of the other practices */
	uint64_t likeness[STUDY_LIKENESS_COUNT]; /* 0: nothing to be like */
};

struct study_subjects {
	struct study_subject *each;
	uint32_t count, room;
};

struct study_pair {
	uint32_t adopter, control; /* indices */
	uint8_t level;
};

/* Keeps the `count` first by order, in that order. */
void study_draw(struct study_subjects *subjects, uint32_t count);
/* One control an adopter at most, no control twice; level by level, within one by order. ret_pairs
 * has room for all adopters. ERR_MEMORY only. */
MUST_CHECK int study_match(const struct study_subjects *adopters,
			   const struct study_subjects *controls, struct study_pair *ret_pairs,
			   uint32_t *ret_count);
/* "same name servers, same other practices" */
const char *study_level_text(unsigned level);

/* ---- measure.c: what one look showed ---- */

enum study_question { STUDY_SOA, STUDY_NS, STUDY_DNSKEY, STUDY_QUESTION_COUNT };

struct study_measure {
	bool is_there;            /* there was an observation */
	bool is_of_run;           /* it was made in the run, not only of the same state */
	uint16_t question_octets; /* the same for each type */
	uint32_t octets[STUDY_QUESTION_COUNT]; /* largest answer, over UDP or TCP; 0: none */
	uint32_t udp[STUDY_QUESTION_COUNT];    /* largest over UDP; 0: none */
	bool was_asked;                        /* an answer to any of them came */
	bool is_too_large;                     /* one did not fit into UDP */
	uint32_t latency_us;                   /* 0: none */
};
void study_measure(const struct observation *observation, struct study_measure *ret_measure);

/* ---- effect.c: what changed ---- */

enum study_side { STUDY_ADOPTERS, STUDY_CONTROLS, STUDY_SIDES };

struct study_member {
	struct study_measure before, after;
	bool broke;
	bool recovered;          /* looks between and after found it well again */
	int64_t least_s, most_s; /* so long it was broken; most_s 0: not known */
	/* Runs between which it was: of the last look before, and the first behind. */
	int64_t first_run, last_run, first_s, last_s;
};
struct study_case {
	struct study_member members[STUDY_SIDES];
};

enum study_outcome {
	STUDY_BROKE,
	STUDY_TOO_LARGE,
	STUDY_UDP_LARGEST,
	STUDY_OCTETS,
	STUDY_AMPLIFICATION,
	STUDY_LATENCY,
	STUDY_OUTCOME_COUNT,
};
enum study_method { STUDY_BY_PAIRED_SHARES, STUDY_BY_BOOTSTRAP, STUDY_BY_MEDIAN };
struct study_outcome_row {
	const char *name, *title, *unit;
	enum study_method method;
	unsigned digits; /* behind the point */
};
const struct study_outcome_row *study_outcome_row(enum study_outcome outcome);

/* Of the pairs of which all four looks could tell it. */
struct study_effect {
	uint32_t pairs;
	bool is_told;                       /* enough of them */
	uint32_t counts[STUDY_SIDES];       /* shares: who has it now and had it not */
	struct estimate before;             /* adopters', where it is a number */
	struct estimate sides[STUDY_SIDES]; /* shares of those; or how much they changed */
	struct estimate difference;         /* adopters less controls */
};
MUST_CHECK int study_effect(const struct study_case *cases, uint32_t count,
			    enum study_outcome outcome, struct study_effect *ret_effect);
/* "more", "less", "no difference seen" */
const char *study_verdict(const struct study_effect *effect);

struct study_recovery {
	uint32_t broke, recovered;
	struct share share; /* of those that broke; told from one on: it has its interval */
	int64_t least_s,
		most_s;  /* every one of those that recovered lies between; most 0: not known */
	bool has_median; /* from MEDIAN_LEAST on */
	struct estimate median; /* low: of what it took at least; high: at most; s */
};
MUST_CHECK int study_recovery(const struct study_case *cases, uint32_t count, enum study_side side,
			      struct study_recovery *ret_recovery);

/* ---- the whole ---- */

struct good_practice;
struct study_run {
	struct store_run run;
	int64_t end_s; /* nothing of it is later */
};

struct study {
	struct arena arena;
	struct study_settings settings;
	const struct good_practice *practice; /* NULL: a code is studied */
	const char *code;
	const char *title;
	struct study_run *runs;
	uint32_t run_count, run_room;
	const struct study_run *from, *to; /* NULL: there are none */
	enum study_end end;
	uint64_t adopters, adopters_broken, controls; /* all there are */
	uint32_t drawn, matched;
	uint32_t by_level[STUDY_LEVELS];
	struct study_effect effects[STUDY_OUTCOME_COUNT];
	struct study_recovery recoveries[STUDY_SIDES];
};

/* choose.c: adopters and controls of the store. */
MUST_CHECK int study_choose(struct store *store, struct study *study,
			    struct study_subjects *ret_adopters,
			    struct study_subjects *ret_controls, struct complaint *complaint);
/* servers.c: numbers of sets of name servers, and what makes one like another. */
struct study_servers;
MUST_CHECK int study_servers_load(struct store *store, struct operators *operators,
				  struct study_servers **ret_servers, struct complaint *complaint);
void study_servers_free(struct study_servers *servers);
void study_servers_likeness(const struct study_servers *servers, int64_t set,
			    uint64_t ret_likeness[STUDY_LIKENESS_COUNT]);
/* look.c: what the store says of the pairs' members. */
struct study_look {
	int64_t domain;
	const uint8_t *name; /* NULL until it was found */
	struct study_member *member;
};
MUST_CHECK int study_look(struct store *store, struct study *study, struct study_look *looks,
			  uint32_t count, struct complaint *complaint);

/* The same octets, the same number on every machine. Never 0. */
uint64_t study_hash(const void *octets, size_t size);

/* words.c */
/* "Of 120 domains that adopted DNSSEC between ... and ..., 3 (1 % to 7 %) broke, ..." */
void study_lead(const struct study *study, struct text *text);
/* What it cannot tell, and other things to know; false: no more of them. */
bool study_note(const struct study *study, unsigned number, struct text *text);
/* "+143.2 (120.0 to 166.5)" */
void study_estimate(const struct study_outcome_row *row, const struct estimate *estimate,
		    bool is_change, struct text *text);
void study_recovery_words(const struct study_recovery *recovery, enum study_side side,
			  struct text *text);
const char *study_method_text(enum study_method method);

#endif
