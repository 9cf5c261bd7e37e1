/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watched domains in the store: whose they are, what their parent said of them last, and which of
 * them are to be looked at in full. A row changes when something is new of its domain, never
 * because it was looked at; that a round went by is one row for all of them. They are walked in an
 * order that mixes parents, so that no parent's servers get all their questions in a row. As
 * elsewhere in the store, store_commit makes what was put last (keep/store/store.h, which tells of
 * errors, too). A store of an older version has no such table: ERR_NOT_FOUND.
 */
#ifndef KEEP_STORE_WATCH_H
#define KEEP_STORE_WATCH_H

#include "keep/store/store.h"

#define WATCH_DIGEST_OCTETS 16
/* Of a list, and of who added a domain: each stands in a million rows. */
#define WATCH_WORDS_MAX 63
/* What was told of a domain's changes while they are scored again; the octets are the watch's. */
#define WATCH_TOLD_OCTETS_MAX 512u

/* How much a full look is due: more looks are made when the first one does not see what moved. */
enum watch_due {
	WATCH_DUE_NOT,
	WATCH_DUE_FIRST, /* the domain was seen for the first time */
	WATCH_DUE_LAST_TRY,
	WATCH_DUE_AGAIN,
	WATCH_DUE_MOVED,
	WATCH_DUE_LATER, /* at a time: what was told of it is scored again */
};

struct store_watch {
	const uint8_t *domain;
	int64_t since_s;
	const char *by_whom;   /* the account that added it */
	const char *list;      /* "": of no list */
	int64_t looked_s;      /* first look that was answered; 0: none was yet */
	const uint8_t *digest; /* of what the parent says; NULL: not known yet */
	const uint8_t *doubt;  /* what single servers said that others did not; NULL: nothing */
	int64_t moved_s;       /* 0: never */
	int64_t silent_s;      /* since when no server of the parent answers; 0: one does */
	int64_t full_s;        /* last look in full that the watch asked for; 0: none */
	enum watch_due due;
	int64_t later_s;     /* of WATCH_DUE_LATER; else 0 */
	const uint8_t *told; /* NULL: nothing that is scored again */
	size_t told_size;
};
/* The pointers live during the call. */
typedef int store_take_watch(void *context, const struct store_watch *watch);

/* Domain, since, by whom, list. A domain that is watched stays as it is: ret_is_new false. */
MUST_CHECK int store_watch_add(struct store *store, const struct store_watch *watch,
			       bool *ret_is_new, struct complaint *complaint);
MUST_CHECK int store_watch_remove(struct store *store, const uint8_t *domain, bool *ret_was_there,
				  struct complaint *complaint);
MUST_CHECK int store_watch_count(struct store *store, uint64_t *ret_count,
				 struct complaint *complaint);
/* All of them, in canonical order of name. */
MUST_CHECK int store_watches(struct store *store, store_take_watch *take, void *context,
			     struct complaint *complaint);
/* ERR_NOT_FOUND: it is not watched. */
MUST_CHECK int store_watch(struct store *store, const uint8_t *domain, store_take_watch *take,
			   void *context, struct complaint *complaint);

/* Where a domain stands in the order of a round: many are added fastest in that order. */
uint32_t store_watch_place(const uint8_t *domain);
/* Some of them, in the order of a round; `after` NULL: the first. */
struct store_watch_part {
	const uint8_t *after;
	unsigned most;
};
MUST_CHECK int store_watch_next(struct store *store, const struct store_watch_part *part,
				store_take_watch *take, void *context, struct complaint *complaint);
/* Those of which a full look is due, what moved first, then what is scored again, whose time has
 * come at `now_s`; those that were looked at in vain, or again, after `before_s` have to wait. */
struct store_watch_queue {
	int64_t before_s, now_s;
	unsigned most;
};
MUST_CHECK int store_watch_due(struct store *store, const struct store_watch_queue *queue,
			       store_take_watch *take, void *context, struct complaint *complaint);

/* What a look at the parent brought. */
enum watch_event {
	WATCH_SEEN,    /* for the first time: digest */
	WATCH_MOVED,   /* digest */
	WATCH_DIFFERS, /* servers of the parent disagree: digest of what one says */
	WATCH_SILENT,  /* none answers */
	WATCH_HEARD,   /* one answers again, and says what was known */
};
struct store_watch_news {
	const uint8_t *domain;
	enum watch_event event;
	int64_t time_s;
	const uint8_t *digest; /* NULL where there is none */
};
/* Nothing happens when the domain is watched no more. */
MUST_CHECK int store_watch_note(struct store *store, const struct store_watch_news *news,
				struct complaint *complaint);
/* A full look was made. `due`: what is due after it. */
struct store_watch_full {
	const uint8_t *domain;
	int64_t time_s;
	enum watch_due due;
	int64_t later_s;
	const uint8_t *told; /* at most WATCH_TOLD_OCTETS_MAX; NULL: nothing */
	size_t told_size;
};
MUST_CHECK int store_watch_looked(struct store *store, const struct store_watch_full *full,
				  struct complaint *complaint);

/* A round: every watched domain was looked at, or its look was given up. */
struct store_watch_round {
	int64_t began_s, ended_s;
	uint64_t looked, silent, differing, moved;
};
MUST_CHECK int store_watch_round_put(struct store *store, const struct store_watch_round *round,
				     struct complaint *complaint);
/* The newest; ERR_NOT_FOUND: there was none. */
MUST_CHECK int store_watch_round_last(struct store *store, struct store_watch_round *ret_round,
				      struct complaint *complaint);

/* One process at a time watches a store; it writes now and then, and others may write meanwhile.
 * The descriptor holds the lock until it is closed. ERR_BUSY, ERR_NOT_FOUND, ERR_PERMISSION. */
MUST_CHECK int store_watch_lock(const char *path, int *ret_descriptor, struct complaint *complaint);

#endif
