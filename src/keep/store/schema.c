/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/schema_private.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Small rows that move every night stand apart from large ones that never do, so that a night
 * writes few pages. Rows that grow at the end have numbers; those found by what they are have none.
 */
static const char *const tables =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE run(id INTEGER PRIMARY KEY, started_s INTEGER NOT NULL,"
	" finished_s INTEGER NOT NULL, profile TEXT NOT NULL, vantage TEXT NOT NULL,"
	" domains INTEGER NOT NULL, done INTEGER NOT NULL);"
	"CREATE TABLE seen(run INTEGER NOT NULL, chunk INTEGER NOT NULL, bits BLOB NOT NULL,"
	" PRIMARY KEY(run, chunk)) WITHOUT ROWID;"
	"CREATE TABLE domain(name BLOB PRIMARY KEY, id INTEGER NOT NULL,"
	" interval INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE interval(id INTEGER PRIMARY KEY, domain INTEGER NOT NULL, previous INTEGER,"
	" state INTEGER NOT NULL, first_run INTEGER NOT NULL, first_s INTEGER NOT NULL,"
	" last_run INTEGER NOT NULL, last_s INTEGER NOT NULL, last BLOB NOT NULL);"
	"CREATE TABLE evidence(id INTEGER PRIMARY KEY, basis INTEGER, depth INTEGER NOT NULL,"
	" body BLOB NOT NULL);"
	"CREATE TABLE state(id INTEGER PRIMARY KEY, basis INTEGER NOT NULL, body BLOB NOT NULL);"
	"CREATE TABLE address(key BLOB PRIMARY KEY, state INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE code(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
	"CREATE TABLE finding(domain INTEGER NOT NULL, ordinal INTEGER NOT NULL,"
	" code INTEGER NOT NULL, server TEXT, digest INTEGER NOT NULL, words INTEGER NOT NULL,"
	" first_run INTEGER NOT NULL, first_s INTEGER NOT NULL, last_run INTEGER, last_s INTEGER,"
	" PRIMARY KEY(domain, ordinal)) WITHOUT ROWID;"
	"CREATE TABLE words(id INTEGER PRIMARY KEY, body BLOB NOT NULL);"
	"CREATE TABLE gap(domain INTEGER NOT NULL, first_run INTEGER NOT NULL,"
	" codes INTEGER NOT NULL, last_run INTEGER, PRIMARY KEY(domain, first_run)) WITHOUT ROWID;"
	"CREATE TABLE gap_set(id INTEGER PRIMARY KEY, codes BLOB NOT NULL UNIQUE);"
	"INSERT INTO meta VALUES('domains', 0);";

/* What the second version added. */
static const char *const tables_of_adoption =
	"CREATE TABLE servers(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,"
	" body BLOB NOT NULL);"
	"CREATE TABLE adoption(domain INTEGER NOT NULL, first_run INTEGER NOT NULL,"
	" states BLOB NOT NULL, servers INTEGER NOT NULL,"
	" PRIMARY KEY(domain, first_run)) WITHOUT ROWID;"
	"CREATE TABLE exception(number INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
	" about INTEGER NOT NULL, what TEXT NOT NULL, scope INTEGER NOT NULL,"
	" whose TEXT NOT NULL, reason TEXT NOT NULL, by_whom TEXT NOT NULL,"
	" recorded_s INTEGER NOT NULL, until_s INTEGER, withdrawn_s INTEGER, withdrawn_by TEXT);"
	"INSERT INTO meta VALUES('identity', lower(hex(randomblob(16))));"
	"INSERT INTO meta SELECT 'adoption_from', coalesce(max(id), 0) + 1 FROM run;";

/* What the third version added: parties and what they tell each other. Nothing in them changes but
 * what is known of a contact, a delivery, a case's summary; a parcel goes when it has arrived;
 * `audit` only grows. */
static const char *const tables_of_cases =
	"CREATE TABLE draft(domain TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,"
	" role TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL, place TEXT NOT NULL,"
	" said_s INTEGER NOT NULL, PRIMARY KEY(domain, source, role, kind, value)) WITHOUT ROWID;"
	"CREATE TABLE party(id TEXT NOT NULL, edition INTEGER NOT NULL, added_s INTEGER NOT NULL,"
	" body BLOB NOT NULL, PRIMARY KEY(id, edition)) WITHOUT ROWID;"
	"CREATE TABLE contact(party TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,"
	" tried_s INTEGER NOT NULL, worked_s INTEGER NOT NULL, outcome TEXT NOT NULL,"
	" PRIMARY KEY(party, kind, value)) WITHOUT ROWID;"
	"CREATE TABLE message(id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL,"
	" made_s INTEGER NOT NULL, received_s INTEGER NOT NULL, body BLOB NOT NULL);"
	"CREATE INDEX message_of_case ON message(case_id, made_s, id);"
	"CREATE TABLE summary(case_id TEXT PRIMARY KEY, messages INTEGER NOT NULL,"
	" body BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE delivery(message TEXT NOT NULL, party TEXT NOT NULL, way TEXT NOT NULL,"
	" state INTEGER NOT NULL, tries INTEGER NOT NULL, first_s INTEGER NOT NULL,"
	" last_s INTEGER NOT NULL, detail TEXT NOT NULL,"
	" PRIMARY KEY(message, party, way)) WITHOUT ROWID;"
	"CREATE TABLE parcel(message TEXT NOT NULL, party TEXT NOT NULL, key BLOB NOT NULL,"
	" body BLOB NOT NULL, PRIMARY KEY(message, party));"
	"CREATE TABLE audit(id INTEGER PRIMARY KEY, time_s INTEGER NOT NULL, who TEXT NOT NULL,"
	" act TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL);"
	"CREATE TABLE watch(place INTEGER NOT NULL, name BLOB NOT NULL, since_s INTEGER NOT NULL,"
	" by_whom TEXT NOT NULL, list TEXT NOT NULL, looked_s INTEGER NOT NULL, digest BLOB,"
	" doubt BLOB, moved_s INTEGER NOT NULL, silent_s INTEGER NOT NULL,"
	" full_s INTEGER NOT NULL, due INTEGER NOT NULL, told BLOB,"
	" PRIMARY KEY(place, name)) WITHOUT ROWID;"
	"CREATE INDEX watch_due ON watch(due) WHERE due > 0;"
	"CREATE TABLE watch_round(id INTEGER PRIMARY KEY, began_s INTEGER NOT NULL,"
	" ended_s INTEGER NOT NULL, looked INTEGER NOT NULL, silent INTEGER NOT NULL,"
	" differing INTEGER NOT NULL, moved INTEGER NOT NULL);";

/*
 * 8 KiB pages: three raw observations to a page waste little of it, and a night's updates in random
 * order do not write too much of what did not change. FULL: a commit is on the disk when it
 * returns.
 */
static const char *const settings = "PRAGMA page_size = 8192;"
				    "PRAGMA journal_mode = WAL;"
				    "PRAGMA synchronous = FULL;"
				    "PRAGMA temp_store = MEMORY;"
				    "PRAGMA cache_size = -16384;"
				    "PRAGMA wal_autocheckpoint = 2000;"
				    "PRAGMA journal_size_limit = 67108864;"
				    "PRAGMA cell_size_check = ON;";

static int run_script(struct store *store, const char *script)
{
	errno = 0;
	if (sqlite3_exec(store->database, script, NULL, NULL, NULL) == SQLITE_OK)
		return OK;
	int error = store_error(store);
	return error == OK ? ERR_IO : error;
}

/* One number that a PRAGMA gives. */
static int read_number(struct store *store, const char *question, int64_t *ret_number)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	errno = 0;
	if (sqlite3_prepare_v2(store->database, question, -1, &statement, NULL) != SQLITE_OK) {
		int error = store_error(store);
		return error == OK ? ERR_IO : error;
	}
	int error = statement_row(store, statement, &has_row);
	if (error == OK && has_row)
		*ret_number = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return error == OK && !has_row ? ERR_DAMAGED : error;
}

int schema_check(struct store *store, struct complaint *complaint)
{
	int64_t application = 0;
	int64_t version = 0;
	int error = read_number(store, "PRAGMA application_id", &application);
	if (error == OK)
		error = read_number(store, "PRAGMA user_version", &version);
	if (error != OK)
		return store_fail(store, complaint, error, "cannot open");
	if (application != STORE_APPLICATION_ID)
		return complain(complaint, ERR_FORMAT,
				"store '%s': a database, but not a dsfi "
				"store; name another file with --store",
				store->path);
	if (version > STORE_SCHEMA_VERSION)
		return complain(complaint, ERR_UNSUPPORTED,
				"store '%s': made by a newer dsfi "
				"(schema %lld, this one knows %d); use that one",
				store->path, (long long)version, STORE_SCHEMA_VERSION);
	if (version < 1)
		return complain(complaint, ERR_DAMAGED,
				"store '%s': the store is damaged "
				"(schema %lld); restore a copy, or move the file away and scan "
				"again",
				store->path, (long long)version);
	store->schema = (int)version;
	return OK;
}

/* SQLite takes another journal where it can have no log, and says nothing. With that one a commit
 * could be undone by a power cut that comes soon after. */
static int require_log(struct store *store, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	if (sqlite3_prepare_v2(store->database, "PRAGMA journal_mode", -1, &statement, NULL) !=
	    SQLITE_OK)
		return store_fail(store, complaint, ERR_IO, "cannot write");
	int error = statement_row(store, statement, &has_row);
	const char *mode = has_row ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	const bool has_log = mode != NULL && strcmp(mode, "wal") == 0;
	(void)sqlite3_finalize(statement);
	if (error != OK)
		return store_fail(store, complaint, error, "cannot write");
	if (has_log)
		return OK;
	return complain(complaint, ERR_UNSUPPORTED,
			"store '%s': its file system cannot hold the log that makes commits last; "
			"put it on a local disk",
			store->path);
}

/* Readers in the way are waited for so long. */
#define SETTLE_TIMEOUT_MS 1000

/*
 * What a writer before us left in the log goes into the file, and is synced there, before anything
 * is built upon it. After a sync that failed, Linux keeps in memory what is not on the disk: seen
 * by us, it would be gone after a power cut, and with it whatever stands behind it in the log.
 */
static int settle_log(struct store *store)
{
	assert(store->can_write && !store->in_transaction);
	(void)sqlite3_busy_timeout(store->database, SETTLE_TIMEOUT_MS);
	errno = 0;
	int result = sqlite3_wal_checkpoint_v2(store->database, NULL, SQLITE_CHECKPOINT_TRUNCATE,
					       NULL, NULL);
	int error = result == SQLITE_OK ? OK : store_error(store);
	(void)sqlite3_busy_timeout(store->database, STORE_BUSY_TIMEOUT_MS);
	/* With a reader that does not end, the log stays as long as it is read. */
	return (result & 0xff) == SQLITE_BUSY ? OK : error;
}

/* All or nothing: an interrupted first start leaves an empty file, which the next start fills; an
 * interrupted upgrade leaves the old version. */
static int make_tables(struct store *store, bool is_new)
{
	char stamps[128];
	int length = snprintf(stamps, sizeof(stamps),
			      "PRAGMA application_id = %d; PRAGMA user_version = %d;",
			      STORE_APPLICATION_ID, STORE_SCHEMA_VERSION);
	assert(length > 0 && (size_t)length < sizeof(stamps));
	int error = run_script(store, "BEGIN IMMEDIATE");
	if (error == OK && is_new)
		error = run_script(store, tables);
	if (error == OK && (is_new || store->schema < STORE_SCHEMA_WITH_ADOPTION))
		error = run_script(store, tables_of_adoption);
	if (error == OK)
		error = run_script(store, tables_of_cases);
	if (error == OK)
		error = run_script(store, stamps);
	if (error == OK)
		error = run_script(store, "COMMIT");
	if (error == OK)
		store->schema = STORE_SCHEMA_VERSION;
	return error;
}

/* For whoever finds the store busy. */
static int note_writer(struct store *store)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_PID_PUT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, getpid());
	error = statement_run(store, statement);
	if (error == OK)
		error = statement_ready(store, STATEMENT_DOMAIN_COUNT_GET, &statement);
	if (error == OK)
		error = statement_row(store, statement, &has_row);
	if (error == OK && !has_row)
		return ERR_DAMAGED;
	if (error == OK)
		store->domain_count = sqlite3_column_int64(statement, 0);
	(void)sqlite3_reset(statement);
	return store->domain_count < 0 ? ERR_DAMAGED : error;
}

int schema_prepare(struct store *store, struct complaint *complaint)
{
	assert(store->can_write && store->lock_descriptor >= 0);
	int64_t tables_there = 0;
	int64_t application = 0;
	int error = read_number(store, "PRAGMA application_id", &application);
	if (error == OK)
		error = read_number(store, "SELECT count(*) FROM sqlite_schema", &tables_there);
	if (error != OK)
		return store_fail(store, complaint, error, "cannot open");
	bool is_new = application == 0 && tables_there == 0;
	if (!is_new) {
		error = schema_check(store, complaint);
		if (error != OK)
			return error;
	}
	error = run_script(store, settings);
	if (error != OK)
		return store_fail(store, complaint, error, "cannot write");
	error = require_log(store, complaint);
	if (error != OK)
		return error;
	error = settle_log(store);
	if (error == OK && store->schema < STORE_SCHEMA_VERSION)
		error = make_tables(store, is_new);
	if (error == OK)
		error = note_writer(store);
	return error == OK ? OK : store_fail(store, complaint, error, "cannot write");
}
