/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exceptions and disputes: few rows, written by people, read whole. */
#include "model/exception.h"

#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

/* ---- reading ---- */

/* A text that is not there, or has a NUL in it, is none. */
static const char *column_text(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);
	assert(column < sqlite3_column_count(row));
	if (text == NULL || strlen(text) != (size_t)sqlite3_column_bytes(row, column))
		return NULL;
	return text;
}

/* Numbers that the enumerations do not have become 0, which exception_check refuses. */
static unsigned column_choice(sqlite3_stmt *row, int column)
{
	const int64_t number = sqlite3_column_int64(row, column);
	return number > 0 && number < 16 ? (unsigned)number : 0;
}

static int read_row(sqlite3_stmt *row, struct exception *ret_exception)
{
	const struct exception exception = {
		.number = sqlite3_column_int64(row, 0),
		.kind = column_choice(row, 1),
		.about = column_choice(row, 2),
		.what = column_text(row, 3),
		.scope = column_choice(row, 4),
		.whose = column_text(row, 5),
		.reason = column_text(row, 6),
		.by = column_text(row, 7),
		.recorded_s = sqlite3_column_int64(row, 8),
		.until_s = sqlite3_column_int64(row, 9),
		.withdrawn_s = sqlite3_column_int64(row, 10),
		.withdrawn_by = column_text(row, 11),
	};
	if (exception.number <= 0 || exception_check(&exception, NULL) != OK)
		return ERR_DAMAGED;
	*ret_exception = exception;
	return OK;
}

static int walk(struct store *store, store_take_exception *take, void *context, int *ret_taken)
{
	sqlite3_stmt *statement = NULL;
	struct exception exception;
	bool has_row = true;
	size_t count = 0;
	int error = statement_ready(store, STATEMENT_EXCEPTION_ALL, &statement);
	while (error == OK && *ret_taken == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		error = ++count > EXCEPTIONS_MAX ? ERR_DAMAGED : read_row(statement, &exception);
		if (error == OK)
			*ret_taken = take(context, &exception);
	}
	return error;
}

int store_exceptions(struct store *store, store_take_exception *take, void *context,
		     struct complaint *complaint)
{
	bool began = false;
	int taken = OK;
	assert(take != NULL);
	if (store->schema < STORE_SCHEMA_WITH_ADOPTION)
		return OK;
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = walk(store, take, context, &taken);
	store_read_end(store, began);
	if (error != OK)
		return store_fail_reading(store, complaint, error, "cannot read the exceptions");
	return taken;
}

/* ---- writing ---- */

static int has_room(struct store *store, bool *ret_has)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_EXCEPTION_COUNT, &statement);
	if (error == OK)
		error = statement_row(store, statement, &has_row);
	if (error == OK)
		*ret_has = has_row && sqlite3_column_int64(statement, 0) < EXCEPTIONS_MAX;
	(void)sqlite3_reset(statement);
	return error;
}

static int insert(struct store *store, const struct exception *exception, int64_t *ret_number)
{
	sqlite3_stmt *statement = NULL;
	int error = statement_ready(store, STATEMENT_EXCEPTION_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, exception->kind);
	sqlite3_bind_int64(statement, 2, exception->about);
	sqlite3_bind_text(statement, 3, exception->what, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, exception->scope);
	sqlite3_bind_text(statement, 5, exception->whose, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 6, exception->reason, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 7, exception->by, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 8, exception->recorded_s);
	if (exception->until_s != 0)
		sqlite3_bind_int64(statement, 9, exception->until_s);
	error = statement_run(store, statement);
	if (error == OK)
		*ret_number = sqlite3_last_insert_rowid(store->database);
	return error;
}

int store_exception_add(struct store *store, const struct exception *exception, int64_t *ret_number,
			struct complaint *complaint)
{
	bool has = false;
	int64_t number = 0;
	assert(store->can_write && exception->withdrawn_s == 0);
	int error = exception_check(exception, complaint);
	if (error != OK)
		return error;
	error = store_write_begin(store);
	if (error == OK)
		error = has_room(store, &has);
	if (error == OK && !has)
		return complain(complaint, ERR_LIMIT,
				"store '%s': it has %u exceptions and disputes, which is all it "
				"takes; name suffixes or operators instead of domains",
				store->path, EXCEPTIONS_MAX);
	if (error == OK)
		error = insert(store, exception, &number);
	if (error != OK)
		return store_break(store, complaint, error, "cannot keep the exception");
	error = store_commit(store, complaint);
	if (error == OK)
		*ret_number = number;
	return error;
}

/* May it be withdrawn? ERR_NOT_FOUND, ERR_ARGUMENT with words. */
static int look_at(struct store *store, sqlite3_stmt *row, int64_t time_s,
		   struct complaint *complaint)
{
	struct exception exception;
	char ended[TIME_TEXT_MAX];
	if (read_row(row, &exception) != OK)
		return ERR_DAMAGED;
	const enum exception_standing standing = exception_standing(&exception, time_s);
	const char *kind = exception_kind_text(exception.kind);
	if (standing != EXCEPTION_WITHDRAWN && standing != EXCEPTION_EXPIRED) {
		/* A clock that was put back: it cannot end before it began. */
		if (standing == EXCEPTION_IN_FORCE)
			return OK;
		return complain(complaint, ERR_ARGUMENT,
				"store '%s': %s %lld is recorded at a time to come; is the clock "
				"right?",
				store->path, kind, (long long)exception.number);
	}
	time_to_text(standing == EXCEPTION_EXPIRED ? exception.until_s : exception.withdrawn_s,
		     ended);
	return complain(complaint, ERR_ARGUMENT, "store '%s': %s %lld is %s since %s already",
			store->path, kind, (long long)exception.number,
			exception_standing_text(standing), ended);
}

static int find(struct store *store, int64_t number, int64_t time_s, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_EXCEPTION_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, number);
	error = statement_row(store, statement, &has_row);
	if (error == OK && has_row)
		error = look_at(store, statement, time_s, complaint);
	(void)sqlite3_reset(statement);
	if (error == OK && !has_row)
		return complain(complaint, ERR_NOT_FOUND,
				"store '%s': there is no exception %lld; dsfi except list shows "
				"them",
				store->path, (long long)number);
	return error;
}

static int end(struct store *store, int64_t number, int64_t time_s, const char *by)
{
	sqlite3_stmt *statement = NULL;
	int error = statement_ready(store, STATEMENT_EXCEPTION_END, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, number);
	sqlite3_bind_int64(statement, 2, time_s);
	sqlite3_bind_text(statement, 3, by, -1, SQLITE_STATIC);
	return statement_run(store, statement);
}

int store_exception_withdraw(struct store *store, int64_t number, int64_t time_s, const char *by,
			     struct complaint *complaint)
{
	assert(store->can_write && by != NULL);
	int error = exception_check_by(by, complaint);
	if (error != OK)
		return error;
	error = store_write_begin(store);
	if (error == OK)
		error = find(store, number, time_s, complaint);
	if (error == ERR_NOT_FOUND || error == ERR_ARGUMENT)
		return error; /* nothing was changed */
	if (error == OK)
		error = end(store, number, time_s, by);
	if (error != OK)
		return store_break(store, complaint, error, "cannot withdraw the exception");
	return store_commit(store, complaint);
}
