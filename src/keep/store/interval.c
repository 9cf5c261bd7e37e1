/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

/* More than this behind a row that had to grow: it will grow again. */
#define GROWTH_OCTETS 64

/* Octets SQLite takes for a number in a row (its file format, section 2.1). */
static size_t number_octets(int64_t number)
{
	static const struct {
		int64_t limit;
		size_t octets;
	} sizes[] = {{128, 1}, {32768, 2}, {8388608, 3}, {2147483648, 4}, {140737488355328, 6}};
	if (number == 0 || number == 1)
		return 0;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (number < sizes[i].limit && number >= -sizes[i].limit)
			return sizes[i].octets;
	}
	return 8;
}

int interval_get(struct store *store, int64_t id, struct interval *ret_interval)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	struct interval interval = {.id = id};
	int error = statement_ready(store, STATEMENT_INTERVAL_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, id);
	error = statement_row(store, statement, &has_row);
	if (error == OK && !has_row)
		error = ERR_DAMAGED;
	if (error == OK) {
		int64_t *const numbers[] = {&interval.domain,  &interval.previous,
					    &interval.state,   &interval.first_run,
					    &interval.first_s, &interval.last_run,
					    &interval.last_s};
		for (int i = 0; i < 7; i++)
			*numbers[i] = sqlite3_column_int64(statement, i);
		error = column_copy(&store->arena, statement, 7, &interval.last.data,
				    &interval.last.size);
	}
	(void)sqlite3_reset(statement);
	/* The interval before was there before: no damage can make a circle. */
	bool makes_sense = interval.previous < id && interval.previous >= 0 &&
			   interval.domain > 0 && interval.state > 0 && interval.first_run > 0 &&
			   interval.last_run >= interval.first_run &&
			   interval.last_s >= interval.first_s;
	if (error == OK && !makes_sense)
		error = ERR_DAMAGED;
	if (error == OK)
		*ret_interval = interval;
	return error;
}

int interval_newest(struct store *store, const uint8_t *domain, int64_t *ret_interval)
{
	uint8_t key[NAME_KEY_MAX];
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_DOMAIN_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob64(statement, 1, key, name_to_key(domain, key), SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	if (error == OK && has_row)
		*ret_interval = sqlite3_column_int64(statement, 1);
	(void)sqlite3_reset(statement);
	return error == OK && !has_row ? ERR_NOT_FOUND : error;
}

int interval_insert(struct store *store, const struct interval *interval, size_t room)
{
	sqlite3_stmt *statement = NULL;
	assert(interval->last_run == 0 && interval->last.size == 0); /* those come later */
	/* Numbers of rows, which whatever is wrong with the file may have made anything. */
	if (interval->id <= 0 || interval->domain <= 0 || interval->state <= 0 ||
	    interval->previous < 0 || interval->previous >= interval->id)
		return ERR_DAMAGED;
	int error = statement_ready(store, STATEMENT_INTERVAL_INSERT, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, interval->domain);
	if (interval->previous != 0)
		sqlite3_bind_int64(statement, 2, interval->previous);
	sqlite3_bind_int64(statement, 3, interval->state);
	sqlite3_bind_int64(statement, 4, interval->first_run);
	sqlite3_bind_int64(statement, 5, interval->first_s);
	sqlite3_bind_int64(statement, 6, (int64_t)room);
	sqlite3_bind_int64(statement, 7, interval->id);
	return statement_run(store, statement);
}

int interval_extend(struct store *store, const struct interval *interval, int64_t run,
		    int64_t last_s, struct octets packed)
{
	assert(interval->id > 0 && last_s >= interval->last_s);
	if (run < interval->last_run)
		return ERR_DAMAGED;
	size_t numbers_before = number_octets(interval->last_run) + number_octets(interval->last_s);
	size_t numbers_after = number_octets(run) + number_octets(last_s);
	size_t room = interval->last.size + numbers_before;
	if (room < numbers_after + packed.size)
		room = numbers_after + packed.size + GROWTH_OCTETS;
	room -= numbers_after;
	uint8_t *last = arena_take_octets(&store->arena, room);
	if (last == NULL)
		return ERR_MEMORY;
	assert(room >= packed.size);
	memcpy(last, packed.data, packed.size);
	memset(last + packed.size, 0, room - packed.size);
	sqlite3_stmt *statement = NULL;
	int error = statement_ready(store, STATEMENT_INTERVAL_EXTEND, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_int64(statement, 1, interval->id);
	sqlite3_bind_int64(statement, 2, run);
	sqlite3_bind_int64(statement, 3, last_s);
	sqlite3_bind_blob64(statement, 4, last, room, SQLITE_STATIC);
	return statement_run(store, statement);
}

int interval_raw(struct store *store, const struct interval *interval, struct octets *ret_first,
		 struct octets *ret_last)
{
	assert(interval->id > 0);
	struct octets first;
	struct octets last = {0};
	int error = evidence_get(store, interval->id, &first);
	/* Zeros: room kept for a second look that has not come yet. */
	if (error == OK && interval->last.size > 0 && interval->last.data[0] != 0)
		error = unpack(store, interval->last, first, OBSERVATION_OCTETS_MAX, &last);
	if (error != OK)
		return error;
	*ret_first = first;
	*ret_last = last;
	return OK;
}
