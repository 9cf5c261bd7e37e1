/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

static int insert_run(struct store *store, const struct store_run *run, int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	int error = store_write_begin(store);
	if (error == OK)
		error = statement_ready(store, STATEMENT_RUN_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, run->started_s);
	sqlite3_bind_text(statement, 2, run->profile, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, run->vantage, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, (int64_t)run->domains);
	error = statement_run(store, statement);
	if (error == OK)
		*ret_id = sqlite3_last_insert_rowid(store->database);
	return error;
}

int store_run_begin(struct store *store, const struct store_run *run, int64_t *ret_id,
		    struct complaint *complaint)
{
	assert(store->can_write && run != NULL && ret_id != NULL);
	assert(memchr(run->profile, 0, sizeof(run->profile)) != NULL);
	assert(memchr(run->vantage, 0, sizeof(run->vantage)) != NULL);
	int64_t id = 0;
	int error = insert_run(store, run, &id);
	if (error != OK)
		return store_break(store, complaint, error, "cannot begin a run");
	error = store_commit(store, complaint);
	if (error == OK)
		*ret_id = id;
	return error;
}

static void copy_text(sqlite3_stmt *statement, int column, char *text, size_t room)
{
	const char *value = (const char *)sqlite3_column_text(statement, column);
	size_t size = (size_t)sqlite3_column_bytes(statement, column);
	if (value == NULL)
		size = 0;
	if (size >= room)
		size = room - 1;
	memset(text, 0, room);
	if (size > 0)
		memcpy(text, value, size);
}

static void read_run(sqlite3_stmt *statement, struct store_run *run)
{
	*run = (struct store_run){
		.id = sqlite3_column_int64(statement, 0),
		.started_s = sqlite3_column_int64(statement, 1),
		.finished_s = sqlite3_column_int64(statement, 2),
		.domains = (uint64_t)sqlite3_column_int64(statement, 5),
		.done = (uint64_t)sqlite3_column_int64(statement, 6),
	};
	copy_text(statement, 3, run->profile, sizeof(run->profile));
	copy_text(statement, 4, run->vantage, sizeof(run->vantage));
}

int store_run_open(struct store *store, struct store_run *ret_run, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_RUN_NEWEST_OPEN, &statement);
	if (error == OK)
		error = statement_row(store, statement, &has_row);
	if (error != OK)
		return store_fail_reading(store, complaint, error,
					  "cannot look for an unfinished run");
	if (has_row)
		read_run(statement, ret_run);
	(void)sqlite3_reset(statement);
	return has_row ? OK
		       : complain(complaint, ERR_NOT_FOUND, "store '%s': every run is finished",
				  store->path);
}

int store_run_finish(struct store *store, int64_t run, int64_t finished_s,
		     struct complaint *complaint)
{
	assert(finished_s != 0);
	sqlite3_stmt *statement = NULL;
	int error = store_write_begin(store);
	if (error == OK)
		error = statement_ready(store, STATEMENT_RUN_FINISH, &statement);
	if (error == OK) {
		sqlite3_bind_int64(statement, 1, run);
		sqlite3_bind_int64(statement, 2, finished_s);
		error = statement_run(store, statement);
	}
	if (error == OK && sqlite3_changes(store->database) != 1)
		error = ERR_NOT_FOUND;
	if (error != OK)
		return store_break(store, complaint, error, "cannot finish the run");
	return store_commit(store, complaint);
}

static int run_has(struct store *store, int64_t run, const uint8_t *domain, bool *ret_has)
{
	uint8_t key[NAME_KEY_MAX];
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int64_t id = 0;
	int error = statement_ready(store, STATEMENT_DOMAIN_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob64(statement, 1, key, name_to_key(domain, key), SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	if (error == OK && has_row)
		id = sqlite3_column_int64(statement, 0);
	(void)sqlite3_reset(statement);
	bool has = false;
	if (error == OK && has_row)
		error = id > 0 ? seen_has(store, run, id, &has) : ERR_DAMAGED;
	if (error == OK)
		*ret_has = has;
	return error;
}

int store_run_has(struct store *store, int64_t run, const uint8_t *domain, bool *ret_has,
		  struct complaint *complaint)
{
	assert(run > 0 && domain != NULL && ret_has != NULL);
	/* What was seen since the last commit stands in memory, and is no longer so. */
	int error = store->broken != OK ? store->broken : run_has(store, run, domain, ret_has);
	return error == OK
		       ? OK
		       : store_fail_reading(store, complaint, error, "cannot look for a domain");
}

int store_runs(struct store *store, store_take_run *take, void *context,
	       struct complaint *complaint)
{
	assert(take != NULL);
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int taken = OK;
	int error = statement_ready(store, STATEMENT_RUN_ALL, &statement);
	while (error == OK && taken == OK) {
		struct store_run run;
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		read_run(statement, &run);
		taken = take(context, &run);
	}
	if (error != OK)
		return store_fail_reading(store, complaint, error, "cannot list the runs");
	(void)sqlite3_reset(statement);
	return taken;
}
