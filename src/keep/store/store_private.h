/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the store share. docs/format/store.md explains the tables.
 *
 * Errors: whatever goes wrong inside a transaction of the writer ends it, and the store refuses
 * everything but closing from then on: what was not acknowledged is not there, never half of it.
 */
#ifndef KEEP_STORE_PRIVATE_H
#define KEEP_STORE_PRIVATE_H

#include "base/arena.h"
#include "base/error.h"
#include "keep/store/store.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

/* "DSFI" in the file's header, where file(1) and others look. */
#define STORE_APPLICATION_ID 0x44534649
#define STORE_SCHEMA_VERSION 3
/* From here on there are the tables `servers`, `adoption` and `exception`. */
#define STORE_SCHEMA_WITH_ADOPTION 2
/* And here those of cases: `draft`, `party`, `contact`, `message`, `summary`, `delivery`, `parcel`,
 * `audit`; and `watch`, `watch_round`. */
#define STORE_SCHEMA_WITH_CASES 3

/* The largest observation and its state, both packed and unpacked, and room to work. */
#define STORE_ARENA_CAP (96u << 20)
#define STORE_ARENA_CHUNK (128u << 10)

/* A reader that finds a checkpoint going on, or the writer's last moment, waits this long. */
#define STORE_BUSY_TIMEOUT_MS 10000

/* Which domains a run has seen: a bit a domain, in rows of this many. */
#define SEEN_CHUNK_DOMAINS 4096u
#define SEEN_CHUNK_OCTETS (SEEN_CHUNK_DOMAINS / 8)
/* Domain numbers are given in order; 2^31 of them take 256 MiB of bits. */
#define STORE_DOMAINS_MAX ((int64_t)1 << 31)

/* First 16 octets of BLAKE2b: two of 2^50 states collide with a chance of 2^-29. */
#define STATE_KEY_OCTETS 16

/* A raw observation is told as the difference to an earlier one, that to one before, up to here. */
#define EVIDENCE_DEPTH_MAX 8

/* Name in canonical order (key.c): two octets for each of the name's. */
#define NAME_KEY_MAX 512

enum statement {
	STATEMENT_BEGIN_READ,
	STATEMENT_BEGIN_WRITE,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_RUN_INSERT,
	STATEMENT_RUN_NEWEST_OPEN,
	STATEMENT_RUN_NEWEST,
	STATEMENT_RUN_FINISH,
	STATEMENT_RUN_DONE,
	STATEMENT_RUN_ALL,
	STATEMENT_SEEN_GET,
	STATEMENT_SEEN_PUT,
	STATEMENT_SEEN_RUN,
	STATEMENT_DOMAIN_GET,
	STATEMENT_DOMAIN_INSERT,
	STATEMENT_DOMAIN_MOVE,
	STATEMENT_DOMAIN_ALL,
	STATEMENT_DOMAIN_COUNT_GET,
	STATEMENT_DOMAIN_COUNT_PUT,
	STATEMENT_INTERVAL_GET,
	STATEMENT_INTERVAL_INSERT,
	STATEMENT_INTERVAL_EXTEND,
	STATEMENT_INTERVAL_ALL,
	STATEMENT_INTERVAL_NEWEST,
	STATEMENT_EVIDENCE_GET,
	STATEMENT_EVIDENCE_INSERT,
	STATEMENT_STATE_FIND,
	STATEMENT_STATE_GET,
	STATEMENT_STATE_INSERT,
	STATEMENT_ADDRESS_INSERT,
	STATEMENT_ADDRESS_ALL,
	STATEMENT_CODE_FIND,
	STATEMENT_CODE_GET,
	STATEMENT_CODE_INSERT,
	STATEMENT_FINDING_OPEN,
	STATEMENT_FINDING_ORDINAL,
	STATEMENT_FINDING_INSERT,
	STATEMENT_FINDING_CLOSE,
	STATEMENT_FINDING_NOTE,
	STATEMENT_FINDING_CHANGE,
	STATEMENT_FINDING_OF,
	STATEMENT_FINDING_ALL,
	STATEMENT_FINDING_SPANS,
	STATEMENT_WORDS_GET,
	STATEMENT_WORDS_INSERT,
	STATEMENT_WORDS_CHANGE,
	STATEMENT_GAP_OPEN,
	STATEMENT_GAP_INSERT,
	STATEMENT_GAP_CLOSE,
	STATEMENT_GAP_OF,
	STATEMENT_GAP_ALL,
	STATEMENT_GAP_SET_FIND,
	STATEMENT_GAP_SET_GET,
	STATEMENT_GAP_SET_INSERT,
	STATEMENT_SERVERS_FIND,
	STATEMENT_SERVERS_INSERT,
	STATEMENT_SERVERS_ALL,
	STATEMENT_ADOPTION_NEWEST,
	STATEMENT_ADOPTION_PUT,
	STATEMENT_ADOPTION_ALL,
	STATEMENT_ADOPTION_FROM,
	STATEMENT_IDENTITY_GET,
	STATEMENT_EXCEPTION_INSERT,
	STATEMENT_EXCEPTION_COUNT,
	STATEMENT_EXCEPTION_GET,
	STATEMENT_EXCEPTION_ALL,
	STATEMENT_EXCEPTION_END,
	STATEMENT_PARTY_INSERT,
	STATEMENT_PARTY_NEWEST,
	STATEMENT_PARTY_ALL,
	STATEMENT_PARTY_EDITIONS,
	STATEMENT_PARTY_EVERY,
	STATEMENT_SELF_PUT,
	STATEMENT_SELF_GET,
	STATEMENT_CONTACT_PUT,
	STATEMENT_CONTACT_ALL,
	STATEMENT_DRAFT_PUT,
	STATEMENT_DRAFT_ALL,
	STATEMENT_MESSAGE_INSERT,
	STATEMENT_MESSAGE_GET,
	STATEMENT_MESSAGE_COUNT,
	STATEMENT_MESSAGE_RENEW,
	STATEMENT_MESSAGE_CASE,
	STATEMENT_MESSAGE_ALL,
	STATEMENT_CASE_ALL,
	STATEMENT_SUMMARY_PUT,
	STATEMENT_DELIVERY_PUT,
	STATEMENT_DELIVERY_OF,
	STATEMENT_DELIVERY_ALL,
	STATEMENT_PARCEL_PUT,
	STATEMENT_PARCEL_OF,
	STATEMENT_DELIVERY_FORGET,
	STATEMENT_PARCEL_FORGET,
	STATEMENT_PARCEL_DROP,
	STATEMENT_AUDIT_INSERT,
	STATEMENT_AUDIT_LAST,
	STATEMENT_AUDIT_ALL,
	STATEMENT_WATCH_INSERT,
	STATEMENT_WATCH_DELETE,
	STATEMENT_WATCH_COUNT,
	STATEMENT_WATCH_ALL,
	STATEMENT_WATCH_GET,
	STATEMENT_WATCH_NEXT,
	STATEMENT_WATCH_DUE,
	STATEMENT_WATCH_SEEN,
	STATEMENT_WATCH_MOVED,
	STATEMENT_WATCH_DIFFERS,
	STATEMENT_WATCH_SILENT,
	STATEMENT_WATCH_HEARD,
	STATEMENT_WATCH_LOOKED,
	STATEMENT_WATCH_ROUND_PUT,
	STATEMENT_WATCH_ROUND_LAST,
	STATEMENT_DELIVERY_EXPIRE,
	STATEMENT_PARCEL_EXPIRE,
	STATEMENT_SUMMARY_EXPIRE,
	STATEMENT_MESSAGE_EXPIRE,
	STATEMENT_CONTACT_EXPIRE,
	STATEMENT_DRAFT_EXPIRE,
	STATEMENT_AUDIT_CUT,
	STATEMENT_AUDIT_EXPIRE,
	STATEMENT_AUDIT_BASE_PUT,
	STATEMENT_PID_PUT,
	STATEMENT_PID_GET,
	STATEMENT_COUNT,
};

/* The row of `seen` at hand, written back when another one is needed and at commit. */
struct seen_chunk {
	int64_t run;
	int64_t chunk;
	bool is_loaded;
	bool is_changed;
	uint8_t bits[SEEN_CHUNK_OCTETS];
};

/* Codes met so far; a catalogue has some hundred. */
#define CODES_REMEMBERED 256
struct known_code {
	int64_t id;
	char text[48];
};

/* Sets of name servers met last, each at its place by the first octet of its key. */
#define SERVERS_REMEMBERED 256
struct known_servers {
	int64_t id; /* 0: none */
	uint8_t key[STATE_KEY_OCTETS];
};

struct store {
	sqlite3 *database;
	char *path;
	int schema; /* the file's version */
	bool can_write;
	bool in_transaction;
	int broken; /* the error that ended the writer's work, or OK */
	int lock_descriptor;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	ZSTD_CCtx *packer;
	ZSTD_DCtx *unpacker;
	struct arena arena;  /* of the call at hand */
	struct arena walked; /* of the row at hand, where a call walks many */
	struct seen_chunk seen;
	int64_t done_run; /* observations added since the last commit */
	uint64_t done;
	int64_t domain_count; /* ids given so far */
	bool has_new_domains;
	size_t code_count;
	struct known_code codes[CODES_REMEMBERED];
	struct known_servers servers[SERVERS_REMEMBERED];
};

/* --- statement.c: prepared once ----------------------------------------------------------------
 */

/* The statement, reset, with nothing bound to it. */
MUST_CHECK int statement_ready(struct store *store, enum statement which, sqlite3_stmt **ret);
/* Steps; OK with a row or without one. */
MUST_CHECK int statement_row(struct store *store, sqlite3_stmt *statement, bool *ret_has_row);
/* Steps to the end: for statements that give no rows. */
MUST_CHECK int statement_run(struct store *store, sqlite3_stmt *statement);
/* Runs one without parameters. */
MUST_CHECK int statement_simple(struct store *store, enum statement which);
/* A column's octets, copied; NULL value gives NULL and 0. */
MUST_CHECK int column_copy(struct arena *arena, sqlite3_stmt *statement, int column,
			   const uint8_t **ret_octets, size_t *ret_size);
/* A sentence for an error of ours or of the last SQLite call: file, cause, way out. Gives `error`.
 */
int store_fail(struct store *store, struct complaint *complaint, int error, const char *what);
/* What SQLite's last failure is in our table of errors. Calls that it is asked about are made with
 * errno 0 before, so that a cause found there is theirs. */
int store_error(const struct store *store);

/* --- transaction.c -----------------------------------------------------------------------------
 */

MUST_CHECK int store_write_begin(struct store *store);
/* Ends the writer's work for good: nothing since the last commit stays. Returns `error`. */
int store_break(struct store *store, struct complaint *complaint, int error, const char *what);
/* The same where the writer was reading; a reader may try again. Returns `error`. */
int store_fail_reading(struct store *store, struct complaint *complaint, int error,
		       const char *what);
/* A consistent view for a call that reads several tables. Ends with store_read_end. */
MUST_CHECK int store_read_begin(struct store *store, bool *ret_began);
void store_read_end(struct store *store, bool began);

/* --- lock.c ------------------------------------------------------------------------------------
 */

MUST_CHECK int store_lock(struct store *store, struct complaint *complaint);
void store_unlock(struct store *store);
int store_complain_busy(struct store *store, struct complaint *complaint);

/* --- rows.c: calls that walk the rows of one statement -----------------------------------------
 */

struct rows {
	enum statement which;
	const char *key;         /* bound as ?1 unless NULL */
	int since;               /* the schema that brought the table */
	const char *older_words; /* what a store without it says: "kept no messages" */
	/* Gives what the caller's function gave, ERR_DAMAGED for a row that is none of ours. */
	int (*take)(void *context, sqlite3_stmt *row);
	void *context;
};
MUST_CHECK int rows_walk(struct store *store, const struct rows *rows, struct complaint *complaint);
/* Octets of a row that a text was put into, with a NUL behind them; NULL when it has none. */
const char *column_words(sqlite3_stmt *row, int column);
/* What every call that writes begins with; ERR_* with its sentence. */
MUST_CHECK int rows_begin(struct store *store, enum statement which, sqlite3_stmt **ret_statement,
			  struct complaint *complaint);
/* Runs it; a failure ends the writer's work. */
MUST_CHECK int rows_put(struct store *store, sqlite3_stmt *statement, const char *what,
			struct complaint *complaint);

/* --- verify_cases.c: is every party and message what its columns say, does the audit follow? ----
 */
MUST_CHECK int verify_cases(struct store *store, struct complaint *complaint);

/* --- key.c -------------------------------------------------------------------------------------
 */

/* Octets whose order is the canonical order of names (RFC 4034 s6.1). Returns their number. */
size_t name_to_key(const uint8_t *name, uint8_t key[NAME_KEY_MAX]);
MUST_CHECK int name_from_key(const uint8_t *key, size_t size, uint8_t ret_name[255]);

/* --- pack.c ------------------------------------------------------------------------------------
 */

struct octets {
	const uint8_t *data;
	size_t size;
};
/* Compressed against a basis (size 0: none), in the arena. */
MUST_CHECK int pack(struct store *store, struct octets plain, struct octets basis,
		    struct octets *ret_packed);
/* ERR_DAMAGED when it is not what pack made. `packed` may be followed by zeros. */
MUST_CHECK int unpack(struct store *store, struct octets packed, struct octets basis, size_t limit,
		      struct octets *ret_plain);

/* --- evidence.c --------------------------------------------------------------------------------
 */

MUST_CHECK int evidence_get(struct store *store, int64_t id, struct octets *ret_raw);
/* `basis` 0: none. Evidence and the interval it opens have one number. */
MUST_CHECK int evidence_put(struct store *store, int64_t basis, struct octets raw, int64_t *ret_id);
MUST_CHECK int state_get(struct store *store, int64_t id, struct octets *ret_state);
/* Finds it by content, or keeps it, told as the difference to evidence `basis` (`raw`). */
MUST_CHECK int state_put(struct store *store, struct octets state, int64_t basis, struct octets raw,
			 int64_t *ret_id);
/* 0 when it is not kept. */
MUST_CHECK int state_find(struct store *store, struct octets state, int64_t *ret_id);
void state_key(struct octets state, uint8_t key[STATE_KEY_OCTETS]);

/* --- interval.c --------------------------------------------------------------------------------
 */

struct interval {
	int64_t id, domain, previous, state;
	int64_t first_run, first_s, last_run, last_s;
	struct octets last; /* as it stands: packed, with room behind it */
};
MUST_CHECK int interval_get(struct store *store, int64_t id, struct interval *ret_interval);
/* The domain's newest interval; ERR_NOT_FOUND: it was never seen. */
MUST_CHECK int interval_newest(struct store *store, const uint8_t *domain, int64_t *ret_interval);
/* `room`: octets kept for the last raw observation. */
MUST_CHECK int interval_insert(struct store *store, const struct interval *interval, size_t room);
/* The end moves in place: the row keeps its size as long as `packed` fits. */
MUST_CHECK int interval_extend(struct store *store, const struct interval *interval, int64_t run,
			       int64_t last_s, struct octets packed);
/* Both raw observations; last NULL when the interval is one look. */
MUST_CHECK int interval_raw(struct store *store, const struct interval *interval,
			    struct octets *ret_first, struct octets *ret_last);

/* --- seen.c ------------------------------------------------------------------------------------
 */

MUST_CHECK int seen_mark(struct store *store, int64_t run, int64_t domain, bool *ret_was_new);
MUST_CHECK int seen_has(struct store *store, int64_t run, int64_t domain, bool *ret_has);
MUST_CHECK int seen_flush(struct store *store);

/* All of a run, for readers. */
struct seen_set {
	size_t octets;
	uint8_t *bits;
};
MUST_CHECK int seen_set_load(struct store *store, int64_t run, struct seen_set *ret_set);
void seen_set_release(struct seen_set *set);
bool seen_set_has(const struct seen_set *set, int64_t domain);

/* --- code.c ------------------------------------------------------------------------------------
 */

MUST_CHECK int code_id(struct store *store, const char *text, int64_t *ret_id);
MUST_CHECK int code_text(struct store *store, int64_t id, char ret_text[48]);

/* --- finding_put.c, gap.c ----------------------------------------------------------------------
 */

/* One look at a domain. */
struct look {
	int64_t domain;
	int64_t run, time_s;
	int64_t before_run, before_s; /* the look before; 0 when there was none */
	const struct store_entry *entry;
};
MUST_CHECK int findings_put(struct store *store, const struct look *look);
MUST_CHECK int gap_put(struct store *store, const struct look *look);
/* adoption.c */
MUST_CHECK int adoption_put(struct store *store, const struct look *look);
/* Was this code not measured then? `codes`: a gap set's octets. */
bool gap_set_has(struct octets codes, int64_t code);
/* The set of codes not measured of a domain in a run; size 0 when there were none. */
MUST_CHECK int gap_of(struct store *store, int64_t domain, int64_t run, struct octets *ret_codes);

#endif
