/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/drafts.h"

#include "keep/store/store_private.h"

#include <assert.h>

#define COLUMNS 7

int store_draft_put(struct store *store, const struct store_draft *draft,
		    struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	const char *const columns[COLUMNS] = {draft->domain, draft->kind, draft->value,
					      draft->role,   draft->name, draft->source,
					      draft->place};
	const int error = rows_begin(store, STATEMENT_DRAFT_PUT, &statement, complaint);
	if (error != OK)
		return error;
	for (int i = 0; i < COLUMNS; i++) {
		assert(columns[i] != NULL);
		sqlite3_bind_text(statement, i + 1, columns[i], -1, SQLITE_STATIC);
	}
	sqlite3_bind_int64(statement, COLUMNS + 1, draft->said_s);
	return rows_put(store, statement, "cannot note what others say of a contact", complaint);
}

struct taking {
	store_take_draft *take;
	void *context;
	bool is_damaged;
};

static int take_draft(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const char *columns[COLUMNS];
	for (int i = 0; i < COLUMNS; i++) {
		columns[i] = column_words(row, i);
		taking->is_damaged |= columns[i] == NULL;
	}
	if (taking->is_damaged)
		return ERR_DAMAGED;
	const struct store_draft draft = {
		.domain = columns[0],
		.kind = columns[1],
		.value = columns[2],
		.role = columns[3],
		.name = columns[4],
		.source = columns[5],
		.place = columns[6],
		.said_s = sqlite3_column_int64(row, COLUMNS),
	};
	return taking->take(taking->context, &draft);
}

int store_drafts(struct store *store, const char *domain, store_take_draft *take, void *context,
		 struct complaint *complaint)
{
	struct taking taking = {.take = take, .context = context};
	assert(domain != NULL && take != NULL);
	const struct rows rows = {.which = STATEMENT_DRAFT_ALL,
				  .key = domain,
				  .since = STORE_SCHEMA_WITH_CASES,
				  .older_words = "kept nothing of contacts",
				  .take = take_draft,
				  .context = &taking};
	const int error = rows_walk(store, &rows, complaint);
	return taking.is_damaged ? store_fail_reading(store, complaint, error, "cannot read")
				 : error;
}
