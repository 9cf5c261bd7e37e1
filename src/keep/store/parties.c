/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/parties.h"

#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

#define OLDER "kept no parties"

struct taking {
	union {
		store_take_party *party;
		store_take_contact *contact;
	};
	void *context;
	struct store *store;
	size_t count;
	bool is_damaged;
};

static int damaged(struct taking *taking)
{
	taking->is_damaged = true;
	return ERR_DAMAGED;
}

static int take_party(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const struct store_party party = {
		.id = column_words(row, 0),
		.edition = sqlite3_column_int64(row, 1),
		.added_s = sqlite3_column_int64(row, 2),
		.octets = sqlite3_column_blob(row, 3),
		.size = (size_t)sqlite3_column_bytes(row, 3),
	};
	if (party.id == NULL || !id_is(party.id) || party.edition < 1 || party.octets == NULL ||
	    party.size > PARTY_OCTETS_MAX)
		return damaged(taking);
	taking->count++;
	return taking->party(taking->context, &party);
}

static int walk(struct store *store, enum statement which, const char *id, struct taking *taking,
		struct complaint *complaint)
{
	const struct rows rows = {.which = which,
				  .key = id,
				  .since = STORE_SCHEMA_WITH_CASES,
				  .older_words = OLDER,
				  .take = take_party,
				  .context = taking};
	const int error = rows_walk(store, &rows, complaint);
	return taking->is_damaged ? store_fail_reading(store, complaint, error, "cannot read")
				  : error;
}

int store_party(struct store *store, const char *id, store_take_party *take, void *context,
		struct complaint *complaint)
{
	struct taking taking = {.party = take, .context = context};
	assert(id != NULL);
	const int error = walk(store, STATEMENT_PARTY_NEWEST, id, &taking, complaint);
	if (error == OK && taking.count == 0)
		return complain(complaint, ERR_NOT_FOUND,
				"store '%s': no party '%s'; 'dsfi party list' shows those it has",
				store->path, id);
	return error;
}

int store_parties(struct store *store, store_take_party *take, void *context,
		  struct complaint *complaint)
{
	struct taking taking = {.party = take, .context = context};
	return walk(store, STATEMENT_PARTY_ALL, NULL, &taking, complaint);
}

int store_party_editions(struct store *store, const char *id, store_take_party *take, void *context,
			 struct complaint *complaint)
{
	struct taking taking = {.party = take, .context = context};
	return walk(store, id == NULL ? STATEMENT_PARTY_EVERY : STATEMENT_PARTY_EDITIONS, id,
		    &taking, complaint);
}

struct looking {
	int64_t edition;
	bool has;
};

static int look_for(void *context, const struct store_party *party)
{
	struct looking *looking = context;
	looking->has = looking->has || party->edition == looking->edition;
	return OK;
}

int store_party_put(struct store *store, const struct party_file *party, int64_t added_s,
		    struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	struct looking looking = {.edition = party->edition};
	assert(party->octets != NULL && party->size > 0 && id_is(party->id));
	int error = store_party_editions(store, party->id, look_for, &looking, complaint);
	if (error == OK && looking.has)
		return complain(complaint, ERR_EXISTS,
				"store '%s': party '%s', version %lld, is there already",
				store->path, party->id, (long long)party->edition);
	if (error == OK)
		error = rows_begin(store, STATEMENT_PARTY_INSERT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, party->id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, party->edition);
	sqlite3_bind_int64(statement, 3, added_s);
	sqlite3_bind_blob64(statement, 4, party->octets, party->size, SQLITE_STATIC);
	return rows_put(store, statement, "cannot keep a party", complaint);
}

/* ---- whose store it is ---- */

int store_self_put(struct store *store, const char *party, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	assert(id_is(party));
	const int error = rows_begin(store, STATEMENT_SELF_PUT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, party, -1, SQLITE_STATIC);
	return rows_put(store, statement, "cannot note whose store it is", complaint);
}

static int take_self(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const char *id = column_words(row, 0);
	if (id == NULL || !id_is(id))
		return damaged(taking);
	memcpy(taking->context, id, ID_ROOM);
	taking->count++;
	return OK;
}

int store_self(struct store *store, char ret_party[ID_ROOM], struct complaint *complaint)
{
	struct taking taking = {.context = ret_party};
	const struct rows rows = {.which = STATEMENT_SELF_GET,
				  .since = STORE_SCHEMA_WITH_CASES,
				  .older_words = OLDER,
				  .take = take_self,
				  .context = &taking};
	const int error = rows_walk(store, &rows, complaint);
	if (taking.is_damaged)
		return store_fail_reading(store, complaint, error, "cannot read");
	if (error == OK && taking.count == 0)
		return complain(complaint, ERR_NOT_FOUND,
				"store '%s': is nobody's yet; 'dsfi party add NAME --key FILE' "
				"makes the party that signs here",
				store->path);
	return error;
}

/* ---- contacts ---- */

int store_contact_put(struct store *store, const struct store_contact *contact,
		      struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	assert(contact->party != NULL && contact->kind != NULL && contact->value != NULL);
	const int error = rows_begin(store, STATEMENT_CONTACT_PUT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_text(statement, 1, contact->party, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, contact->kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, contact->value, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, contact->tried_s);
	sqlite3_bind_int64(statement, 5, contact->worked_s);
	sqlite3_bind_text(statement, 6, contact->outcome, -1, SQLITE_STATIC);
	return rows_put(store, statement, "cannot note a contact", complaint);
}

static int take_contact(void *context, sqlite3_stmt *row)
{
	struct taking *taking = context;
	const struct store_contact contact = {
		.party = column_words(row, 0),
		.kind = column_words(row, 1),
		.value = column_words(row, 2),
		.tried_s = sqlite3_column_int64(row, 3),
		.worked_s = sqlite3_column_int64(row, 4),
		.outcome = column_words(row, 5),
	};
	if (contact.party == NULL || contact.kind == NULL || contact.value == NULL ||
	    contact.outcome == NULL)
		return damaged(taking);
	return taking->contact(taking->context, &contact);
}

int store_contacts(struct store *store, const char *party, store_take_contact *take, void *context,
		   struct complaint *complaint)
{
	struct taking taking = {.contact = take, .context = context};
	const struct rows rows = {.which = STATEMENT_CONTACT_ALL,
				  .key = party,
				  .since = STORE_SCHEMA_WITH_CASES,
				  .older_words = OLDER,
				  .take = take_contact,
				  .context = &taking};
	const int error = rows_walk(store, &rows, complaint);
	return taking.is_damaged ? store_fail_reading(store, complaint, error, "cannot read")
				 : error;
}
