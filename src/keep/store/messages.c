/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/messages.h"

#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

#define OLDER "kept no messages"
#define SUMMARY_MAX ((size_t)1 << 20)
/* A message, sealed and armoured, is a third and some KiB larger. */
#define PARCEL_MAX ((size_t)1 << 20)

struct taking {
	union {
		store_take_message *message;
		store_take_case *one;
		store_take_delivery *delivery;
		store_take_parcel *parcel;
	};
	void *context;
	size_t count, octets;
	bool is_damaged;
};

static int damaged(struct taking *taking)
{
	taking->is_damaged = true;
	return ERR_DAMAGED;
}

static int walk(struct store *store, struct rows rows, struct taking *taking,
		struct complaint *complaint)
{
	rows.since = STORE_SCHEMA_WITH_CASES;
	rows.older_words = OLDER;
	rows.context = taking;
	const int error = rows_walk(store, &rows, complaint);
	return taking->is_damaged ? store_fail_reading(store, complaint, error, "cannot read")
				  : error;
}

/* ---- messages ---- */

static int take_message(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const struct store_message message = {
		.id = column_words(row, 0),
		.case_id = column_words(row, 1),
		.made_s = sqlite3_column_int64(row, 2),
		.received_s = sqlite3_column_int64(row, 3),
		.octets = sqlite3_column_blob(row, 4),
		.size = (size_t)sqlite3_column_bytes(row, 4),
	};
	if (message.id == NULL || !id_is(message.id) || message.case_id == NULL ||
	    !id_is(message.case_id) || message.octets == NULL ||
	    message.size > CASE_MESSAGE_OCTETS_MAX)
		return damaged(taking);
	taking->count++;
	return taking->message(taking->context, &message);
}

int store_message(struct store *store, const char *id, store_take_message *take, void *context,
		  struct complaint *complaint)
{
	struct taking taking = {.message = take, .context = context};
	const struct rows rows = {.which = STATEMENT_MESSAGE_GET, .key = id, .take = take_message};
	assert(id != NULL);
	const int error = walk(store, rows, &taking, complaint);
	if (error == OK && taking.count == 0)
		return complain(complaint, ERR_NOT_FOUND, "store '%s': no message '%s'",
				store->path, id);
	return error;
}

int store_messages(struct store *store, const char *case_id, store_take_message *take,
		   void *context, struct complaint *complaint)
{
	struct taking taking = {.message = take, .context = context};
	const struct rows rows = {.which = case_id == NULL ? STATEMENT_MESSAGE_ALL
							   : STATEMENT_MESSAGE_CASE,
				  .key = case_id,
				  .take = take_message};
	return walk(store, rows, &taking, complaint);
}

struct looking {
	const struct case_message *message;
	bool has, is_same;
};

static int look_at(void *context, const struct store_message *found)
{
	struct looking *looking = context;
	looking->has = true;
	looking->is_same = found->size == looking->message->size &&
			   memcmp(found->octets, looking->message->octets, found->size) == 0;
	return OK;
}

static int take_count(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	taking->count = (size_t)sqlite3_column_int64(row, 0);
	taking->octets = (size_t)sqlite3_column_int64(row, 1);
	return OK;
}

/* Is there room in its case? */
static int check_room(struct store *store, const struct case_message *message,
		      struct complaint *complaint)
{
	struct taking taking = {.count = 0};
	const struct rows rows = {
		.which = STATEMENT_MESSAGE_COUNT, .key = message->case_id, .take = take_count};
	const int error = walk(store, rows, &taking, complaint);
	if (error == OK && taking.count >= CASE_MESSAGE_CASE_MAX)
		return complain(complaint, ERR_LIMIT,
				"store '%s': case '%s' has %u messages, and none more is taken; "
				"open another case",
				store->path, message->case_id, CASE_MESSAGE_CASE_MAX);
	if (error == OK && taking.octets + message->size > CASE_MESSAGE_CASE_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT,
				"store '%s': the messages of case '%s' have %zu MiB together, and "
				"no more is taken; open another case",
				store->path, message->case_id, taking.octets >> 20);
	return error;
}

static int look_before(struct store *store, struct looking *looking, struct complaint *complaint)
{
	int error = store_message(store, looking->message->id, look_at, looking, complaint);
	if (error == ERR_NOT_FOUND && !looking->has && store->broken == OK)
		error = check_room(store, looking->message, complaint);
	if (error == OK && looking->has && !looking->is_same)
		return complain(complaint, ERR_EXISTS,
				"store '%s': message '%s' is here with another signature; the one "
				"that is here stays",
				store->path, looking->message->id);
	return error;
}

int store_message_put(struct store *store, const struct case_message *message, int64_t received_s,
		      bool *ret_is_new, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	struct looking looking = {.message = message};
	assert(message->is_proven && message->octets != NULL && store->can_write);
	int error = look_before(store, &looking, complaint);
	if (error == OK && looking.has) {
		*ret_is_new = false;
		return OK;
	}
	if (error == OK)
		error = rows_begin(store, STATEMENT_MESSAGE_INSERT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, message->id, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, message->case_id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, message->made_s);
	sqlite3_bind_int64(statement, 4, received_s);
	sqlite3_bind_blob64(statement, 5, message->octets, message->size, SQLITE_STATIC);
	error = rows_put(store, statement, "cannot keep a message", complaint);
	if (error == OK)
		*ret_is_new = true;
	return error;
}

static int forget(struct store *store, enum statement which, const char *id,
		  struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	const int error = rows_begin(store, which, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC);
	return rows_put(store, statement, "cannot forget what was sent", complaint);
}

int store_message_renew(struct store *store, const struct case_message *message,
			struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	assert(message->is_proven && message->octets != NULL && store->can_write);
	int error = rows_begin(store, STATEMENT_MESSAGE_RENEW, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, message->id, -1, SQLITE_STATIC);
	sqlite3_bind_blob64(statement, 2, message->octets, message->size, SQLITE_STATIC);
	error = rows_put(store, statement, "cannot keep a message", complaint);
	if (error == OK)
		error = forget(store, STATEMENT_DELIVERY_FORGET, message->id, complaint);
	return error == OK ? forget(store, STATEMENT_PARCEL_FORGET, message->id, complaint) : error;
}

/* ---- cases ---- */

static int take_case(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const struct store_case one = {
		.id = column_words(row, 0),
		.messages = sqlite3_column_int64(row, 1),
		.first_s = sqlite3_column_int64(row, 2),
		.last_s = sqlite3_column_int64(row, 3),
		.summary = sqlite3_column_blob(row, 5),
		.summary_size = (size_t)sqlite3_column_bytes(row, 5),
		.is_current = sqlite3_column_int64(row, 4) == sqlite3_column_int64(row, 1),
	};
	if (one.id == NULL || !id_is(one.id) || one.messages < 1 || one.first_s > one.last_s ||
	    one.summary_size > SUMMARY_MAX)
		return damaged(taking);
	return taking->one(taking->context, &one);
}

int store_cases(struct store *store, store_take_case *take, void *context,
		struct complaint *complaint)
{
	struct taking taking = {.one = take, .context = context};
	const struct rows rows = {.which = STATEMENT_CASE_ALL, .take = take_case};
	return walk(store, rows, &taking, complaint);
}

int store_summary_put(struct store *store, const struct store_summary *summary,
		      struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	assert(id_is(summary->case_id) && summary->octets != NULL && summary->size <= SUMMARY_MAX);
	const int error = rows_begin(store, STATEMENT_SUMMARY_PUT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, summary->case_id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, summary->messages);
	sqlite3_bind_blob64(statement, 3, summary->octets, summary->size, SQLITE_STATIC);
	return rows_put(store, statement, "cannot keep a summary", complaint);
}

int store_summary_drop(struct store *store, const char *case_id, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	const int error = rows_begin(store, STATEMENT_SUMMARY_EXPIRE, &statement, complaint);
	if (error != OK)
		return error;
	assert(id_is(case_id));
	sqlite3_bind_text(statement, 1, case_id, -1, SQLITE_STATIC);
	return rows_put(store, statement, "cannot remove a summary", complaint);
}

/* ---- deliveries ---- */

int store_parcel_drop(struct store *store, const char *message, const char *party,
		      struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	const int error = rows_begin(store, STATEMENT_PARCEL_DROP, &statement, complaint);
	if (error != OK)
		return error;
	assert(id_is(message) && id_is(party));
	sqlite3_bind_text(statement, 1, message, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, party, -1, SQLITE_STATIC);
	return rows_put(store, statement, "cannot remove a parcel", complaint);
}

int store_delivery_put(struct store *store, const struct store_delivery *delivery,
		       struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	assert(id_is(delivery->message) && id_is(delivery->party) && delivery->way != NULL);
	const int error = rows_begin(store, STATEMENT_DELIVERY_PUT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, delivery->message, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, delivery->party, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, delivery->way, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, (int)delivery->state);
	sqlite3_bind_int64(statement, 5, delivery->last_s);
	sqlite3_bind_text(statement, 6, delivery->detail == NULL ? "" : delivery->detail, -1,
			  SQLITE_STATIC);
	const int put = rows_put(store, statement, "cannot note a delivery", complaint);
	return put == OK && delivery->state == DELIVERY_SENT
		       ? store_parcel_drop(store, delivery->message, delivery->party, complaint)
		       : put;
}

static int take_delivery(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const int64_t state = sqlite3_column_int64(row, 3);
	const struct store_delivery delivery = {
		.message = column_words(row, 0),
		.party = column_words(row, 1),
		.way = column_words(row, 2),
		.state = (enum store_delivery_state)state,
		.tries = sqlite3_column_int64(row, 4),
		.first_s = sqlite3_column_int64(row, 5),
		.last_s = sqlite3_column_int64(row, 6),
		.detail = column_words(row, 7),
	};
	if (delivery.message == NULL || delivery.party == NULL || delivery.way == NULL ||
	    delivery.detail == NULL || state < DELIVERY_WAITS || state > DELIVERY_FAILED)
		return damaged(taking);
	return taking->delivery(taking->context, &delivery);
}

int store_deliveries(struct store *store, const char *message, store_take_delivery *take,
		     void *context, struct complaint *complaint)
{
	struct taking taking = {.delivery = take, .context = context};
	const struct rows rows = {.which = message == NULL ? STATEMENT_DELIVERY_ALL
							   : STATEMENT_DELIVERY_OF,
				  .key = message,
				  .take = take_delivery};
	return walk(store, rows, &taking, complaint);
}

/* ---- parcels ---- */

int store_parcel_put(struct store *store, const struct store_parcel *parcel,
		     struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	assert(id_is(parcel->message) && id_is(parcel->party) && parcel->size <= PARCEL_MAX);
	const int error = rows_begin(store, STATEMENT_PARCEL_PUT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, parcel->message, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, parcel->party, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 3, parcel->key, KEY_OCTETS, SQLITE_STATIC);
	sqlite3_bind_blob64(statement, 4, parcel->octets, parcel->size, SQLITE_STATIC);
	return rows_put(store, statement, "cannot keep a parcel", complaint);
}

static int take_parcel(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const struct store_parcel parcel = {
		.message = column_words(row, 0),
		.party = column_words(row, 1),
		.key = sqlite3_column_blob(row, 2),
		.octets = sqlite3_column_blob(row, 3),
		.size = (size_t)sqlite3_column_bytes(row, 3),
	};
	if (parcel.message == NULL || parcel.party == NULL || parcel.key == NULL ||
	    sqlite3_column_bytes(row, 2) != KEY_OCTETS || parcel.octets == NULL ||
	    parcel.size > PARCEL_MAX)
		return damaged(taking);
	return taking->parcel(taking->context, &parcel);
}

int store_parcels(struct store *store, const char *message, store_take_parcel *take, void *context,
		  struct complaint *complaint)
{
	struct taking taking = {.parcel = take, .context = context};
	const struct rows rows = {
		.which = STATEMENT_PARCEL_OF, .key = message, .take = take_parcel};
	assert(id_is(message));
	return walk(store, rows, &taking, complaint);
}
