/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many domains of a run had which finding, and of how many it is not known. */
#include "base/bytes.h"
#include "base/memory.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

/* Codes ever used; more rows than this are not a catalogue. */
#define CODES_MAX 65536

struct counter {
	uint64_t domains, not_measured;
	int64_t last_domain; /* counted for already */
};

struct counting {
	struct store *store;
	int64_t run;
	struct seen_set seen;
	size_t room;
	struct counter *counters; /* by code */
};

static int counter_of(struct counting *counting, int64_t code, struct counter **ret_counter)
{
	if (code <= 0 || code >= CODES_MAX)
		return ERR_DAMAGED;
	if ((size_t)code >= counting->room) {
		size_t room = (size_t)code * 2 + 64;
		struct counter *counters =
			memory_resize(counting->counters, room * sizeof(*counters));
		if (counters == NULL)
			return ERR_MEMORY;
		memset(counters + counting->room, 0, (room - counting->room) * sizeof(*counters));
		counting->counters = counters;
		counting->room = room;
	}
	*ret_counter = &counting->counters[code];
	return OK;
}

/* The gaps of the run's domains: walked beside the findings, both in order of domain. */
struct gap_cursor {
	sqlite3_stmt *statement;
	bool has_row;
	int64_t domain;
	int64_t set;
};

static int gap_cursor_next(struct counting *counting, struct gap_cursor *cursor)
{
	int error = statement_row(counting->store, cursor->statement, &cursor->has_row);
	if (error != OK || !cursor->has_row)
		return error;
	cursor->domain = sqlite3_column_int64(cursor->statement, 0);
	cursor->set = sqlite3_column_int64(cursor->statement, 1);
	return OK;
}

static int load_set(struct store *store, int64_t set, struct octets *ret_codes)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_GAP_SET_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, set);
	error = statement_row(store, statement, &has_row);
	if (error == OK)
		error = has_row ? column_copy(&store->walked, statement, 0, &ret_codes->data,
					      &ret_codes->size)
				: ERR_DAMAGED;
	(void)sqlite3_reset(statement);
	return error;
}

static int count_gap(struct counting *counting, struct octets codes)
{
	struct reader reader;
	uint64_t code = 0;
	reader_init(&reader, codes.data, codes.size);
	while (reader.error == OK && reader_left(&reader) > 0) {
		struct counter *counter;
		code += reader_varint(&reader);
		if (reader.error != OK || code >= CODES_MAX)
			return ERR_DAMAGED;
		int error = counter_of(counting, (int64_t)code, &counter);
		if (error != OK)
			return error;
		counter->not_measured++;
	}
	return OK;
}

/* Everything not measured; domain 0 comes before all. */
static int count_gaps(struct counting *counting)
{
	struct gap_cursor cursor = {0};
	int error = statement_ready(counting->store, STATEMENT_GAP_ALL, &cursor.statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(cursor.statement, 1, counting->run);
	while (error == OK) {
		struct octets codes;
		error = gap_cursor_next(counting, &cursor);
		if (error != OK || !cursor.has_row)
			break;
		if (!seen_set_has(&counting->seen, cursor.domain))
			continue;
		arena_reset(&counting->store->walked);
		error = load_set(counting->store, cursor.set, &codes);
		if (error == OK)
			error = count_gap(counting, codes);
	}
	(void)sqlite3_reset(cursor.statement);
	return error;
}

static int count_finding(struct counting *counting, int64_t domain, int64_t code)
{
	struct counter *counter;
	struct octets codes;
	int error = counter_of(counting, code, &counter);
	if (error != OK || counter->last_domain == domain)
		return error;
	arena_reset(&counting->store->arena);
	error = gap_of(counting->store, domain, counting->run, &codes);
	if (error == OK && !gap_set_has(codes, code)) {
		counter->last_domain = domain;
		counter->domains++;
	}
	return error;
}

static int count_findings(struct counting *counting)
{
	struct store *store = counting->store;
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = statement_ready(store, STATEMENT_FINDING_ALL, &statement);
	while (error == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		int64_t domain = sqlite3_column_int64(statement, 0);
		bool is_closed = sqlite3_column_type(statement, 3) != SQLITE_NULL;
		if (sqlite3_column_int64(statement, 2) > counting->run ||
		    (is_closed && sqlite3_column_int64(statement, 3) < counting->run) ||
		    !seen_set_has(&counting->seen, domain))
			continue;
		error = count_finding(counting, domain, sqlite3_column_int64(statement, 1));
	}
	(void)sqlite3_reset(statement);
	return error;
}

static int give_counts(struct counting *counting, store_take_count *take, void *context,
		       int *ret_taken)
{
	*ret_taken = OK;
	for (size_t code = 0; code < counting->room && *ret_taken == OK; code++) {
		const struct counter *counter = &counting->counters[code];
		if (counter->domains == 0 && counter->not_measured == 0)
			continue;
		struct store_count count = {.domains = counter->domains,
					    .not_measured = counter->not_measured};
		int error = code_text(counting->store, (int64_t)code, count.code);
		if (error != OK)
			return error;
		*ret_taken = take(context, &count);
	}
	return OK;
}

int store_counts(struct store *store, int64_t run, store_take_count *take, void *context,
		 struct complaint *complaint)
{
	assert(run > 0 && take != NULL);
	bool began = false;
	int taken = OK;
	struct counting counting = {.store = store, .run = run};
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = seen_set_load(store, run, &counting.seen);
	if (error == OK)
		error = count_gaps(&counting);
	if (error == OK)
		error = count_findings(&counting);
	if (error == OK)
		error = give_counts(&counting, take, context, &taken);
	if (error != OK)
		(void)store_fail(store, complaint, error, "cannot count the findings");
	store_read_end(store, began);
	seen_set_release(&counting.seen);
	memory_give(counting.counters);
	return error == OK ? taken : error;
}
