/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `dsfi watch run`: rounds of looks at parents, which the watcher process makes; what they bring is
 * collected and written down in one go; of what moved a full look is made by `dsfi scan`, a process
 * of its own, while the looks go on; then its changes are told.
 *
 *   watch_run.c     the command: options, set-up, signals, the end
 *   watch_round.c   whom to look at when; what came of it
 *   watch_news.c    what is new, until it is written into the store
 *   watch_full.c    full looks, and the changes that they saw
 *   watch_again.c   what was told, and when it is looked at again
 *   watch_tell.c    lines for people and programs
 *
 * The store is open only for moments: for writing, so that others can write meanwhile (a scan, a
 * case), and never twice, since closing a file ends all of a process's locks on it that are not its
 * descriptors' own, SQLite's among them. While others write, news wait in memory, at most NEWS_MAX
 * of them: then no further looks are made. What a crash loses was not told either, and is seen
 * again in the next round.
 */
#ifndef CLI_WATCH_PRIVATE_H
#define CLI_WATCH_PRIVATE_H

#include "cli/changes_private.h"
#include "cli/gather_private.h"
#include "cli/progress.h"
#include "cli/watch_again.h"
#include "daemon/watch_parent.h"
#include "gather/watch/pace.h"
#include "keep/store/watch.h"
#include "os/process.h"

/* A line that is told. */
#define WATCH_LINE_MAX ((size_t)64 << 10)
/* 400 octets each at most. */
#define NEWS_MAX 100000u
/* Domains of one full look: few, so that the first is told soon. */
#define FULL_MAX 200u
/* Looks handed over and not over yet: what a parent that is silent holds up must not stop others;
 * some hundred octets each. */
#define LOOKS_IN_FLIGHT_MAX 20000u
/* Read from the store at a time. */
#define LOOKS_A_PART 4000u

struct news {
	struct store_watch_news news; /* domain: in `domain` */
	struct digest digest;
	uint8_t domain[]; /* as long as it is */
};

/* Changes since then are news, whichever run saw them; 0: those of the scan are. */
struct news_since {
	int64_t any_s, move_s; /* all; those that explain a move */
	int64_t seen_s; /* of a domain that moved: one of them since then was told before, when
			 * a scan saw it sooner than the look at the parent did; 0: no move */
};

struct watching {
	const struct options *options;
	struct complaint *complaint;
	const char *store_path;
	struct random random;
	struct loop *loop;
	struct arena arena; /* of the settings */
	struct wire_settings settings;
	struct opt_out_list opt_out;
	struct looker *looker;
	struct changes changes; /* tables */
	struct progress_line line;
	struct text text;
	struct watch signal_watch;
	uint64_t every_ms, rounds_wanted; /* 0: for ever */
	uint64_t full_most;               /* first looks in full, a round */
	struct again_times again;

	/* the round */
	struct pace pace;
	uint64_t began_ms;
	uint64_t handed, finished, opted_out, lost;
	uint64_t answered; /* looks of all rounds that somebody answered */
	struct store_watch_round counts;
	struct timer tick, next_round;
	struct look_target *part; /* LOOKS_A_PART, names in `names` */
	uint8_t (*names)[NAME_MAX_OCTETS];
	uint8_t last[NAME_MAX_OCTETS]; /* the domain that was handed out last */

	/* news */
	struct news **news;
	struct map *pending;             /* the same, by domain */
	struct store_watch_round *ended; /* a round to be noted; NULL: none */
	struct store_watch_round ended_round;
	uint64_t busy_since_ms; /* first attempt that found the store busy; 0: none did */
	struct timer write;

	/* full looks */
	struct watch scan_watch;
	struct process scan;
	uint64_t first_looks; /* in full, in this round */
	int64_t run_before;   /* newest run before the scan */
	struct store_watch_full full[FULL_MAX];
	struct told told[FULL_MAX]; /* of their changes */
	struct news_since since[FULL_MAX];
	unsigned scans_failed; /* one after the other */

	uint32_t rate_of_scans; /* questions a second to a server, of the rate; 0: no limit */
	uint32_t round;         /* number, from 0 */
	unsigned part_count, part_at, news_count, news_room, full_count;
	int lock, signals, error;
	bool has_last, is_in_round, is_exhausted, is_slow_told, is_busy_told;
	bool is_scanning, are_full_made; /* they are over and not noted yet */
	bool is_stopping;
	uint8_t full_names[FULL_MAX][NAME_MAX_OCTETS];
	uint8_t told_octets[FULL_MAX][WATCH_TOLD_OCTETS_MAX]; /* the same, as they are kept */
};

/* watch_run.c: ends the loop; the first error counts. */
void watch_end(struct watching *watching, int error);
/* Is there nothing left to be done? Ends the loop then. */
void watch_consider_end(struct watching *watching);
uint64_t watch_now_ms(const struct watching *watching);
int64_t watch_wall_s(void);

/* Opens the store for reading, calls, closes. */
typedef int watch_with_store(struct watching *watching, struct store *store);
MUST_CHECK int watch_reading(struct watching *watching, watch_with_store *with);

/* watch_round.c */
void watch_round_begin(void *context);
void watch_tick(void *context);
/* What is known of the domains has changed: those not handed out yet are read anew. */
void watch_list_is_old(struct watching *watching);
void watch_looked(void *context, const struct wire_looked *looked);
void watch_crashed(void *context, uint32_t lost, const uint8_t *name);

/* watch_news.c */
/* What is known of the domain waits to be written: another look would find the same. */
bool watch_news_has(const struct watching *watching, const uint8_t *domain);
MUST_CHECK int watch_news_add(struct watching *watching, const struct store_watch_news *news);
/* A timer's: tries to write what there is. */
void watch_write(void *context);
/* As soon as possible. */
void watch_write_soon(struct watching *watching);
bool watch_is_written(const struct watching *watching);
void watch_news_release(struct watching *watching);

/* watch_full.c */
/* Starts a full look of what is due, unless one is under way. */
void watch_full_start(struct watching *watching);
void watch_full_release(struct watching *watching);

/* watch_tell.c */
void watch_tell_looked(struct watching *watching, const struct wire_looked *looked);
void watch_tell_round(struct watching *watching, const struct store_watch_round *round);
void watch_tell_unseen(struct watching *watching, const uint8_t *domain);
void watch_json_time(struct json *json, const char *key, int64_t time_s); /* 0: null */

#endif
