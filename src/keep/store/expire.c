/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/expire.h"

#include "keep/store/store_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define WHAT "cannot remove what is too old"

int store_expire_begin(struct store *store, struct complaint *complaint)
{
	assert(store->can_write);
	errno = 0;
	if (sqlite3_exec(store->database, "PRAGMA secure_delete = ON", NULL, NULL, NULL) !=
	    SQLITE_OK)
		return store_fail(store, complaint, ERR_IO, WHAT);
	const int error = store_write_begin(store);
	return error == OK ? OK : store_fail(store, complaint, error, WHAT);
}

static int remove_rows(struct store *store, sqlite3_stmt *statement, int64_t *ret_count,
		       struct complaint *complaint)
{
	const int error = rows_put(store, statement, WHAT, complaint);
	if (error == OK && ret_count != NULL)
		*ret_count = sqlite3_changes64(store->database);
	return error;
}

static int remove_of_case(struct store *store, enum statement which, const char *case_id,
			  int64_t *ret_count, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	const int error = rows_begin(store, which, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, case_id, -1, SQLITE_STATIC);
	return remove_rows(store, statement, ret_count, complaint);
}

int store_expire_case(struct store *store, const char *case_id, int64_t *ret_messages,
		      struct complaint *complaint)
{
	assert(case_id != NULL);
	/* Deliveries and parcels are found by the messages: first them. */
	int error = remove_of_case(store, STATEMENT_DELIVERY_EXPIRE, case_id, NULL, complaint);
	if (error == OK)
		error = remove_of_case(store, STATEMENT_PARCEL_EXPIRE, case_id, NULL, complaint);
	if (error == OK)
		error = remove_of_case(store, STATEMENT_SUMMARY_EXPIRE, case_id, NULL, complaint);
	return error == OK ? remove_of_case(store, STATEMENT_MESSAGE_EXPIRE, case_id, ret_messages,
					    complaint)
			   : error;
}

static int remove_before(struct store *store, enum statement which, int64_t before,
			 int64_t *ret_count, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	const int error = rows_begin(store, which, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, before);
	return remove_rows(store, statement, ret_count, complaint);
}

int store_expire_tries(struct store *store, int64_t before_s, int64_t *ret_count,
		       struct complaint *complaint)
{
	return remove_before(store, STATEMENT_CONTACT_EXPIRE, before_s, ret_count, complaint);
}

int store_expire_drafts(struct store *store, int64_t before_s, int64_t *ret_count,
			struct complaint *complaint)
{
	return remove_before(store, STATEMENT_DRAFT_EXPIRE, before_s, ret_count, complaint);
}

/* --- the audit ---------------------------------------------------------------------------------
 */

/* The last entry that goes; id 0: none. */
static int find_cut(struct store *store, int64_t before_s, int64_t *ret_id,
		    uint8_t ret_head[AUDIT_HASH_OCTETS])
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	*ret_id = 0;
	int error = statement_ready(store, STATEMENT_AUDIT_CUT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, before_s);
	error = statement_row(store, statement, &has_row);
	if (error == OK && has_row) {
		const void *hash = sqlite3_column_blob(statement, 1);
		if (hash == NULL || sqlite3_column_bytes(statement, 1) != AUDIT_HASH_OCTETS)
			error = ERR_DAMAGED;
		else
			memcpy(ret_head, hash, AUDIT_HASH_OCTETS);
		*ret_id = error == OK ? sqlite3_column_int64(statement, 0) : 0;
	}
	(void)sqlite3_reset(statement);
	return error;
}

static int note_base(struct store *store, int64_t id, const uint8_t head[AUDIT_HASH_OCTETS],
		     struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	uint8_t base[8 + AUDIT_HASH_OCTETS];
	for (size_t i = 0; i < 8; i++)
		base[i] = (uint8_t)((uint64_t)id >> (56 - 8 * i));
	memcpy(base + 8, head, AUDIT_HASH_OCTETS);
	const int error = rows_begin(store, STATEMENT_AUDIT_BASE_PUT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_blob(statement, 1, base, sizeof(base), SQLITE_TRANSIENT);
	return rows_put(store, statement, WHAT, complaint);
}

int store_expire_audit(struct store *store, int64_t before_s, int64_t *ret_count,
		       uint8_t ret_head[AUDIT_HASH_OCTETS], struct complaint *complaint)
{
	uint8_t head[AUDIT_HASH_OCTETS];
	int64_t id = 0;
	assert(store->in_transaction);
	int error = find_cut(store, before_s, &id, head);
	if (error != OK)
		return store_break(store, complaint, error, WHAT);
	*ret_count = 0;
	if (id == 0)
		return OK;
	error = note_base(store, id, head, complaint);
	if (error == OK)
		error = remove_before(store, STATEMENT_AUDIT_EXPIRE, id, ret_count, complaint);
	if (error == OK)
		memcpy(ret_head, head, AUDIT_HASH_OCTETS);
	return error;
}
