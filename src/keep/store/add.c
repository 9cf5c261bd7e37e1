/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

/*
 * Octets kept for the second look's raw observation as the difference to the first: what changes in
 * any case is two octets of id and two or three of round trip for each exchange, and each server's
 * cookie. An estimate that is too small costs one longer row later.
 */
#define ROOM_BASE 64
#define ROOM_EXCHANGE 8
#define ROOM_SERVER 16

struct known_domain {
	int64_t id; /* 0: never seen */
	int64_t interval;
};

static int find_domain(struct store *store, struct octets key, struct known_domain *ret_domain)
{
	sqlite3_stmt *statement;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_DOMAIN_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob64(statement, 1, key.data, key.size, SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	*ret_domain = (struct known_domain){0};
	if (error == OK && has_row) {
		ret_domain->id = sqlite3_column_int64(statement, 0);
		ret_domain->interval = sqlite3_column_int64(statement, 1);
		if (ret_domain->id <= 0)
			error = ERR_DAMAGED;
	}
	(void)sqlite3_reset(statement);
	return error;
}

/* Where the domain's newest interval is. */
static int point_domain(struct store *store, struct octets key, struct known_domain *domain)
{
	sqlite3_stmt *statement;
	bool is_new = domain->id == 0;
	int error = statement_ready(store, is_new ? STATEMENT_DOMAIN_INSERT : STATEMENT_DOMAIN_MOVE,
				    &statement);
	if (error != OK)
		return error;
	if (is_new) {
		domain->id = ++store->domain_count;
		store->has_new_domains = true;
	}
	sqlite3_bind_blob64(statement, 1, key.data, key.size, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, is_new ? domain->id : domain->interval);
	if (is_new)
		sqlite3_bind_int64(statement, 3, domain->interval);
	return statement_run(store, statement);
}

static size_t room_for_last(const struct observation *observation)
{
	return ROOM_BASE + ROOM_EXCHANGE * (size_t)observation->exchange_count +
	       ROOM_SERVER * (size_t)observation->server_count;
}

/* Another state than before, or the first one. */
static int begin_interval(struct store *store, const struct look *look, struct octets state,
			  struct octets key, struct known_domain *domain)
{
	const struct store_entry *entry = look->entry;
	struct octets raw = {.data = entry->encoded, .size = entry->encoded_size};
	struct interval interval = {
		.previous = domain->interval,
		.first_run = look->run,
		.first_s = look->time_s,
	};
	int error = evidence_put(store, domain->interval, raw, &interval.id);
	if (error == OK)
		error = state_find(store, state, &interval.state);
	if (error == OK && interval.state == 0)
		error = state_put(store, state, interval.id, raw, &interval.state);
	if (error != OK)
		return error;
	domain->interval = interval.id;
	error = point_domain(store, key, domain);
	interval.domain = domain->id;
	if (error == OK)
		error = interval_insert(store, &interval, room_for_last(entry->observation));
	return error;
}

/* The state of the look before: the end moves, the last raw observation is replaced. */
static int extend_interval(struct store *store, const struct look *look,
			   const struct interval *interval)
{
	struct octets raw = {.data = look->entry->encoded, .size = look->entry->encoded_size};
	struct octets first;
	struct octets packed;
	int error = evidence_get(store, interval->id, &first);
	if (error == OK)
		error = pack(store, raw, first, &packed);
	if (error != OK)
		return error;
	/* A clock that was put back does not shorten what is known. */
	int64_t last_s = look->time_s > interval->last_s ? look->time_s : interval->last_s;
	return interval_extend(store, interval, look->run, last_s, packed);
}

/* Fills in whose look it is and who and when the one before was. */
static int put_observation(struct store *store, struct look *look)
{
	const struct observation *observation = look->entry->observation;
	uint8_t key_octets[NAME_KEY_MAX];
	struct octets key = {.data = key_octets};
	struct octets state;
	struct known_domain domain;
	struct interval interval = {0};
	int64_t state_id = 0;
	key.size = name_to_key(observation->domain, key_octets);
	int error = observation_state(&store->arena, observation, &state.data, &state.size);
	if (error == OK)
		error = find_domain(store, key, &domain);
	if (error == OK && domain.id != 0) {
		error = interval_get(store, domain.interval, &interval);
		if (error == OK)
			error = state_find(store, state, &state_id);
	}
	if (error != OK)
		return error;
	look->before_run = interval.last_run;
	look->before_s = interval.last_s;
	/* An old run resumed after a newer one: a domain's looks stay in order of run. */
	if (look->run < interval.last_run)
		look->run = interval.last_run;
	if (state_id != 0 && state_id == interval.state)
		error = extend_interval(store, look, &interval);
	else
		error = begin_interval(store, look, state, key, &domain);
	look->domain = domain.id;
	return error;
}

int store_add(struct store *store, const struct store_entry *entry, struct complaint *complaint)
{
	assert(entry->observation != NULL && entry->encoded != NULL && entry->run > 0);
	assert(entry->finding_count == 0 || entry->findings != NULL);
	assert(entry->not_measured_count == 0 || entry->not_measured != NULL);
	if (store->broken != OK)
		return store_fail(store, complaint, store->broken, "cannot go on after a failure");
	struct look look = {
		.run = entry->run, .time_s = entry->observation->started_s, .entry = entry};
	bool was_new = false;
	arena_reset(&store->arena);
	int error = store_write_begin(store);
	if (error == OK)
		error = put_observation(store, &look);
	if (error == OK)
		error = findings_put(store, &look);
	if (error == OK)
		error = gap_put(store, &look);
	if (error == OK)
		error = seen_mark(store, entry->run, look.domain, &was_new);
	arena_reset(&store->arena);
	if (error != OK)
		return store_break(store, complaint, error, "cannot keep what was seen");
	assert(store->done == 0 || store->done_run == entry->run);
	store->done_run = entry->run;
	store->done += was_new;
	return OK;
}
