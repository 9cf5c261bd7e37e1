/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/shelf.h"
#include "model/name_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROWS_MAX 16
struct rows {
	size_t count;
	struct store_adoption each[ROWS_MAX];
};

static int take_row(void *context, const struct store_adoption *row)
{
	struct rows *rows = context;
	assert_true(rows->count < ROWS_MAX);
	rows->each[rows->count++] = *row;
	return OK;
}

static struct rows rows_of(struct shelf *shelf)
{
	struct rows rows = {0};
	assert_int_equal(store_adoptions(shelf->store, take_row, &rows, &shelf->complaint), OK);
	return rows;
}

static int count_set(void *context, int64_t id, const uint8_t *octets, size_t size)
{
	struct arena arena;
	struct name_servers servers;
	size_t *count = context;
	arena_init(&arena, 1 << 20, 0);
	assert_int_equal(id, (int64_t)++ * count);
	assert_int_equal(name_servers_decode(&arena, octets, size, &servers), OK);
	assert_true(servers.count > 0);
	arena_release(&arena);
	return OK;
}

static void add(struct shelf *shelf, uint64_t domain, uint64_t night, enum adoption_state state)
{
	const struct sample sample = sample_plain(domain, night);
	struct adoption adoption = {0};
	adoption_set(&adoption, 3, state);
	const struct store_entry extra = {.adoption = &adoption};
	assert_int_equal(shelf_try(shelf, &sample, &extra), OK);
}

static void test_rows(void **state)
{
	static const enum adoption_state nights[] = {ADOPTION_ABSENT, ADOPTION_ABSENT,
						     ADOPTION_ADOPTED, ADOPTION_ADOPTED,
						     ADOPTION_BROKEN};
	struct shelf shelf;
	size_t sets = 0;
	int64_t from = 0;
	struct store_seen *seen;
	shelf_init(&shelf);
	for (uint64_t night = 0; night < 5; night++) {
		if (night > 0)
			shelf_begin_run(&shelf);
		add(&shelf, 1, night + 1, nights[night]);
		if (night != 3)
			add(&shelf, 2, night + 1, ADOPTION_NOT_MEASURED);
		shelf_commit(&shelf);
	}
	shelf_reopen(&shelf);
	const struct rows rows = rows_of(&shelf);
	assert_int_equal(rows.count, 4);
	for (size_t i = 0; i < 3; i++) {
		static const int64_t first_runs[] = {1, 3, 5};
		assert_int_equal(rows.each[i].domain, 1);
		assert_int_equal(rows.each[i].first_run, first_runs[i]);
		assert_int_equal(adoption_get(&rows.each[i].states, 3), nights[i * 2]);
		assert_int_equal(rows.each[i].servers, 1);
	}
	assert_int_equal(rows.each[3].domain, 2);
	assert_int_equal(adoption_get(&rows.each[3].states, 3), ADOPTION_NOT_MEASURED);
	assert_int_equal(store_server_sets(shelf.store, count_set, &sets, &shelf.complaint), OK);
	assert_true(sets >= 1);
	assert_int_equal(store_adoption_from(shelf.store, &from, &shelf.complaint), OK);
	assert_int_equal(from, 1);
	assert_int_equal(store_seen_load(shelf.store, 4, &seen, &shelf.complaint), OK);
	assert_true(store_seen_has(seen, 1));
	assert_false(store_seen_has(seen, 2));
	store_seen_free(seen);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

static void test_upgrade(void **state)
{
	struct shelf shelf;
	struct rows rows = {0};
	int64_t from = 0;
	shelf_init(&shelf);
	add(&shelf, 1, 1, ADOPTION_ADOPTED);
	shelf_commit(&shelf);
	shelf_make_old(&shelf);

	/* To read, it stays as it is, and says what is missing. */
	assert_int_equal(store_open(shelf.path, STORE_READ, &shelf.store, &shelf.complaint), OK);
	assert_int_equal(store_adoptions(shelf.store, take_row, &rows, &shelf.complaint),
			 ERR_NOT_FOUND);
	assert_non_null(strstr(shelf.complaint.text, "older dsfi"));
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	store_close(shelf.store);
	shelf.store = NULL;

	shelf_reopen(&shelf);
	assert_int_equal(store_adoption_from(shelf.store, &from, &shelf.complaint), OK);
	assert_int_equal(from, 2);
	shelf_begin_run(&shelf);
	add(&shelf, 1, 2, ADOPTION_ADOPTED);
	shelf_commit(&shelf);
	rows = rows_of(&shelf);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.each[0].first_run, 2);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

/* Drawn when the store is made, and for good. */
static void test_identity(void **state)
{
	char first[STORE_IDENTITY_ROOM], again[STORE_IDENTITY_ROOM], other[STORE_IDENTITY_ROOM];
	struct shelf shelf, another;
	shelf_init(&shelf);
	shelf_init(&another);
	assert_int_equal(store_identity(shelf.store, first, &shelf.complaint), OK);
	assert_true(store_identity_is_one(first));
	shelf_reopen(&shelf);
	assert_int_equal(store_identity(shelf.store, again, &shelf.complaint), OK);
	assert_string_equal(first, again);
	assert_int_equal(store_identity(another.store, other, &another.complaint), OK);
	assert_string_not_equal(first, other);

	/* One that never had any is given one when it is opened for writing. */
	shelf_make_old(&another);
	assert_int_equal(store_open(another.path, STORE_READ, &another.store, &another.complaint),
			 OK);
	assert_int_equal(store_identity(another.store, other, &another.complaint), OK);
	assert_string_equal(other, "");
	shelf_reopen(&another);
	assert_int_equal(store_identity(another.store, other, &another.complaint), OK);
	assert_true(store_identity_is_one(other));
	shelf_release(&another);
	shelf_release(&shelf);
	(void)state;
}

static void test_damage(void **state)
{
	static const char *const scripts[] = {
		"UPDATE adoption SET servers = 99",
		"UPDATE adoption SET states = x'ff'",
		"UPDATE servers SET body = x'0102'",
		"UPDATE adoption SET first_run = 99",
	};
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct shelf shelf;
		shelf_init(&shelf);
		add(&shelf, 1, 1, ADOPTION_ADOPTED);
		shelf_commit(&shelf);
		store_close(shelf.store);
		shelf.store = NULL;
		shelf_sql(shelf.path, scripts[i]);
		assert_int_equal(store_open(shelf.path, STORE_READ, &shelf.store, &shelf.complaint),
				 OK);
		assert_int_equal(store_verify(shelf.store, &shelf.complaint), ERR_DAMAGED);
		assert_non_null(strstr(shelf.complaint.text, "damaged"));
		shelf_release(&shelf);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
