/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/store_private.h"

#include <assert.h>

int store_write_begin(struct store *store)
{
	assert(store->can_write);
	if (store->broken != OK)
		return store->broken;
	if (store->in_transaction)
		return OK;
	int error = statement_simple(store, STATEMENT_BEGIN_WRITE);
	store->in_transaction = error == OK;
	return error;
}

int store_break(struct store *store, struct complaint *complaint, int error, const char *what)
{
	assert(error < 0);
	(void)store_fail(store, complaint, error, what);
	store->broken = error;
	/* SQLite may have ended it already, as on a full disk. */
	if (sqlite3_get_autocommit(store->database) == 0 &&
	    statement_simple(store, STATEMENT_ROLLBACK) != OK)
		(void)complain_more(complaint, error, "cannot roll back");
	store->in_transaction = false;
	return error;
}

int store_fail_reading(struct store *store, struct complaint *complaint, int error,
		       const char *what)
{
	return store->can_write ? store_break(store, complaint, error, what)
				: store_fail(store, complaint, error, what);
}

int store_read_begin(struct store *store, bool *ret_began)
{
	if (store->broken != OK)
		return store->broken;
	/* The writer reads what it has written, committed or not. */
	bool begins = !store->in_transaction;
	int error = begins ? statement_simple(store, STATEMENT_BEGIN_READ) : OK;
	if (error == OK)
		*ret_began = begins;
	return error;
}

void store_read_end(struct store *store, bool began)
{
	/* A statement that still has rows would keep the transaction open. */
	for (size_t i = 0; i < STATEMENT_COUNT; i++) {
		if (store->statements[i] != NULL)
			(void)sqlite3_reset(store->statements[i]);
	}
	/* Damage may have ended it already. Nothing was written: nothing can be lost. */
	if (began && sqlite3_get_autocommit(store->database) == 0)
		store->broken = statement_simple(store, STATEMENT_COMMIT);
	arena_reset(&store->arena);
	arena_reset(&store->walked);
}

int store_commit(struct store *store, struct complaint *complaint)
{
	assert(store->can_write);
	if (store->broken != OK)
		return store_fail(store, complaint, store->broken, "cannot go on after a failure");
	if (!store->in_transaction)
		return OK;
	assert(sqlite3_get_autocommit(store->database) == 0);
	int error = seen_flush(store);
	sqlite3_stmt *statement = NULL;
	if (error == OK && store->done > 0) {
		error = statement_ready(store, STATEMENT_RUN_DONE, &statement);
		if (error == OK) {
			sqlite3_bind_int64(statement, 1, store->done_run);
			sqlite3_bind_int64(statement, 2, (int64_t)store->done);
			error = statement_run(store, statement);
		}
	}
	if (error == OK && store->has_new_domains) {
		error = statement_ready(store, STATEMENT_DOMAIN_COUNT_PUT, &statement);
		if (error == OK) {
			sqlite3_bind_int64(statement, 1, store->domain_count);
			error = statement_run(store, statement);
		}
	}
	if (error == OK)
		error = statement_simple(store, STATEMENT_COMMIT);
	if (error != OK)
		return store_break(store, complaint, error, "cannot keep what was seen");
	store->in_transaction = false;
	store->has_new_domains = false;
	store->done = 0;
	return OK;
}
