/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `dsfi changes` in two passes: the first judges every changed domain and remembers of each change
 * its score and where it is; the second judges those that are told once more, in order of score. So
 * memory grows with the number of changes that are told, some 64 octets each, and not with what is
 * said of them.
 */
#ifndef CLI_CHANGES_PRIVATE_H
#define CLI_CHANGES_PRIVATE_H

#include "base/text.h"
#include "cli/table.h"
#include "judge/change/high_value.h"
#include "judge/change/past.h"
#include "keep/store/store.h"

/* A change that was found: which interval of which domain. */
struct found_change {
	uint8_t *domain; /* its own memory */
	int64_t after_run, after_s;
	uint64_t order; /* in which it was found */
	uint8_t score;
};

/* How many domains have a name server. */
struct server_counts;

struct changes {
	const struct options *options;
	struct complaint *complaint;
	struct store *store;
	int64_t since, newest;        /* runs */
	int64_t also_from_s;          /* changes of one domain that are of interest whatever runs
				       * they are of, from this time on; 0: none */
	int64_t looked_run, looked_s; /* the newest look that measured it; 0: none did */
	void *take_context;           /* of take_change */
	uint8_t least;
	size_t most;
	struct suffix_list *suffixes;
	struct signals *signals;
	struct high_value *high_value; /* NULL: no list */
	struct server_counts *counts;  /* NULL: the store does not know */
	struct arena arena;            /* of one domain */
	/* The highest scores found; a heap, the lowest first, until they are put in order. */
	struct found_change *found;
	size_t count, room;
	uint64_t seen, below, left_out;    /* changes; below `least`; beyond `most` */
	const struct found_change *wanted; /* second pass */
	struct text text;
};

/* changes_find.c */
struct changes_query {
	const struct store_past *past;
	const struct found_change *wanted; /* this one only; NULL: what the runs brought to light */
};
struct changes_judged {
	size_t count;
	bool is_left_out;                  /* nothing of it fits */
	int64_t looked_run, looked_s;      /* the newest look that measured it; 0: none did */
	const struct change *const *items; /* in order of time, in changes->arena */
};
/* Of a past that does not fit into the arena the older half is left out, and the older half of what
 * is left, until it fits; a domain of which nothing fits has no changes. Both are noted: one domain
 * does not end the work on all others. */
MUST_CHECK int changes_judge(struct changes *changes, const struct changes_query *query,
			     struct changes_judged *ret_judged);
/* Leaves out the older half. False: there is no less to be judged. */
bool changes_halve(struct store_past *part);
/* Notes that only the newest so many looks of `past` were judged; what was complained of is over.
 */
void changes_note_part(struct changes *changes, const struct store_past *past, size_t count);
MUST_CHECK int changes_find(struct changes *changes);
/* Judges what was found once more and gives it, the highest score first. */
typedef int take_change(struct changes *changes, const struct change *change);
MUST_CHECK int changes_tell(struct changes *changes, take_change *take);
void changes_release_found(struct changes *changes);
/* Did one of the runs bring it to light: the change, or that it was undone? */
bool changes_is_news(const struct changes *changes, const struct change *change);
/* Those of one domain, in order of time, whatever their score: news, and all since `also_from_s`;
 * counts them, and notes the newest look. ERR_NOT_FOUND: it was never seen. */
MUST_CHECK int changes_of(struct changes *changes, const uint8_t *domain, take_change *take);

/* changes.c: public suffixes and the tables that --signals and --high-value name. */
MUST_CHECK int changes_open(struct changes *changes, const struct options *options,
			    struct complaint *complaint);
/* How many domains use a server, of changes->store. Stores of an older version do not know. */
MUST_CHECK int changes_count(struct changes *changes);
/* What changes_open made, what was found, counts and store. */
void changes_close(struct changes *changes);

/* clang-format off */
#define CHANGES_OPTION_ROWS \
	{.name = "high-value", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "domains whose loss would hurt many, a name a line, each with all below it"}, \
	{.name = "signals", .kind = OPTION_FILE, .argument = "FILE", \
	 .help = "the table of signals and points instead of the one that came with the program"}
/* clang-format on */
/* The domain's past as judge/change reads it, in changes->arena, which is emptied before. */
MUST_CHECK int changes_read_past(struct changes *changes, const struct store_past *past,
				 struct change_past **ret_past);
/* Judged at the domain's newest look. */
struct change_settings changes_settings(const struct changes *changes,
					const struct store_past *past);

/* changes_counts.c */
MUST_CHECK int server_counts_new(struct store *store, struct server_counts **ret_counts,
				 struct complaint *complaint);
uint64_t server_counts_get(const struct server_counts *counts, const uint8_t *name_server);
void server_counts_free(struct server_counts *counts); /* NULL is fine */

/* changes_print.c */
MUST_CHECK int changes_print(struct changes *changes, const struct change *change);

#endif
