/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/audit.h"

#include "base/bytes.h"
#include "base/text.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define AUDIT_LINE "dsfi-audit-v1\n"
#define OLDER "kept no audit"

static_assert(AUDIT_HASH_OCTETS == crypto_hash_sha256_BYTES, "SHA-256");

static void add_number(crypto_hash_sha256_state *state, uint64_t number)
{
	uint8_t octets[8];
	struct writer writer;
	writer_init(&writer, octets, sizeof(octets));
	writer_u64(&writer, number);
	crypto_hash_sha256_update(state, octets, sizeof(octets));
}

static void add_words(crypto_hash_sha256_state *state, const char *words)
{
	const size_t size = strlen(words);
	add_number(state, size);
	crypto_hash_sha256_update(state, (const uint8_t *)words, size);
}

static void hash_entry(const struct store_audit *entry, const uint8_t before[AUDIT_HASH_OCTETS],
		       uint8_t ret_hash[AUDIT_HASH_OCTETS])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)AUDIT_LINE, strlen(AUDIT_LINE));
	crypto_hash_sha256_update(&state, before, AUDIT_HASH_OCTETS);
	add_number(&state, (uint64_t)entry->id);
	add_number(&state, (uint64_t)entry->time_s);
	add_words(&state, entry->who);
	add_words(&state, entry->act);
	add_words(&state, entry->subject);
	add_words(&state, entry->detail);
	crypto_hash_sha256_final(&state, ret_hash);
}

static int last_entry(struct store *store, int64_t *ret_id, uint8_t ret_hash[AUDIT_HASH_OCTETS])
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	*ret_id = 0;
	memset(ret_hash, 0, AUDIT_HASH_OCTETS);
	int error = statement_ready(store, STATEMENT_AUDIT_LAST, &statement);
	if (error == OK)
		error = statement_row(store, statement, &has_row);
	if (error == OK && has_row) {
		const void *hash = sqlite3_column_blob(statement, 1);
		*ret_id = sqlite3_column_int64(statement, 0);
		if (hash == NULL || sqlite3_column_bytes(statement, 1) != AUDIT_HASH_OCTETS)
			error = ERR_DAMAGED;
		else
			memcpy(ret_hash, hash, AUDIT_HASH_OCTETS);
	}
	if (statement != NULL)
		(void)sqlite3_reset(statement);
	return error;
}

/* NULL when memory is out; cut between characters. */
static const char *cut(struct arena *arena, const char *words)
{
	size_t size = strlen(words);
	if (size <= AUDIT_TEXT_MAX)
		return words;
	size = AUDIT_TEXT_MAX;
	while (size > 0 && ((uint8_t)words[size] & 0xc0) == 0x80)
		size--;
	char *copy = arena_take_octets(arena, size + 1);
	if (copy != NULL) {
		memcpy(copy, words, size);
		copy[size] = '\0';
	}
	return copy;
}

static int cut_entry(struct arena *arena, const struct store_audit *entry,
		     struct store_audit *ret_entry)
{
	struct store_audit kept = {
		.time_s = entry->time_s,
		.who = cut(arena, entry->who),
		.act = cut(arena, entry->act),
		.subject = cut(arena, entry->subject),
		.detail = cut(arena, entry->detail == NULL ? "" : entry->detail),
	};
	if (kept.who == NULL || kept.act == NULL || kept.subject == NULL || kept.detail == NULL)
		return ERR_MEMORY;
	*ret_entry = kept;
	return OK;
}

static int insert_entry(struct store *store, const struct store_audit *entry,
			struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	const int error = rows_begin(store, STATEMENT_AUDIT_INSERT, &statement, complaint);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, entry->id);
	sqlite3_bind_int64(statement, 2, entry->time_s);
	sqlite3_bind_text(statement, 3, entry->who, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 4, entry->act, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 5, entry->subject, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 6, entry->detail, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 7, entry->hash, AUDIT_HASH_OCTETS, SQLITE_STATIC);
	return rows_put(store, statement, "cannot keep an audit entry", complaint);
}

int store_audit_put(struct store *store, const struct store_audit *entry,
		    struct complaint *complaint)
{
	struct store_audit kept;
	uint8_t before[AUDIT_HASH_OCTETS];
	int64_t last = 0;
	assert(entry->who != NULL && entry->act != NULL && entry->subject != NULL);
	assert(store->can_write);
	int error = store_write_begin(store);
	if (error != OK)
		return store_fail(store, complaint, error, "cannot keep an audit entry");
	error = last_entry(store, &last, before);
	if (error == OK)
		error = cut_entry(&store->arena, entry, &kept);
	if (error != OK)
		return store_break(store, complaint, error, "cannot keep an audit entry");
	kept.id = last + 1;
	hash_entry(&kept, before, kept.hash);
	error = insert_entry(store, &kept, complaint);
	arena_reset(&store->arena);
	return error;
}

/* ---- reading ---- */

struct chain {
	store_take_audit *take;
	void *context;
	int64_t id;
	uint8_t hash[AUDIT_HASH_OCTETS];
	bool is_broken;
	/* What went before, hexadecimal; "" when nothing did. */
	char base[2 * AUDIT_HASH_OCTETS + 1];
	bool is_base_told; /* an entry says that it went */
};

/* Where the list begins, in a row before all others: behind what store_expire_audit removed. */
static int take_base(struct chain *chain, sqlite3_stmt *row)
{
	const uint8_t *base = sqlite3_column_blob(row, 6);
	chain->is_broken = true;
	if (chain->id != 0 || base == NULL || sqlite3_column_bytes(row, 6) != 8 + AUDIT_HASH_OCTETS)
		return ERR_DAMAGED;
	uint64_t id = 0;
	for (size_t i = 0; i < 8; i++)
		id = id << 8 | base[i];
	if (id == 0 || id > INT64_MAX)
		return ERR_DAMAGED;
	chain->is_broken = false;
	chain->id = (int64_t)id;
	memcpy(chain->hash, base + 8, AUDIT_HASH_OCTETS);
	return hex_from_octets(chain->hash, AUDIT_HASH_OCTETS, chain->base, sizeof(chain->base));
}

static int take_entry(void *context, sqlite3_stmt *row)
{
	struct chain *chain = context;
	struct store_audit entry = {
		.id = sqlite3_column_int64(row, 0),
		.time_s = sqlite3_column_int64(row, 1),
		.who = column_words(row, 2),
		.act = column_words(row, 3),
		.subject = column_words(row, 4),
		.detail = column_words(row, 5),
	};
	if (entry.id == 0)
		return take_base(chain, row);
	const void *hash = sqlite3_column_blob(row, 6);
	chain->is_broken = true;
	if (entry.id != chain->id + 1 || entry.who == NULL || entry.act == NULL ||
	    entry.subject == NULL || entry.detail == NULL || hash == NULL ||
	    sqlite3_column_bytes(row, 6) != AUDIT_HASH_OCTETS)
		return ERR_DAMAGED;
	hash_entry(&entry, chain->hash, entry.hash);
	if (memcmp(entry.hash, hash, AUDIT_HASH_OCTETS) != 0)
		return ERR_DAMAGED;
	chain->is_broken = false;
	chain->id = entry.id;
	memcpy(chain->hash, entry.hash, AUDIT_HASH_OCTETS);
	chain->is_base_told |= chain->base[0] != '\0' && strcmp(entry.act, AUDIT_EXPIRED) == 0 &&
			       strcmp(entry.subject, chain->base) == 0;
	return chain->take(chain->context, &entry);
}

int store_audits(struct store *store, store_take_audit *take, void *context,
		 struct complaint *complaint)
{
	struct chain chain = {.take = take, .context = context};
	const struct rows rows = {.which = STATEMENT_AUDIT_ALL,
				  .since = STORE_SCHEMA_WITH_CASES,
				  .older_words = OLDER,
				  .take = take_entry,
				  .context = &chain};
	const int error = rows_walk(store, &rows, complaint);
	if (error == OK && chain.base[0] != '\0' && !chain.is_base_told)
		return complain(complaint, ERR_DAMAGED,
				"store '%s': the oldest entries of the audit are missing, and no "
				"entry says that they were removed; compare with a copy",
				store->path);
	if (!chain.is_broken)
		return error;
	return complain(complaint, ERR_DAMAGED,
			"store '%s': audit entry %lld does not follow from those before it: it, or "
			"one of them, was changed or taken out; compare with a copy",
			store->path, (long long)chain.id + 1);
}
