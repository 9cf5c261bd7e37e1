/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What could not be measured: the set of codes of a look, kept once for all domains that share it,
 * in intervals. While a set stays, nothing is written.
 */
#include "base/bytes.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Codes in one set; a catalogue has some hundred. */
#define GAP_CODES_MAX 1024

static int compare_ids(const void *left, const void *right)
{
	int64_t one = *(const int64_t *)left;
	int64_t other = *(const int64_t *)right;
	return (one > other) - (one < other);
}

/* The codes' numbers in order, each as the step from the one before. */
static int make_set(struct store *store, const struct store_entry *entry, struct octets *ret_codes)
{
	assert(entry->not_measured_count <= GAP_CODES_MAX);
	int64_t *ids = arena_take_array(&store->arena, entry->not_measured_count, sizeof(*ids));
	size_t room = entry->not_measured_count * 10;
	uint8_t *octets = arena_take_octets(&store->arena, room);
	if (ids == NULL || octets == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < entry->not_measured_count; i++) {
		int error = code_id(store, entry->not_measured[i], &ids[i]);
		if (error != OK)
			return error;
	}
	qsort(ids, entry->not_measured_count, sizeof(*ids), compare_ids);
	struct writer writer;
	int64_t last = 0;
	writer_init(&writer, octets, room);
	for (size_t i = 0; i < entry->not_measured_count; i++) {
		if (ids[i] != last)
			writer_varint(&writer, (uint64_t)(ids[i] - last));
		last = ids[i];
	}
	assert(writer.error == OK);
	*ret_codes = (struct octets){.data = octets, .size = writer_used(&writer)};
	return OK;
}

static int set_id(struct store *store, struct octets codes, int64_t *ret_id)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_GAP_SET_FIND, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob64(statement, 1, codes.data, codes.size, SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	if (error == OK && has_row)
		*ret_id = sqlite3_column_int64(statement, 0);
	(void)sqlite3_reset(statement);
	if (error != OK || has_row)
		return error;
	error = statement_ready(store, STATEMENT_GAP_SET_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob64(statement, 1, codes.data, codes.size, SQLITE_STATIC);
	error = statement_run(store, statement);
	if (error == OK)
		*ret_id = sqlite3_last_insert_rowid(store->database);
	return error;
}

struct open_gap {
	int64_t first_run;
	int64_t set; /* 0: there is none */
};

static int find_open(struct store *store, int64_t domain, struct open_gap *ret_gap)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	struct open_gap gap = {0};
	int error = statement_ready(store, STATEMENT_GAP_OPEN, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, domain);
	error = statement_row(store, statement, &has_row);
	if (error == OK && has_row) {
		gap.first_run = sqlite3_column_int64(statement, 0);
		gap.set = sqlite3_column_int64(statement, 1);
	}
	(void)sqlite3_reset(statement);
	if (error == OK)
		*ret_gap = gap;
	return error;
}

static int close_gap(struct store *store, const struct look *look, const struct open_gap *gap)
{
	sqlite3_stmt *statement = NULL;
	assert(look->before_run > 0 && gap->set != 0);
	int error = statement_ready(store, STATEMENT_GAP_CLOSE, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, look->domain);
	sqlite3_bind_int64(statement, 2, gap->first_run);
	sqlite3_bind_int64(statement, 3, look->before_run);
	return statement_run(store, statement);
}

static int open_gap(struct store *store, const struct look *look, int64_t set)
{
	sqlite3_stmt *statement = NULL;
	int error = statement_ready(store, STATEMENT_GAP_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, look->domain);
	sqlite3_bind_int64(statement, 2, look->run);
	sqlite3_bind_int64(statement, 3, set);
	return statement_run(store, statement);
}

int gap_put(struct store *store, const struct look *look)
{
	struct open_gap gap = {0};
	struct octets codes = {0};
	int64_t set = 0;
	assert(look->domain > 0 && look->run > 0);
	int error = look->before_run != 0 ? find_open(store, look->domain, &gap) : OK;
	if (error == OK && look->entry->not_measured_count > 0) {
		error = make_set(store, look->entry, &codes);
		if (error == OK)
			error = set_id(store, codes, &set);
	}
	if (error != OK || set == gap.set)
		return error;
	if (gap.set != 0)
		error = close_gap(store, look, &gap);
	if (error == OK && set != 0)
		error = open_gap(store, look, set);
	return error;
}

bool gap_set_has(struct octets codes, int64_t code)
{
	struct reader reader;
	uint64_t at = 0;
	reader_init(&reader, codes.data, codes.size);
	while (reader.error == OK && reader_left(&reader) > 0) {
		at += reader_varint(&reader);
		if (reader.error == OK && at == (uint64_t)code)
			return true;
	}
	return false;
}

int gap_of(struct store *store, int64_t domain, int64_t run, struct octets *ret_codes)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int64_t set = 0;
	*ret_codes = (struct octets){0};
	int error = statement_ready(store, STATEMENT_GAP_OF, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, domain);
	sqlite3_bind_int64(statement, 2, run);
	error = statement_row(store, statement, &has_row);
	if (error == OK && has_row)
		set = sqlite3_column_int64(statement, 0);
	(void)sqlite3_reset(statement);
	if (error != OK || !has_row)
		return error;
	error = statement_ready(store, STATEMENT_GAP_SET_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, set);
	error = statement_row(store, statement, &has_row);
	if (error == OK)
		error = has_row ? column_copy(&store->arena, statement, 0, &ret_codes->data,
					      &ret_codes->size)
				: ERR_DAMAGED;
	(void)sqlite3_reset(statement);
	return error;
}
