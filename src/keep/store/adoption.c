/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain makes of good practice, and whose name servers it has: a row when it changed. */
#include "model/adoption.h"

#include "base/memory.h"
#include "keep/store/store_private.h"
#include "model/name_servers.h"

#include <assert.h>
#include <string.h>

/* ---- writing ---- */

static int find_set(struct store *store, const uint8_t key[STATE_KEY_OCTETS], int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_SERVERS_FIND, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob(statement, 1, key, STATE_KEY_OCTETS, SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	*ret_id = error == OK && has_row ? sqlite3_column_int64(statement, 0) : 0;
	(void)sqlite3_reset(statement);
	return error;
}

static int insert_set(struct store *store, const uint8_t key[STATE_KEY_OCTETS], struct octets body,
		      int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	int error = statement_ready(store, STATEMENT_SERVERS_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob(statement, 1, key, STATE_KEY_OCTETS, SQLITE_STATIC);
	sqlite3_bind_blob64(statement, 2, body.data, body.size, SQLITE_STATIC);
	error = statement_run(store, statement);
	if (error == OK)
		*ret_id = sqlite3_last_insert_rowid(store->database);
	return error;
}

/* Most domains have the set of many others: those met last are not looked for. */
static int servers_id(struct store *store, const struct observation *observation, int64_t *ret_id)
{
	struct name_servers servers;
	struct octets body;
	uint8_t key[STATE_KEY_OCTETS];
	int error = name_servers_find(&store->arena, observation, &servers);
	if (error == OK)
		error = name_servers_encode(&store->arena, &servers, &body.data, &body.size);
	if (error != OK)
		return error;
	state_key(body, key);
	struct known_servers *known = &store->servers[key[0] % SERVERS_REMEMBERED];
	if (known->id != 0 && memcmp(known->key, key, sizeof(key)) == 0) {
		*ret_id = known->id;
		return OK;
	}
	int64_t id = 0;
	error = find_set(store, key, &id);
	if (error == OK && id == 0)
		error = insert_set(store, key, body, &id);
	if (error != OK)
		return error;
	known->id = *ret_id = id;
	memcpy(known->key, key, sizeof(key));
	return OK;
}

/* The newest row's. */
static int is_as_before(struct store *store, const struct look *look, int64_t servers, bool *ret_is)
{
	const struct adoption *adoption = look->entry->adoption;
	const size_t size = adoption_size(adoption);
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_ADOPTION_NEWEST, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, look->domain);
	error = statement_row(store, statement, &has_row);
	*ret_is = error == OK && has_row && sqlite3_column_int64(statement, 1) == servers &&
		  (size_t)sqlite3_column_bytes(statement, 0) == size &&
		  (size == 0 ||
		   memcmp(sqlite3_column_blob(statement, 0), adoption->states, size) == 0);
	(void)sqlite3_reset(statement);
	return error;
}

int adoption_put(struct store *store, const struct look *look)
{
	sqlite3_stmt *statement = NULL;
	int64_t servers = 0;
	bool is_same = false;
	assert(look->domain > 0 && look->run > 0);
	if (look->entry->adoption == NULL)
		return OK;
	int error = servers_id(store, look->entry->observation, &servers);
	if (error == OK && look->before_run != 0)
		error = is_as_before(store, look, servers, &is_same);
	if (error != OK || is_same)
		return error;
	error = statement_ready(store, STATEMENT_ADOPTION_PUT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, look->domain);
	sqlite3_bind_int64(statement, 2, look->run);
	/* Without a pointer SQLite would take NULL for the value. */
	sqlite3_bind_blob64(statement, 3, look->entry->adoption->states,
			    adoption_size(look->entry->adoption), SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, servers);
	return statement_run(store, statement);
}

/* ---- reading ---- */

static int complain_none(const struct store *store, struct complaint *complaint)
{
	return complain(complaint, ERR_NOT_FOUND,
			"store '%s': made by an older dsfi, which kept nothing of adoption; the "
			"next scan into it does",
			store->path);
}

/* Walks the rows of a statement without parameters. */
typedef int take_row(void *context, sqlite3_stmt *row);

static int walk(struct store *store, enum statement which, take_row *take, void *context,
		struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool began = false, has_row = true;
	if (store->schema < STORE_SCHEMA_WITH_ADOPTION)
		return complain_none(store, complaint);
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = statement_ready(store, which, &statement);
	int taken = OK;
	while (error == OK && taken == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		taken = take(context, statement);
	}
	if (statement != NULL)
		(void)sqlite3_reset(statement);
	store_read_end(store, began);
	if (error != OK)
		return store_fail_reading(store, complaint, error, "cannot read");
	return taken;
}

struct taking {
	union {
		store_take_adoption *adoption;
		store_take_servers *servers;
		store_take_name *name;
	};
	void *context;
	int64_t before; /* the row before's domain */
	bool is_damaged;
};

static int damaged(struct taking *taking)
{
	taking->is_damaged = true;
	return ERR_DAMAGED;
}

static int take_adoption(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	struct store_adoption adoption = {
		.domain = sqlite3_column_int64(row, 0),
		.first_run = sqlite3_column_int64(row, 1),
		.servers = sqlite3_column_int64(row, 3),
	};
	const void *states = sqlite3_column_blob(row, 2);
	const size_t size = (size_t)sqlite3_column_bytes(row, 2);
	if (adoption.domain < taking->before || adoption.first_run <= 0 || adoption.servers <= 0 ||
	    adoption_read(size == 0 ? (const uint8_t *)"" : states, size, &adoption.states) != OK)
		return damaged(taking);
	taking->before = adoption.domain;
	return taking->adoption(taking->context, &adoption);
}

static int take_servers(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const int64_t id = sqlite3_column_int64(row, 0);
	const void *body = sqlite3_column_blob(row, 1);
	if (id <= 0 || body == NULL)
		return damaged(taking);
	return taking->servers(taking->context, id, body, (size_t)sqlite3_column_bytes(row, 1));
}

static int take_name(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	uint8_t name[255];
	const void *key = sqlite3_column_blob(row, 0);
	const int64_t id = sqlite3_column_int64(row, 1);
	if (id <= 0 || key == NULL ||
	    name_from_key(key, (size_t)sqlite3_column_bytes(row, 0), name) != OK)
		return damaged(taking);
	return taking->name(taking->context, id, name);
}

static int walk_taking(struct store *store, enum statement which, take_row *take,
		       struct taking *taking, struct complaint *complaint)
{
	const int error = walk(store, which, take, taking, complaint);
	return taking->is_damaged ? store_fail_reading(store, complaint, error, "cannot read")
				  : error;
}

int store_adoptions(struct store *store, store_take_adoption *take, void *context,
		    struct complaint *complaint)
{
	struct taking taking = {.adoption = take, .context = context};
	return walk_taking(store, STATEMENT_ADOPTION_ALL, take_adoption, &taking, complaint);
}

int store_server_sets(struct store *store, store_take_servers *take, void *context,
		      struct complaint *complaint)
{
	struct taking taking = {.servers = take, .context = context};
	return walk_taking(store, STATEMENT_SERVERS_ALL, take_servers, &taking, complaint);
}

int store_names(struct store *store, store_take_name *take, void *context,
		struct complaint *complaint)
{
	struct taking taking = {.name = take, .context = context};
	return walk_taking(store, STATEMENT_DOMAIN_ALL, take_name, &taking, complaint);
}

int store_adoption_from(struct store *store, int64_t *ret_run, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	if (store->schema < STORE_SCHEMA_WITH_ADOPTION)
		return complain_none(store, complaint);
	int error = statement_ready(store, STATEMENT_ADOPTION_FROM, &statement);
	if (error == OK)
		error = statement_row(store, statement, &has_row);
	if (error == OK)
		*ret_run = has_row ? sqlite3_column_int64(statement, 0) : 1;
	(void)sqlite3_reset(statement);
	return error == OK ? OK : store_fail_reading(store, complaint, error, "cannot read");
}

bool store_identity_is_one(const char *text)
{
	assert(text != NULL);
	return strlen(text) == STORE_IDENTITY_ROOM - 1 &&
	       strspn(text, "0123456789abcdef") == STORE_IDENTITY_ROOM - 1;
}

int store_identity(struct store *store, char ret_identity[STORE_IDENTITY_ROOM],
		   struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	ret_identity[0] = 0;
	int error = statement_ready(store, STATEMENT_IDENTITY_GET, &statement);
	if (error == OK)
		error = statement_row(store, statement, &has_row);
	const char *text =
		error == OK && has_row ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (text != NULL && store_identity_is_one(text))
		memcpy(ret_identity, text, STORE_IDENTITY_ROOM);
	(void)sqlite3_reset(statement);
	return error == OK ? OK : store_fail_reading(store, complaint, error, "cannot read");
}

/* ---- who was seen ---- */

struct store_seen {
	struct seen_set set;
};

int store_seen_load(struct store *store, int64_t run, struct store_seen **ret_seen,
		    struct complaint *complaint)
{
	struct store_seen *seen = memory_take_zeroed(1, sizeof(*seen));
	int error = seen == NULL ? ERR_MEMORY : seen_set_load(store, run, &seen->set);
	if (error != OK) {
		memory_give(seen);
		return store_fail_reading(store, complaint, error, "cannot read");
	}
	*ret_seen = seen;
	return OK;
}

bool store_seen_has(const struct store_seen *seen, int64_t domain)
{
	return seen_set_has(&seen->set, domain);
}

void store_seen_free(struct store_seen *seen)
{
	if (seen == NULL)
		return;
	seen_set_release(&seen->set);
	memory_give(seen);
}
