/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Domains with states that began lately, each with its past. Which ones they are is read from the
 * newest intervals back, so that a night costs what changed in it; their names, which are the keys
 * of another table, in one walk over that.
 */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

/* Intervals are added in the order of time but for what was in flight, and clocks that go astray a
 * little. */
#define ASTRAY_S 3600
/* States of one past: 400 of some KiB; hostile ones are cut off. */
#define PAST_OCTETS_MAX (128u << 20)

/* --- one past ----------------------------------------------------------------------------------
 */

struct past {
	struct arena arena;
	struct store_interval *intervals; /* newest first while they are read */
	size_t count;
	bool is_cut;
};

static int add_interval(struct store *store, struct past *past, const struct interval *interval)
{
	struct octets state;
	int error = state_get(store, interval->state, &state);
	if (error != OK)
		return error;
	uint8_t *copy = arena_copy(&past->arena, state.data, state.size);
	/* What does not fit is older than what does. */
	past->is_cut = copy == NULL;
	if (past->is_cut)
		return past->count < 2 ? ERR_MEMORY : OK;
	past->intervals[past->count++] = (struct store_interval){
		.first_s = interval->first_s,
		.last_s = interval->last_s,
		.first_run = interval->first_run,
		.last_run = interval->last_run,
		.state = copy,
		.state_size = state.size,
	};
	return OK;
}

static int load_past(struct store *store, int64_t newest, struct past *past)
{
	int64_t id = newest;
	int error = OK;
	arena_reset(&past->arena);
	past->count = 0;
	past->is_cut = false;
	past->intervals =
		arena_take_array(&past->arena, STORE_PAST_INTERVALS_MAX, sizeof(*past->intervals));
	if (past->intervals == NULL)
		return ERR_MEMORY;
	while (error == OK && id != 0 && !past->is_cut) {
		struct interval interval = {0};
		past->is_cut = past->count == STORE_PAST_INTERVALS_MAX;
		if (past->is_cut)
			break;
		arena_reset(&store->arena);
		error = interval_get(store, id, &interval);
		if (error == OK)
			error = add_interval(store, past, &interval);
		id = interval.previous;
	}
	/* Every domain was seen once. */
	if (error == OK && past->count == 0)
		return ERR_DAMAGED;
	/* Oldest first. */
	for (size_t i = 0; error == OK && i < past->count / 2; i++) {
		const struct store_interval one = past->intervals[i];
		past->intervals[i] = past->intervals[past->count - 1 - i];
		past->intervals[past->count - 1 - i] = one;
	}
	return error;
}

static int give_past(const struct past *past, const uint8_t *domain, store_take_past *take,
		     void *context)
{
	const struct store_past given = {.domain = domain,
					 .count = past->count,
					 .intervals = past->intervals,
					 .is_cut = past->is_cut};
	assert(past->count > 0);
	return take(context, &given);
}

/* --- which domains -----------------------------------------------------------------------------
 */

static int count_domains(struct store *store, int64_t *ret_count)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_DOMAIN_COUNT_GET, &statement);
	if (error == OK)
		error = statement_row(store, statement, &has_row);
	if (error == OK)
		*ret_count = has_row ? sqlite3_column_int64(statement, 0) : 0;
	if (statement != NULL)
		(void)sqlite3_reset(statement);
	return error;
}

/* ERR_NOT_FOUND: there is no such run. */
static int run_began(struct store *store, int64_t run, int64_t *ret_started_s)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = statement_ready(store, STATEMENT_RUN_ALL, &statement);
	if (error != OK)
		return error;
	while (error == OK && has_row) {
		error = statement_row(store, statement, &has_row);
		if (error == OK && has_row && sqlite3_column_int64(statement, 0) == run)
			break;
	}
	if (error == OK && has_row)
		*ret_started_s = sqlite3_column_int64(statement, 1);
	(void)sqlite3_reset(statement);
	return error == OK && !has_row ? ERR_NOT_FOUND : error;
}

struct marked {
	uint8_t *bits;
	int64_t count; /* domains there are; numbers begin at 1 */
};

/* Marks the domains of intervals that began in `run` or later and are not their first. */
static int mark_changed(struct store *store, int64_t run, const struct marked *marked)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int64_t started_s = 0;
	int error = run_began(store, run, &started_s);
	if (error == OK)
		error = statement_ready(store, STATEMENT_INTERVAL_NEWEST, &statement);
	while (error == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row ||
		    sqlite3_column_int64(statement, 2) < started_s - ASTRAY_S)
			break;
		const int64_t domain = sqlite3_column_int64(statement, 0);
		if (sqlite3_column_int64(statement, 1) < run ||
		    sqlite3_column_type(statement, 3) == SQLITE_NULL)
			continue;
		if (domain < 1 || domain > marked->count)
			error = ERR_DAMAGED;
		else
			marked->bits[domain / 8] |= (uint8_t)(1u << domain % 8);
	}
	if (statement != NULL)
		(void)sqlite3_reset(statement);
	return error;
}

static int give_row(struct store *store, sqlite3_stmt *row, struct past *past,
		    store_take_past *take, void *context)
{
	uint8_t name[NAME_MAX_OCTETS];
	int error = name_from_key(sqlite3_column_blob(row, 0), (size_t)sqlite3_column_bytes(row, 0),
				  name);
	if (error == OK)
		error = load_past(store, sqlite3_column_int64(row, 2), past);
	return error == OK ? give_past(past, name, take, context) : error;
}

static bool is_marked(const struct marked *marked, int64_t domain)
{
	return domain >= 1 && domain <= marked->count &&
	       (marked->bits[domain / 8] >> domain % 8 & 1) != 0;
}

/* `marked` NULL: all. */
static int walk_pasts(struct store *store, const struct marked *marked, store_take_past *take,
		      void *context)
{
	struct past past = {0};
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	arena_init(&past.arena, PAST_OCTETS_MAX, 0);
	int error = statement_ready(store, STATEMENT_DOMAIN_ALL, &statement);
	while (error == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		if (marked == NULL || is_marked(marked, sqlite3_column_int64(statement, 1)))
			error = give_row(store, statement, &past, take, context);
	}
	if (statement != NULL)
		(void)sqlite3_reset(statement);
	arena_release(&past.arena);
	return error;
}

int store_changed(struct store *store, int64_t run, store_take_past *take, void *context,
		  struct complaint *complaint)
{
	struct marked marked = {0};
	bool began = false;
	assert(run > 0 && take != NULL);
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = count_domains(store, &marked.count);
	if (error == OK && (marked.count < 0 || marked.count > STORE_DOMAINS_MAX))
		error = ERR_DAMAGED;
	if (error == OK) {
		marked.bits = memory_take_zeroed((size_t)marked.count / 8 + 1, 1);
		error = marked.bits == NULL ? ERR_MEMORY : mark_changed(store, run, &marked);
	}
	if (error == OK)
		error = walk_pasts(store, &marked, take, context);
	if (error == ERR_NOT_FOUND)
		(void)complain(complaint, error, "store '%s': there is no run %lld", store->path,
			       (long long)run);
	else if (error < 0)
		(void)store_fail(store, complaint, error, "cannot read the changes");
	store_read_end(store, began);
	memory_give(marked.bits);
	return error;
}

int store_pasts(struct store *store, store_take_past *take, void *context,
		struct complaint *complaint)
{
	bool began = false;
	assert(take != NULL);
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = walk_pasts(store, NULL, take, context);
	if (error < 0)
		(void)store_fail(store, complaint, error, "cannot read the pasts");
	store_read_end(store, began);
	return error;
}

int store_domain_count(struct store *store, uint64_t *ret_count, struct complaint *complaint)
{
	int64_t count = 0;
	bool began = false;
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = count_domains(store, &count);
	if (error == OK && (count < 0 || count > STORE_DOMAINS_MAX))
		error = ERR_DAMAGED;
	if (error == OK)
		*ret_count = (uint64_t)count;
	else
		(void)store_fail(store, complaint, error, "cannot count the domains");
	store_read_end(store, began);
	return error;
}

int store_past_of(struct store *store, const uint8_t *domain, store_take_past *take, void *context,
		  struct complaint *complaint)
{
	struct past past = {0};
	int64_t newest = 0;
	bool began = false;
	assert(domain != NULL && take != NULL);
	arena_init(&past.arena, PAST_OCTETS_MAX, 0);
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = interval_newest(store, domain, &newest);
	if (error == OK)
		error = load_past(store, newest, &past);
	if (error == OK)
		error = give_past(&past, domain, take, context);
	else if (error == ERR_NOT_FOUND)
		(void)complain(complaint, error, "store '%s': this domain was never seen",
			       store->path);
	else
		(void)store_fail(store, complaint, error, "cannot read the past");
	store_read_end(store, began);
	arena_release(&past.arena);
	return error;
}
