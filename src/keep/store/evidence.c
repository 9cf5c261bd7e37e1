/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Raw observations and canonical states, each told as the difference to something kept before: a
 * raw observation to the domain's earlier one, a state to the raw observation that it was made
 * from.
 */
#include "keep/store/store_private.h"
#include "model/state.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

struct evidence {
	int64_t basis; /* 0: none */
	int64_t depth;
	struct octets packed;
};

static int evidence_row(struct store *store, int64_t id, struct evidence *ret_evidence)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	struct evidence evidence = {0};
	int error = statement_ready(store, STATEMENT_EVIDENCE_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, id);
	error = statement_row(store, statement, &has_row);
	if (error == OK && !has_row)
		error = ERR_DAMAGED;
	if (error == OK) {
		evidence.basis = sqlite3_column_int64(statement, 0);
		evidence.depth = sqlite3_column_int64(statement, 1);
		error = column_copy(&store->arena, statement, 2, &evidence.packed.data,
				    &evidence.packed.size);
	}
	(void)sqlite3_reset(statement);
	/* Depth falls by one at each step, so that no damage can make a circle. */
	if (error == OK && (evidence.depth < 0 || evidence.depth > EVIDENCE_DEPTH_MAX ||
			    (evidence.depth == 0) != (evidence.basis == 0)))
		error = ERR_DAMAGED;
	if (error == OK)
		*ret_evidence = evidence;
	return error;
}

int evidence_get(struct store *store, int64_t id, struct octets *ret_raw)
{
	struct evidence chain[EVIDENCE_DEPTH_MAX + 1];
	size_t count = 0;
	while (id != 0) {
		assert(count <= EVIDENCE_DEPTH_MAX);
		int error = evidence_row(store, id, &chain[count]);
		if (error != OK)
			return error;
		if (count > 0 && chain[count].depth != chain[count - 1].depth - 1)
			return ERR_DAMAGED;
		id = chain[count++].basis;
	}
	if (count == 0)
		return ERR_DAMAGED;
	struct octets raw = {0};
	while (count > 0) {
		struct octets basis = raw;
		int error =
			unpack(store, chain[--count].packed, basis, OBSERVATION_OCTETS_MAX, &raw);
		if (error != OK)
			return error;
	}
	*ret_raw = raw;
	return OK;
}

/* What a new raw observation may be told against: 0 when the chain is long enough. */
static int choose_basis(struct store *store, int64_t *basis, int64_t *ret_depth,
			struct octets *ret_raw)
{
	struct evidence evidence;
	*ret_depth = 0;
	*ret_raw = (struct octets){0};
	if (*basis == 0)
		return OK;
	int error = evidence_row(store, *basis, &evidence);
	if (error != OK)
		return error;
	if (evidence.depth == EVIDENCE_DEPTH_MAX) {
		*basis = 0;
		return OK;
	}
	*ret_depth = evidence.depth + 1;
	return evidence_get(store, *basis, ret_raw);
}

int evidence_put(struct store *store, int64_t basis, struct octets raw, int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	int64_t depth;
	struct octets before;
	struct octets packed;
	assert(basis >= 0 && raw.size > 0);
	int error = choose_basis(store, &basis, &depth, &before);
	if (error == OK)
		error = pack(store, raw, before, &packed);
	if (error == OK)
		error = statement_ready(store, STATEMENT_EVIDENCE_INSERT, &statement);
	if (error != OK)
		return error;
	if (basis != 0)
		sqlite3_bind_int64(statement, 1, basis);
	sqlite3_bind_int64(statement, 2, depth);
	sqlite3_bind_blob64(statement, 3, packed.data, packed.size, SQLITE_STATIC);
	error = statement_run(store, statement);
	if (error == OK)
		*ret_id = sqlite3_last_insert_rowid(store->database);
	return error;
}

void state_key(struct octets state, uint8_t key[STATE_KEY_OCTETS])
{
	static_assert(STATE_KEY_OCTETS >= crypto_generichash_blake2b_BYTES_MIN, "long enough");
	uint8_t digest[crypto_generichash_blake2b_BYTES];
	/* The first octets of the 64 of BLAKE2b-512: its output length is part of the hash. */
	int result =
		crypto_generichash_blake2b(digest, sizeof(digest), state.data, state.size, NULL, 0);
	assert(result == 0);
	memcpy(key, digest, STATE_KEY_OCTETS);
}

int state_find(struct store *store, struct octets state, int64_t *ret_id)
{
	uint8_t key[STATE_KEY_OCTETS];
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	state_key(state, key);
	int error = statement_ready(store, STATEMENT_STATE_FIND, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob(statement, 1, key, sizeof(key), SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	if (error == OK)
		*ret_id = has_row ? sqlite3_column_int64(statement, 0) : 0;
	(void)sqlite3_reset(statement);
	return error;
}

int state_get(struct store *store, int64_t id, struct octets *ret_state)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	struct octets packed;
	struct octets basis;
	int64_t basis_id = 0;
	assert(id > 0);
	int error = statement_ready(store, STATEMENT_STATE_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, id);
	error = statement_row(store, statement, &has_row);
	if (error == OK && !has_row)
		error = ERR_DAMAGED;
	if (error == OK) {
		basis_id = sqlite3_column_int64(statement, 0);
		error = column_copy(&store->arena, statement, 1, &packed.data, &packed.size);
	}
	(void)sqlite3_reset(statement);
	if (error == OK)
		error = evidence_get(store, basis_id, &basis);
	return error == OK ? unpack(store, packed, basis, STATE_OCTETS_MAX, ret_state) : error;
}

int state_put(struct store *store, struct octets state, int64_t basis, struct octets raw,
	      int64_t *ret_id)
{
	uint8_t key[STATE_KEY_OCTETS];
	sqlite3_stmt *statement = NULL;
	struct octets packed;
	assert(basis > 0 && state.size > 0 && raw.size > 0);
	int error = pack(store, state, raw, &packed);
	if (error == OK)
		error = statement_ready(store, STATEMENT_STATE_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, basis);
	sqlite3_bind_blob64(statement, 2, packed.data, packed.size, SQLITE_STATIC);
	error = statement_run(store, statement);
	if (error != OK)
		return error;
	int64_t id = sqlite3_last_insert_rowid(store->database);
	error = statement_ready(store, STATEMENT_ADDRESS_INSERT, &statement);
	if (error != OK)
		return error;
	state_key(state, key);
	sqlite3_bind_blob(statement, 1, key, sizeof(key), SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, id);
	error = statement_run(store, statement);
	if (error == OK)
		*ret_id = id;
	return error;
}
