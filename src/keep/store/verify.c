/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is everything there and what it was? Slow: reads the whole file. */
#include "keep/store/store_private.h"
#include "model/name_servers.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int damaged(const struct store *store, struct complaint *complaint, const char *what)
{
	return complain(complaint, ERR_DAMAGED,
			"store '%s': the store is damaged: %s; restore a "
			"copy, or move the file away and scan again",
			store->path, what);
}

/* The check goes on where a page cannot be read, and tells it among the faults of pages. */
static bool is_unreadable(const char *verdict)
{
	static const char words[] = "unable to get the page. error code=";
	const char *code = strstr(verdict, words);
	return code != NULL && (strtol(code + strlen(words), NULL, 10) & 0xff) == SQLITE_IOERR;
}

/* SQLite's own check of its pages and indices. */
static int check_pages(struct store *store, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	errno = 0;
	if (sqlite3_prepare_v2(store->database, "PRAGMA quick_check(1)", -1, &statement, NULL) !=
	    SQLITE_OK)
		return store_fail(store, complaint, store_error(store), "cannot check");
	int error = statement_row(store, statement, &has_row);
	if (error != OK || !has_row) {
		(void)sqlite3_finalize(statement);
		return store_fail(store, complaint, error == OK ? ERR_DAMAGED : error,
				  "cannot check");
	}
	const char *verdict = (const char *)sqlite3_column_text(statement, 0);
	if (verdict == NULL)
		verdict = "unreadable";
	/* Its first line only says that this is the main database. */
	const char *line = strrchr(verdict, '\n');
	if (is_unreadable(verdict))
		error = store_fail(store, complaint, ERR_IO, "cannot check");
	else if (strcmp(verdict, "ok") != 0)
		error = damaged(store, complaint, line == NULL ? verdict : line + 1);
	(void)sqlite3_finalize(statement);
	return error;
}

/* Rows that name rows that are not there. */
static const struct {
	const char *question;
	const char *what;
	int since; /* the version that brought the tables */
} checks[] = {
	{"SELECT 1 FROM domain WHERE interval NOT IN (SELECT id FROM interval)",
	 "a domain without its interval"},
	{"SELECT 1 FROM domain GROUP BY id HAVING count(*) > 1", "two domains of one number"},
	{"SELECT 1 FROM domain WHERE id > (SELECT value FROM meta WHERE key = 'domains')",
	 "a domain whose number was never given"},
	{"SELECT 1 FROM interval WHERE id NOT IN (SELECT id FROM evidence)",
	 "an interval without evidence"},
	{"SELECT 1 FROM interval WHERE state NOT IN (SELECT id FROM state)",
	 "an interval without a state"},
	{"SELECT 1 FROM interval WHERE first_run > last_run OR first_s > last_s",
	 "an interval that ends before it begins"},
	{"SELECT 1 FROM state WHERE id NOT IN (SELECT state FROM address)",
	 "a state without an address"},
	{"SELECT 1 FROM finding WHERE words NOT IN (SELECT id FROM words)",
	 "a finding without words"},
	{"SELECT 1 FROM finding WHERE code NOT IN (SELECT id FROM code)",
	 "a finding without a code"},
	{"SELECT 1 FROM gap WHERE codes NOT IN (SELECT id FROM gap_set)", "a gap without codes"},
	{"SELECT 1 FROM adoption WHERE servers NOT IN (SELECT id FROM servers)",
	 "adoption without name servers", STORE_SCHEMA_WITH_ADOPTION},
	{"SELECT 1 FROM adoption WHERE first_run NOT IN (SELECT id FROM run)",
	 "adoption of an unknown run", STORE_SCHEMA_WITH_ADOPTION},
	{"SELECT 1 FROM delivery WHERE message NOT IN (SELECT id FROM message)",
	 "a delivery of no message", STORE_SCHEMA_WITH_CASES},
	{"SELECT 1 FROM parcel WHERE message NOT IN (SELECT id FROM message)",
	 "a parcel of no message", STORE_SCHEMA_WITH_CASES},
	{"SELECT 1 FROM summary WHERE case_id NOT IN (SELECT case_id FROM message)",
	 "a summary of no case", STORE_SCHEMA_WITH_CASES},
	{"SELECT 1 FROM contact WHERE party NOT IN (SELECT id FROM party)", "a contact of no party",
	 STORE_SCHEMA_WITH_CASES},
	{"SELECT 1 FROM seen WHERE run NOT IN (SELECT id FROM run)", "domains of an unknown run"},
};

static int check_references(struct store *store, struct complaint *complaint)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		sqlite3_stmt *statement = NULL;
		bool has_row = false;
		if (store->schema < checks[i].since)
			continue;
		errno = 0;
		int result = sqlite3_prepare_v2(store->database, checks[i].question, -1, &statement,
						NULL);
		if (result == SQLITE_ERROR)
			return damaged(store, complaint, "a table is missing");
		if (result != SQLITE_OK)
			return store_fail(store, complaint, store_error(store), "cannot check");
		int error = statement_row(store, statement, &has_row);
		(void)sqlite3_finalize(statement);
		if (error != OK)
			return store_fail(store, complaint, error, "cannot check");
		if (has_row)
			return damaged(store, complaint, checks[i].what);
	}
	return OK;
}

/* Every raw observation unpacks; its checksum is part of the frame. */
static int check_evidence(struct store *store, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = statement_ready(store, STATEMENT_INTERVAL_ALL, &statement);
	while (error == OK) {
		struct interval interval;
		struct octets first;
		struct octets last;
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		arena_reset(&store->arena);
		error = interval_get(store, sqlite3_column_int64(statement, 0), &interval);
		if (error == OK)
			error = interval_raw(store, &interval, &first, &last);
	}
	return error == OK ? OK : store_fail(store, complaint, error, "evidence does not unpack");
}

/* Every state is what its address says. */
static int check_states(struct store *store, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = statement_ready(store, STATEMENT_ADDRESS_ALL, &statement);
	while (error == OK) {
		struct octets state;
		uint8_t key[STATE_KEY_OCTETS];
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		arena_reset(&store->arena);
		int64_t id = sqlite3_column_int64(statement, 1);
		error = id > 0 ? state_get(store, id, &state) : ERR_DAMAGED;
		if (error != OK)
			break;
		state_key(state, key);
		if (sqlite3_column_bytes(statement, 0) != STATE_KEY_OCTETS ||
		    memcmp(sqlite3_column_blob(statement, 0), key, sizeof(key)) != 0)
			error = ERR_DAMAGED;
	}
	return error == OK ? OK : store_fail(store, complaint, error, "a state is not its address");
}

static int ignore_finding(void *context, const struct store_finding *finding)
{
	(void)context;
	assert(finding->finding.sentence != NULL);
	return OK;
}

static int ignore_adoption(void *context, const struct store_adoption *adoption)
{
	(void)context;
	assert(adoption->domain > 0);
	return OK;
}

static int decode_servers(void *context, int64_t id, const uint8_t *octets, size_t size)
{
	struct store *store = context;
	struct name_servers servers;
	assert(id > 0);
	arena_reset(&store->arena);
	return name_servers_decode(&store->arena, octets, size, &servers);
}

static int check_adoption(struct store *store, struct complaint *complaint)
{
	if (store->schema < STORE_SCHEMA_WITH_ADOPTION)
		return OK;
	int error = store_adoptions(store, ignore_adoption, NULL, complaint);
	if (error != OK)
		return error;
	error = store_server_sets(store, decode_servers, store, complaint);
	return error == ERR_FORMAT || error == ERR_UNSUPPORTED
		       ? damaged(store, complaint, "a set of name servers is not one")
		       : error;
}

static int ignore_exception(void *context, const struct exception *exception)
{
	(void)context;
	assert(exception->number > 0);
	return OK;
}

int store_verify(struct store *store, struct complaint *complaint)
{
	bool began = false;
	int error = store_read_begin(store, &began);
	if (error != OK)
		return store_fail(store, complaint, error, "cannot check");
	error = check_pages(store, complaint);
	if (error == OK)
		error = check_references(store, complaint);
	if (error == OK)
		error = check_evidence(store, complaint);
	if (error == OK)
		error = check_states(store, complaint);
	store_read_end(store, began);
	if (error == OK)
		error = check_adoption(store, complaint);
	if (error == OK)
		error = store_exceptions(store, ignore_exception, NULL, complaint);
	if (error == OK && store->schema >= STORE_SCHEMA_WITH_CASES)
		error = verify_cases(store, complaint);
	const struct store_filter all = {.include_closed = true};
	if (error == OK)
		error = store_findings(store, &all, ignore_finding, NULL, complaint);
	return error;
}
