/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes of findings as numbers: a row names its code in one or two octets. */
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

static void remember(struct store *store, int64_t id, const char *text)
{
	if (store->code_count == CODES_REMEMBERED)
		return;
	assert(strlen(text) < sizeof(store->codes[0].text));
	struct known_code *known = &store->codes[store->code_count++];
	known->id = id;
	memcpy(known->text, text, strlen(text) + 1);
}

static int insert_code(struct store *store, const char *text, int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	int error = statement_ready(store, STATEMENT_CODE_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
	error = statement_run(store, statement);
	if (error == OK)
		*ret_id = sqlite3_last_insert_rowid(store->database);
	return error;
}

int code_id(struct store *store, const char *text, int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int64_t id = 0;
	for (size_t i = 0; i < store->code_count; i++) {
		if (strcmp(store->codes[i].text, text) == 0) {
			*ret_id = store->codes[i].id;
			return OK;
		}
	}
	assert(strlen(text) < sizeof(store->codes[0].text));
	int error = statement_ready(store, STATEMENT_CODE_FIND, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	if (error == OK && has_row)
		id = sqlite3_column_int64(statement, 0);
	(void)sqlite3_reset(statement);
	if (error == OK && !has_row)
		error = insert_code(store, text, &id);
	if (error == OK && id <= 0)
		error = ERR_DAMAGED;
	if (error != OK)
		return error;
	remember(store, id, text);
	*ret_id = id;
	return OK;
}

int code_text(struct store *store, int64_t id, char ret_text[48])
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	for (size_t i = 0; i < store->code_count; i++) {
		if (store->codes[i].id == id) {
			memcpy(ret_text, store->codes[i].text, sizeof(store->codes[i].text));
			return OK;
		}
	}
	int error = statement_ready(store, STATEMENT_CODE_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, id);
	error = statement_row(store, statement, &has_row);
	if (error == OK && (!has_row || sqlite3_column_bytes(statement, 0) >= 48))
		error = ERR_DAMAGED;
	if (error == OK) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);
		size_t size = (size_t)sqlite3_column_bytes(statement, 0);
		memset(ret_text, 0, 48);
		if (text != NULL)
			memcpy(ret_text, text, size);
		remember(store, id, ret_text);
	}
	(void)sqlite3_reset(statement);
	return error;
}
