/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which domains a run has seen: a bit for each, so that a run over all of them costs little. */
#include "base/memory.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

#define CHUNKS_MAX (STORE_DOMAINS_MAX / SEEN_CHUNK_DOMAINS)

int seen_flush(struct store *store)
{
	struct seen_chunk *seen = &store->seen;
	sqlite3_stmt *statement = NULL;
	if (!seen->is_loaded || !seen->is_changed)
		return OK;
	int error = statement_ready(store, STATEMENT_SEEN_PUT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, seen->run);
	sqlite3_bind_int64(statement, 2, seen->chunk);
	sqlite3_bind_blob(statement, 3, seen->bits, sizeof(seen->bits), SQLITE_STATIC);
	error = statement_run(store, statement);
	if (error == OK)
		seen->is_changed = false;
	return error;
}

static int seen_load(struct store *store, int64_t run, int64_t chunk)
{
	struct seen_chunk *seen = &store->seen;
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	assert(run > 0 && chunk >= 0);
	/* Only the writer knows that nobody else changes the row. */
	if (store->can_write && seen->is_loaded && seen->run == run && seen->chunk == chunk)
		return OK;
	int error = seen_flush(store);
	seen->is_loaded = false;
	if (error == OK)
		error = statement_ready(store, STATEMENT_SEEN_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, chunk);
	error = statement_row(store, statement, &has_row);
	*seen = (struct seen_chunk){.run = run, .chunk = chunk};
	if (error == OK && has_row) {
		if (sqlite3_column_bytes(statement, 0) != SEEN_CHUNK_OCTETS)
			error = ERR_DAMAGED;
		else
			memcpy(seen->bits, sqlite3_column_blob(statement, 0), sizeof(seen->bits));
	}
	(void)sqlite3_reset(statement);
	seen->is_loaded = error == OK;
	return error;
}

int seen_mark(struct store *store, int64_t run, int64_t domain, bool *ret_was_new)
{
	assert(domain > 0);
	int error = seen_load(store, run, domain / SEEN_CHUNK_DOMAINS);
	if (error != OK)
		return error;
	size_t bit = (size_t)domain % SEEN_CHUNK_DOMAINS;
	uint8_t mask = (uint8_t)(1u << bit % 8);
	*ret_was_new = (store->seen.bits[bit / 8] & mask) == 0;
	store->seen.bits[bit / 8] |= mask;
	store->seen.is_changed |= *ret_was_new;
	return OK;
}

int seen_has(struct store *store, int64_t run, int64_t domain, bool *ret_has)
{
	assert(domain > 0);
	int error = seen_load(store, run, domain / SEEN_CHUNK_DOMAINS);
	if (error != OK)
		return error;
	size_t bit = (size_t)domain % SEEN_CHUNK_DOMAINS;
	*ret_has = (store->seen.bits[bit / 8] >> bit % 8 & 1) != 0;
	return OK;
}

static int seen_set_add(struct seen_set *set, sqlite3_stmt *statement)
{
	int64_t chunk = sqlite3_column_int64(statement, 0);
	if (chunk < 0 || chunk >= CHUNKS_MAX ||
	    sqlite3_column_bytes(statement, 1) != SEEN_CHUNK_OCTETS)
		return ERR_DAMAGED;
	size_t start = (size_t)chunk * SEEN_CHUNK_OCTETS;
	if (start + SEEN_CHUNK_OCTETS > set->octets) {
		/* Rows come in order; doubling keeps the copying small. */
		size_t octets = 2 * start + SEEN_CHUNK_OCTETS;
		uint8_t *bits = memory_resize(set->bits, octets);
		if (bits == NULL)
			return ERR_MEMORY;
		memset(bits + set->octets, 0, octets - set->octets);
		set->bits = bits;
		set->octets = octets;
	}
	assert(set->bits != NULL);
	memcpy(set->bits + start, sqlite3_column_blob(statement, 1), SEEN_CHUNK_OCTETS);
	return OK;
}

int seen_set_load(struct store *store, int64_t run, struct seen_set *ret_set)
{
	struct seen_set set = {0};
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = store->can_write ? seen_flush(store) : OK;
	if (error == OK)
		error = statement_ready(store, STATEMENT_SEEN_RUN, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, run);
	while (error == OK && has_row) {
		error = statement_row(store, statement, &has_row);
		if (error == OK && has_row)
			error = seen_set_add(&set, statement);
	}
	(void)sqlite3_reset(statement);
	if (error != OK)
		seen_set_release(&set);
	else
		*ret_set = set;
	return error;
}

void seen_set_release(struct seen_set *set)
{
	memory_give(set->bits);
	*set = (struct seen_set){0};
}

bool seen_set_has(const struct seen_set *set, int64_t domain)
{
	if (domain < 0 || (uint64_t)domain / 8 >= set->octets)
		return false;
	return (set->bits[domain / 8] >> domain % 8 & 1) != 0;
}
