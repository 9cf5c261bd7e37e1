/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/watch.h"

#include "base/map.h"
#include "dns/wire/name.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

#define OLDER "watched no domains"

/* Where a name stands in the order of rounds: spread over 31 bits, the same in every store. Who
 * makes up names that stand together gains nothing. */
struct watch_key {
	int64_t place;
	size_t size;
	uint8_t name[NAME_KEY_MAX];
};

static void make_key(const uint8_t *domain, struct watch_key *ret_key)
{
	static const uint8_t secret[16] = "dsfi watch";
	assert(domain != NULL);
	ret_key->size = name_to_key(domain, ret_key->name);
	ret_key->place = (int64_t)(siphash(secret, ret_key->name, ret_key->size) >> 33);
}

uint32_t store_watch_place(const uint8_t *domain)
{
	struct watch_key key;
	make_key(domain, &key);
	return (uint32_t)key.place;
}

static void bind_key(sqlite3_stmt *statement, const struct watch_key *key)
{
	sqlite3_bind_int64(statement, 1, key->place);
	sqlite3_bind_blob64(statement, 2, key->name, key->size, SQLITE_STATIC);
}

/* ---- reading ---- */

struct walking {
	enum statement which;
	const struct watch_key *key; /* bound as ?1 and ?2; NULL: not */
	int64_t number;              /* ?1 without a key */
	int64_t most;                /* ?3 with one, ?2 without; 0: not */
	int64_t now_s;               /* ?3 without a key, where there is one */
	store_take_watch *take;
	void *context;
	size_t count;
	bool is_damaged;
};

static const uint8_t *column_digest(sqlite3_stmt *row, int column, bool *is_damaged)
{
	const uint8_t *digest = sqlite3_column_blob(row, column);
	if (digest != NULL && sqlite3_column_bytes(row, column) != WATCH_DIGEST_OCTETS)
		*is_damaged = true;
	return digest;
}

/* A word, or the time at which it is due. */
static enum watch_due column_due(sqlite3_stmt *row, int column, bool *is_damaged)
{
	const int64_t due = sqlite3_column_int64(row, column);
	if (due < WATCH_DUE_NOT)
		*is_damaged = true;
	return due > WATCH_DUE_MOVED ? WATCH_DUE_LATER : (enum watch_due)due;
}

static int take_row(struct walking *walking, sqlite3_stmt *row)
{
	uint8_t domain[NAME_MAX_OCTETS];
	bool is_damaged = false;
	const enum watch_due due = column_due(row, 10, &is_damaged);
	const uint8_t *name = sqlite3_column_blob(row, 0);
	const struct store_watch watch = {
		.domain = domain,
		.since_s = sqlite3_column_int64(row, 1),
		.by_whom = column_words(row, 2),
		.list = column_words(row, 3),
		.looked_s = sqlite3_column_int64(row, 4),
		.digest = column_digest(row, 5, &is_damaged),
		.doubt = column_digest(row, 6, &is_damaged),
		.moved_s = sqlite3_column_int64(row, 7),
		.silent_s = sqlite3_column_int64(row, 8),
		.full_s = sqlite3_column_int64(row, 9),
		.due = due,
		.later_s = due == WATCH_DUE_LATER ? sqlite3_column_int64(row, 10) : 0,
		.told = sqlite3_column_blob(row, 11),
		.told_size = (size_t)sqlite3_column_bytes(row, 11),
	};
	/* Only the root has no octet, and nobody is its parent. */
	if (name == NULL ||
	    name_from_key(name, (size_t)sqlite3_column_bytes(row, 0), domain) != OK ||
	    watch.by_whom == NULL || watch.list == NULL || is_damaged ||
	    watch.told_size > WATCH_TOLD_OCTETS_MAX) {
		walking->is_damaged = true;
		return ERR_DAMAGED;
	}
	walking->count++;
	return walking->take(walking->context, &watch);
}

static void bind_walk(sqlite3_stmt *statement, const struct walking *walking)
{
	if (walking->key != NULL)
		bind_key(statement, walking->key);
	else if (sqlite3_bind_parameter_count(statement) > 0)
		sqlite3_bind_int64(statement, 1, walking->number);
	if (walking->most > 0)
		sqlite3_bind_int64(statement, walking->key != NULL ? 3 : 2, walking->most);
	if (walking->key == NULL && sqlite3_bind_parameter_count(statement) > 2)
		sqlite3_bind_int64(statement, 3, walking->now_s);
}

static int too_old(const struct store *store, struct complaint *complaint)
{
	if (store->schema >= STORE_SCHEMA_WITH_CASES)
		return OK;
	return complain(complaint, ERR_NOT_FOUND,
			"store '%s': made by an older dsfi, which %s; the next time it is "
			"written to it is made ready for that",
			store->path, OLDER);
}

static int walk(struct store *store, struct walking *walking, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool began = false, has_row = true;
	int error = too_old(store, complaint);
	if (error != OK)
		return error;
	error = store_read_begin(store, &began);
	if (error == OK)
		error = statement_ready(store, walking->which, &statement);
	if (error == OK)
		bind_walk(statement, walking);
	int taken = OK;
	while (error == OK && taken == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		taken = take_row(walking, statement);
	}
	if (statement != NULL)
		(void)sqlite3_reset(statement);
	store_read_end(store, began);
	if (error != OK || walking->is_damaged)
		return store_fail_reading(store, complaint, error != OK ? error : taken,
					  "cannot read what is watched");
	return taken;
}

int store_watches(struct store *store, store_take_watch *take, void *context,
		  struct complaint *complaint)
{
	struct walking walking = {.which = STATEMENT_WATCH_ALL, .take = take, .context = context};
	return walk(store, &walking, complaint);
}

int store_watch(struct store *store, const uint8_t *domain, store_take_watch *take, void *context,
		struct complaint *complaint)
{
	struct watch_key key;
	make_key(domain, &key);
	struct walking walking = {
		.which = STATEMENT_WATCH_GET, .key = &key, .take = take, .context = context};
	const int error = walk(store, &walking, complaint);
	if (error == OK && walking.count == 0)
		return complain(complaint, ERR_NOT_FOUND,
				"store '%s': the domain is not watched; 'dsfi watch add' begins to",
				store->path);
	return error;
}

int store_watch_next(struct store *store, const struct store_watch_part *part,
		     store_take_watch *take, void *context, struct complaint *complaint)
{
	struct watch_key key = {.place = -1};
	assert(part->most > 0);
	if (part->after != NULL)
		make_key(part->after, &key);
	struct walking walking = {.which = STATEMENT_WATCH_NEXT,
				  .key = &key,
				  .most = part->most,
				  .take = take,
				  .context = context};
	return walk(store, &walking, complaint);
}

int store_watch_due(struct store *store, const struct store_watch_queue *queue,
		    store_take_watch *take, void *context, struct complaint *complaint)
{
	assert(queue->most > 0);
	struct walking walking = {.which = STATEMENT_WATCH_DUE,
				  .number = queue->before_s,
				  .now_s = queue->now_s,
				  .most = queue->most,
				  .take = take,
				  .context = context};
	return walk(store, &walking, complaint);
}

/* ---- single numbers ---- */

static int read_row(struct store *store, enum statement which, sqlite3_stmt **ret_row,
		    struct complaint *complaint)
{
	bool has_row = false;
	int error = too_old(store, complaint);
	if (error != OK)
		return error;
	error = statement_ready(store, which, ret_row);
	if (error == OK)
		error = statement_row(store, *ret_row, &has_row);
	if (error != OK)
		return store_fail_reading(store, complaint, error, "cannot read what is watched");
	return has_row ? OK
		       : complain(complaint, ERR_NOT_FOUND,
				  "store '%s': nothing was looked at yet; 'dsfi watch run' looks",
				  store->path);
}

int store_watch_count(struct store *store, uint64_t *ret_count, struct complaint *complaint)
{
	sqlite3_stmt *row = NULL;
	const int error = read_row(store, STATEMENT_WATCH_COUNT, &row, complaint);
	if (error == OK)
		*ret_count = (uint64_t)sqlite3_column_int64(row, 0);
	if (row != NULL)
		(void)sqlite3_reset(row);
	return error;
}

int store_watch_round_last(struct store *store, struct store_watch_round *ret_round,
			   struct complaint *complaint)
{
	sqlite3_stmt *row = NULL;
	const int error = read_row(store, STATEMENT_WATCH_ROUND_LAST, &row, complaint);
	if (error == OK)
		*ret_round = (struct store_watch_round){
			.began_s = sqlite3_column_int64(row, 0),
			.ended_s = sqlite3_column_int64(row, 1),
			.looked = (uint64_t)sqlite3_column_int64(row, 2),
			.silent = (uint64_t)sqlite3_column_int64(row, 3),
			.differing = (uint64_t)sqlite3_column_int64(row, 4),
			.moved = (uint64_t)sqlite3_column_int64(row, 5),
		};
	if (row != NULL)
		(void)sqlite3_reset(row);
	return error;
}

/* ---- writing ---- */

int store_watch_add(struct store *store, const struct store_watch *watch, bool *ret_is_new,
		    struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	struct watch_key key;
	assert(watch->by_whom != NULL && watch->list != NULL && *watch->domain != 0);
	make_key(watch->domain, &key);
	int error = rows_begin(store, STATEMENT_WATCH_INSERT, &statement, complaint);
	if (error != OK)
		return error;
	bind_key(statement, &key);
	sqlite3_bind_int64(statement, 3, watch->since_s);
	sqlite3_bind_text(statement, 4, watch->by_whom, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 5, watch->list, -1, SQLITE_STATIC);
	error = rows_put(store, statement, "cannot keep a watched domain", complaint);
	if (error == OK)
		*ret_is_new = sqlite3_changes(store->database) > 0;
	return error;
}

int store_watch_remove(struct store *store, const uint8_t *domain, bool *ret_was_there,
		       struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	struct watch_key key;
	make_key(domain, &key);
	int error = rows_begin(store, STATEMENT_WATCH_DELETE, &statement, complaint);
	if (error != OK)
		return error;
	bind_key(statement, &key);
	error = rows_put(store, statement, "cannot take a watched domain out", complaint);
	if (error == OK)
		*ret_was_there = sqlite3_changes(store->database) > 0;
	return error;
}

static enum statement statement_of(enum watch_event event)
{
	switch (event) {
	case WATCH_SEEN:
		return STATEMENT_WATCH_SEEN;
	case WATCH_MOVED:
		return STATEMENT_WATCH_MOVED;
	case WATCH_DIFFERS:
		return STATEMENT_WATCH_DIFFERS;
	case WATCH_SILENT:
		return STATEMENT_WATCH_SILENT;
	case WATCH_HEARD:
		break;
	}
	return STATEMENT_WATCH_HEARD;
}

int store_watch_note(struct store *store, const struct store_watch_news *news,
		     struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	struct watch_key key;
	const bool has_digest = news->event == WATCH_SEEN || news->event == WATCH_MOVED ||
				news->event == WATCH_DIFFERS;
	assert(has_digest == (news->digest != NULL));
	make_key(news->domain, &key);
	const int error = rows_begin(store, statement_of(news->event), &statement, complaint);
	if (error != OK)
		return error;
	bind_key(statement, &key);
	if (news->event != WATCH_DIFFERS && news->event != WATCH_HEARD)
		sqlite3_bind_int64(statement, 3, news->time_s);
	if (has_digest)
		sqlite3_bind_blob(statement, 4, news->digest, WATCH_DIGEST_OCTETS, SQLITE_STATIC);
	return rows_put(store, statement, "cannot note what was looked at", complaint);
}

int store_watch_looked(struct store *store, const struct store_watch_full *full,
		       struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	struct watch_key key;
	assert(full->due <= WATCH_DUE_LATER && full->told_size <= WATCH_TOLD_OCTETS_MAX);
	assert(full->due != WATCH_DUE_LATER || full->later_s > WATCH_DUE_MOVED);
	make_key(full->domain, &key);
	const int error = rows_begin(store, STATEMENT_WATCH_LOOKED, &statement, complaint);
	if (error != OK)
		return error;
	bind_key(statement, &key);
	sqlite3_bind_int64(statement, 3, full->time_s);
	sqlite3_bind_int64(statement, 4,
			   full->due == WATCH_DUE_LATER ? full->later_s : (int64_t)full->due);
	if (full->told_size > 0)
		sqlite3_bind_blob64(statement, 5, full->told, full->told_size, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, 5);
	return rows_put(store, statement, "cannot note what was looked at", complaint);
}

int store_watch_round_put(struct store *store, const struct store_watch_round *round,
			  struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	assert(round->began_s <= round->ended_s);
	const int error = rows_begin(store, STATEMENT_WATCH_ROUND_PUT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, round->began_s);
	sqlite3_bind_int64(statement, 2, round->ended_s);
	sqlite3_bind_int64(statement, 3, (int64_t)round->looked);
	sqlite3_bind_int64(statement, 4, (int64_t)round->silent);
	sqlite3_bind_int64(statement, 5, (int64_t)round->differing);
	sqlite3_bind_int64(statement, 6, (int64_t)round->moved);
	return rows_put(store, statement, "cannot note a round", complaint);
}
