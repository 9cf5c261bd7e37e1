/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

/* Numbers of a domain's intervals, newest first. */
struct chain {
	size_t count, room;
	int64_t *ids;
};

static int chain_add(struct chain *chain, int64_t id)
{
	if (chain->count == chain->room) {
		size_t room = chain->room == 0 ? 16 : chain->room * 2;
		int64_t *ids = memory_resize(chain->ids, room * sizeof(*ids));
		if (ids == NULL)
			return ERR_MEMORY;
		chain->ids = ids;
		chain->room = room;
	}
	chain->ids[chain->count++] = id;
	return OK;
}

static int load_chain(struct store *store, const uint8_t *domain, struct chain *chain)
{
	int64_t id = 0;
	int error = interval_newest(store, domain, &id);
	while (error == OK && id != 0) {
		struct interval interval;
		arena_reset(&store->arena);
		error = interval_get(store, id, &interval);
		if (error == OK)
			error = chain_add(chain, id);
		id = error == OK ? interval.previous : 0;
	}
	return error;
}

static int give_interval(struct store *store, int64_t id, store_take_interval *take, void *context,
			 int *ret_taken)
{
	struct interval interval;
	struct octets state;
	struct octets first;
	struct octets last;
	arena_reset(&store->arena);
	int error = interval_get(store, id, &interval);
	if (error == OK)
		error = state_get(store, interval.state, &state);
	if (error == OK)
		error = interval_raw(store, &interval, &first, &last);
	if (error != OK)
		return error;
	const struct store_interval given = {
		.first_s = interval.first_s,
		.last_s = interval.last_s,
		.first_run = interval.first_run,
		.last_run = interval.last_run,
		.state = state.data,
		.state_size = state.size,
		.first_raw = first.data,
		.first_raw_size = first.size,
		.last_raw = last.data,
		.last_raw_size = last.size,
	};
	*ret_taken = take(context, &given);
	return OK;
}

int store_history(struct store *store, const uint8_t *domain, store_take_interval *take,
		  void *context, struct complaint *complaint)
{
	assert(domain != NULL && take != NULL);
	struct chain chain = {0};
	bool began = false;
	int taken = OK;
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = load_chain(store, domain, &chain);
	for (size_t i = chain.count; error == OK && taken == OK && i > 0; i--)
		error = give_interval(store, chain.ids[i - 1], take, context, &taken);
	if (error == ERR_NOT_FOUND)
		(void)complain(complaint, error, "store '%s': this domain was never seen",
			       store->path);
	else if (error != OK)
		(void)store_fail(store, complaint, error, "cannot read the history");
	store_read_end(store, began);
	memory_give(chain.ids);
	return error == OK ? taken : error;
}

/* --- the domains of a run ----------------------------------------------------------------------
 */

/* The interval a run's look fell into: the newest that had begun by then. */
static int interval_of_run(struct store *store, int64_t id, int64_t run,
			   struct interval *ret_interval)
{
	for (;;) {
		struct interval interval;
		int error = interval_get(store, id, &interval);
		if (error != OK)
			return error;
		if (interval.first_run <= run || interval.previous == 0) {
			*ret_interval = interval;
			return OK;
		}
		id = interval.previous;
	}
}

/* Which of an interval's raw observations stands for a run. */
static int raw_of_run(struct store *store, int64_t newest, int64_t run, struct octets *ret_raw)
{
	struct interval interval;
	struct octets first;
	struct octets last;
	int error = interval_of_run(store, newest, run, &interval);
	if (error == OK)
		error = interval_raw(store, &interval, &first, &last);
	if (error != OK)
		return error;
	/* The first look's run has the first; any later one is nearest to the last. */
	bool is_first = last.data == NULL || interval.first_run == run;
	if (interval.last_run == run && last.data != NULL)
		is_first = false;
	*ret_raw = is_first ? first : last;
	return OK;
}

static int give_domain(struct store *store, sqlite3_stmt *row, int64_t run, store_take_domain *take,
		       void *context)
{
	uint8_t name[NAME_MAX_OCTETS];
	struct octets raw;
	arena_reset(&store->arena);
	int error = name_from_key(sqlite3_column_blob(row, 0), (size_t)sqlite3_column_bytes(row, 0),
				  name);
	if (error == OK)
		error = raw_of_run(store, sqlite3_column_int64(row, 2), run, &raw);
	return error == OK ? take(context, name, raw.data, raw.size) : error;
}

static int walk_domains(struct store *store, int64_t run, store_take_domain *take, void *context)
{
	assert(run > 0);
	struct seen_set seen = {0};
	sqlite3_stmt *statement = NULL;
	bool has_row = true;
	int error = seen_set_load(store, run, &seen);
	if (error == OK)
		error = statement_ready(store, STATEMENT_DOMAIN_ALL, &statement);
	while (error == OK) {
		error = statement_row(store, statement, &has_row);
		if (error != OK || !has_row)
			break;
		if (seen_set_has(&seen, sqlite3_column_int64(statement, 1)))
			error = give_domain(store, statement, run, take, context);
	}
	seen_set_release(&seen);
	return error;
}

int store_domains(struct store *store, int64_t run, store_take_domain *take, void *context,
		  struct complaint *complaint)
{
	assert(take != NULL);
	bool began = false;
	int error = store_read_begin(store, &began);
	if (error == OK)
		error = walk_domains(store, run, take, context);
	if (error < 0)
		(void)store_fail(store, complaint, error, "cannot read the domains");
	store_read_end(store, began);
	return error;
}

int store_look(struct store *store, const struct store_one *one, store_take_domain *take,
	       void *context, struct complaint *complaint)
{
	assert(one->domain != NULL && take != NULL && one->run > 0);
	struct octets raw = {0};
	int64_t newest = 0;
	int taken = OK;
	bool began = false;
	int error = store_read_begin(store, &began);
	arena_reset(&store->arena);
	if (error == OK)
		error = interval_newest(store, one->domain, &newest);
	if (error == OK)
		error = raw_of_run(store, newest, one->run, &raw);
	if (error == OK)
		taken = take(context, one->domain, raw.data, raw.size);
	store_read_end(store, began);
	if (error == ERR_NOT_FOUND)
		return complain(complaint, error, "store '%s': this domain was never seen",
				store->path);
	return error == OK ? taken : store_fail(store, complaint, error, "cannot read a domain");
}
