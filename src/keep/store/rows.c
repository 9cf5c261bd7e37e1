/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What calls that walk the rows of one statement, or add one row, have in common. */
#include "keep/store/store_private.h"

#include <assert.h>

const char *column_words(sqlite3_stmt *row, int column)
{
	assert(column < sqlite3_column_count(row));
	return (const char *)sqlite3_column_text(row, column);
}

/* The caller's own error comes back as it is; only ours of the database end the writer's work. */
int rows_walk(struct store *store, const struct rows *rows, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool began = false, has_row = true;
	if (store->schema < rows->since)
		return complain(complaint, ERR_NOT_FOUND,
				"store '%s': made by an older dsfi, which %s; the next time it is "
				"written to it is made ready for that",
				store->path, rows->older_words);
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = statement_ready(store, rows->which, &statement);
	if (error == OK && rows->key != NULL)
		sqlite3_bind_text(statement, 1, rows->key, -1, SQLITE_TRANSIENT);
	int taken = OK;
	while (error == OK && taken == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		taken = rows->take(rows->context, statement);
	}
	if (statement != NULL)
		(void)sqlite3_reset(statement);
	store_read_end(store, began);
	if (error != OK)
		return store_fail_reading(store, complaint, error, "cannot read");
	return taken;
}

int rows_begin(struct store *store, enum statement which, sqlite3_stmt **ret_statement,
	       struct complaint *complaint)
{
	assert(store->can_write && store->schema == STORE_SCHEMA_VERSION);
	int error = store_write_begin(store);
	if (error == OK)
		error = statement_ready(store, which, ret_statement);
	if (error == OK)
		return OK;
	return store->broken != OK
		       ? store_fail(store, complaint, error, "cannot go on after a failure")
		       : store_break(store, complaint, error, "cannot write");
}

int rows_put(struct store *store, sqlite3_stmt *statement, const char *what,
	     struct complaint *complaint)
{
	assert(store->in_transaction);
	const int error = statement_run(store, statement);
	return error == OK ? OK : store_break(store, complaint, error, what);
}
