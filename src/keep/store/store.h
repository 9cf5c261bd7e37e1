/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store: what was seen and judged, in one SQLite file (WAL: readers work while a scan writes).
 * Cost grows with change, not with size: a domain's canonical state is content-addressed, kept once
 * and compressed; a night that equals the one before moves the end of an interval and adds nothing.
 * Raw observations are kept for the first and the last night of an interval. What a call
 * acknowledged (store_commit returned 0) survives kill -9 and power loss
 * (docs/why/nothing-lost.md).
 *
 * One process writes at a time: store_open(STORE_WRITE) gives ERR_BUSY and names the one that does.
 * When a call of the writer fails, nothing since the last commit is kept and every further call but
 * store_close gives the same error. Callbacks must not call the store; what they return other than
 * 0 ends the call and is returned by it.
 *
 * The schema has a version; a newer store is refused with a sentence (ERR_UNSUPPORTED), something
 * else too (ERR_FORMAT), a damaged one is named as such (ERR_DAMAGED), a read-only or full disk is
 * ERR_FULL or ERR_PERMISSION. docs/format/store.md tells the tables.
 */
#ifndef KEEP_STORE_STORE_H
#define KEEP_STORE_STORE_H

#include "base/error.h"
#include "model/adoption.h"
#include "model/exception.h"
#include "model/finding.h"
#include "model/observation.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

enum store_mode { STORE_READ, STORE_WRITE /* creates it */ };

MUST_CHECK int store_open(const char *path, enum store_mode mode, struct store **ret_store,
			  struct complaint *complaint);
/* Rolls back what was not committed. store_close(NULL) is fine. */
void store_close(struct store *store);

struct store_run {
	int64_t id;
	int64_t started_s, finished_s; /* finished 0: still running or interrupted */
	char profile[64];
	char vantage[64];
	uint64_t domains; /* targets of the run, as told */
	uint64_t done;    /* observations acknowledged */
};
/* Committed when it returns. */
MUST_CHECK int store_run_begin(struct store *store, const struct store_run *run, int64_t *ret_id,
			       struct complaint *complaint);
/* The newest unfinished run; ERR_NOT_FOUND when all are finished. `done` is right after a commit.
 */
MUST_CHECK int store_run_open(struct store *store, struct store_run *ret_run,
			      struct complaint *complaint);
MUST_CHECK int store_run_finish(struct store *store, int64_t run, int64_t finished_s,
				struct complaint *complaint);
/* Has this run got this domain already? For --resume. */
MUST_CHECK int store_run_has(struct store *store, int64_t run, const uint8_t *domain, bool *ret_has,
			     struct complaint *complaint);

/*
 * Adds one observation (encoded, and decoded form of the same) with its findings. Buffered in a
 * transaction until store_commit; some hundred to a commit cost little, one by one each costs a
 * sync. One run between two commits. Findings are the same from one look to the next when code and
 * server are; their words are those of the last look. A finding whose code is now among
 * `not_measured` is neither found nor mended: it stays as it was.
 */
struct store_entry {
	int64_t run;
	const struct observation *observation;
	const uint8_t *encoded;
	size_t encoded_size;
	const struct finding *findings;
	size_t finding_count;
	const char *const *not_measured; /* codes of checks that could not be made */
	size_t not_measured_count;
	const struct adoption *adoption; /* NULL: nothing is kept of it */
};
MUST_CHECK int store_add(struct store *store, const struct store_entry *entry,
			 struct complaint *complaint);
MUST_CHECK int store_commit(struct store *store, struct complaint *complaint);

/* A domain's past: intervals, oldest first. The pointers live during the call. */
struct store_interval {
	int64_t first_s, last_s;
	int64_t first_run, last_run;
	const uint8_t *state; /* canonical state, decompressed */
	size_t state_size;
	const uint8_t *first_raw; /* encoded observations; last_raw NULL when seen once */
	size_t first_raw_size;
	const uint8_t *last_raw;
	size_t last_raw_size;
};
typedef int store_take_interval(void *context, const struct store_interval *interval);
MUST_CHECK int store_history(struct store *store, const uint8_t *domain, store_take_interval *take,
			     void *context, struct complaint *complaint);

/*
 * A domain's past without what was received: states from when to when, oldest first; of very many
 * the newest. Pointers live during the call; raw observations are NULL.
 */
#define STORE_PAST_INTERVALS_MAX 400u
struct store_past {
	const uint8_t *domain;
	size_t count;
	const struct store_interval *intervals;
	bool is_cut; /* there are older ones */
};
typedef int store_take_past(void *context, const struct store_past *past);
/* Every domain that a state began of in this run or a later one, other than the first state it was
 * ever in; in canonical order of name. ERR_NOT_FOUND: no such run. */
MUST_CHECK int store_changed(struct store *store, int64_t run, store_take_past *take, void *context,
			     struct complaint *complaint);
/* Every domain there ever was, in canonical order of name. */
MUST_CHECK int store_pasts(struct store *store, store_take_past *take, void *context,
			   struct complaint *complaint);
/* How many there are. */
MUST_CHECK int store_domain_count(struct store *store, uint64_t *ret_count,
				  struct complaint *complaint);
/* ERR_NOT_FOUND: never seen. */
MUST_CHECK int store_past_of(struct store *store, const uint8_t *domain, store_take_past *take,
			     void *context, struct complaint *complaint);

/* A finding from the first look that found it to the last that did. */
struct store_finding {
	struct finding finding;
	int64_t first_s, last_s;
	int64_t first_run;
	int64_t last_run; /* in which it was not known to be mended; INT64_MAX: still there */
	bool is_open;     /* found, or not measured, when the domain was last looked at */
};
typedef int store_take_finding(void *context, const struct store_finding *finding);
/* Given in order of domain, those of one domain in the order in which they were first found. */
struct store_filter {
	const uint8_t *domain; /* NULL: all. ERR_NOT_FOUND when it was never seen */
	int64_t run;           /* what this run found; 0: the newest, or the domain's last look */
	bool include_closed;   /* all there ever were; `run` is not looked at */
};
MUST_CHECK int store_findings(struct store *store, const struct store_filter *filter,
			      store_take_finding *take, void *context, struct complaint *complaint);
/*
 * Every domain seen in a run, in canonical order of name, with a raw observation of that state: the
 * run's own when it is the first or the last of its interval, the last one's otherwise.
 */
typedef int store_take_domain(void *context, const uint8_t *domain, const uint8_t *encoded,
			      size_t encoded_size);
MUST_CHECK int store_domains(struct store *store, int64_t run, store_take_domain *take,
			     void *context, struct complaint *complaint);
/* The same of one domain; ERR_NOT_FOUND when it was never seen. Whether the run saw it is the
 * caller's to know (store_seen_has). */
struct store_one {
	const uint8_t *domain;
	int64_t run;
};
MUST_CHECK int store_look(struct store *store, const struct store_one *one, store_take_domain *take,
			  void *context, struct complaint *complaint);
/* Counts per code for a run: findings (domains) and domains where it was not measured. */
struct store_count {
	char code[48];
	uint64_t domains, not_measured;
};
typedef int store_take_count(void *context, const struct store_count *count);
MUST_CHECK int store_counts(struct store *store, int64_t run, store_take_count *take, void *context,
			    struct complaint *complaint);
/*
 * Who had a finding of this code, by number, from run to run; in order of domain. Several of one
 * domain: at several servers, or it came back. No domain ever had it: nothing is given.
 */
struct store_span {
	int64_t domain;
	int64_t first_run;
	int64_t last_run; /* in which it was not known to be mended; INT64_MAX: still there */
};
typedef int store_take_span(void *context, const struct store_span *span);
MUST_CHECK int store_spans(struct store *store, const char *code, store_take_span *take,
			   void *context, struct complaint *complaint);
/*
 * Adoption: for every domain a row when it, or the set of name servers its parent names
 * (model/name_servers.h), was another than before; it is valid until the domain's next row, in
 * those runs that saw the domain. Rows are in order of domain's number, then of run. ERR_NOT_FOUND:
 * the store is of an older version.
 */
struct store_adoption {
	int64_t domain; /* its number in this store */
	int64_t first_run;
	int64_t servers; /* the number of the set */
	struct adoption states;
};
typedef int store_take_adoption(void *context, const struct store_adoption *adoption);
MUST_CHECK int store_adoptions(struct store *store, store_take_adoption *take, void *context,
			       struct complaint *complaint);
/* In order of number; octets are of name_servers_encode. */
typedef int store_take_servers(void *context, int64_t id, const uint8_t *octets, size_t size);
MUST_CHECK int store_server_sets(struct store *store, store_take_servers *take, void *context,
				 struct complaint *complaint);
/* All domains there ever were, in canonical order of name. */
typedef int store_take_name(void *context, int64_t domain, const uint8_t *name);
MUST_CHECK int store_names(struct store *store, store_take_name *take, void *context,
			   struct complaint *complaint);
/* The first run of which adoption is kept. */
MUST_CHECK int store_adoption_from(struct store *store, int64_t *ret_run,
				   struct complaint *complaint);
/* By which totals of the same store are known again: 32 hexadecimal digits, drawn when the store
 * was made; a copy has the same. "" in a store that has none. */
#define STORE_IDENTITY_ROOM 33
MUST_CHECK int store_identity(struct store *store, char ret_identity[STORE_IDENTITY_ROOM],
			      struct complaint *complaint);
bool store_identity_is_one(const char *text);
/* Which domains a run has seen. */
struct store_seen;
MUST_CHECK int store_seen_load(struct store *store, int64_t run, struct store_seen **ret_seen,
			       struct complaint *complaint);
bool store_seen_has(const struct store_seen *seen, int64_t domain);
void store_seen_free(struct store_seen *seen); /* NULL is fine */

/*
 * Exceptions and disputes (model/exception.h). One is kept with its number when the call returns;
 * none is ever taken away: one that is withdrawn has an end, so that what an old report set aside
 * can still be explained. The writer's calls commit by themselves. ERR_ARGUMENT with words: it is
 * not in its form; ERR_LIMIT: there are EXCEPTIONS_MAX.
 */
MUST_CHECK int store_exception_add(struct store *store, const struct exception *exception,
				   int64_t *ret_number, struct complaint *complaint);
/* ERR_NOT_FOUND: there is none of that number; ERR_ARGUMENT: it has ended already. */
MUST_CHECK int store_exception_withdraw(struct store *store, int64_t number, int64_t time_s,
					const char *by, struct complaint *complaint);
/* All there ever were, by number; a store of an older version has none. Pointers live during the
 * call. ERR_DAMAGED: one is not in its form. */
typedef int store_take_exception(void *context, const struct exception *exception);
MUST_CHECK int store_exceptions(struct store *store, store_take_exception *take, void *context,
				struct complaint *complaint);

typedef int store_take_run(void *context, const struct store_run *run);
MUST_CHECK int store_runs(struct store *store, store_take_run *take, void *context,
			  struct complaint *complaint);
/* PRAGMA quick_check and our own invariants, by reading everything; ERR_DAMAGED says what is wrong.
 */
MUST_CHECK int store_verify(struct store *store, struct complaint *complaint);

#endif
