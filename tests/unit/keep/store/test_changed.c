/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which domains changed since a run, and their pasts. */
#include "dns/wire/name.h"
#include "keep/store/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DOMAINS 6

struct taken {
	size_t count;
	size_t intervals[DOMAINS];
	uint8_t names[DOMAINS][NAME_MAX_OCTETS];
};

static int take(void *context, const struct store_past *past)
{
	struct taken *taken = context;
	assert_true(taken->count < DOMAINS);
	for (size_t i = 1; i < past->count; i++) {
		assert_true(past->intervals[i - 1].last_run < past->intervals[i].first_run);
		assert_non_null(past->intervals[i].state);
		assert_null(past->intervals[i].first_raw);
	}
	assert_true(taken->count == 0 ||
		    name_compare(taken->names[taken->count - 1], past->domain) < 0);
	(void)name_copy(taken->names[taken->count], past->domain);
	taken->intervals[taken->count++] = past->count;
	return OK;
}

static void look(struct shelf *shelf, uint64_t number, uint64_t night, uint8_t address)
{
	struct sample sample = sample_plain(number, night);
	sample.address = address;
	shelf_add(shelf, &sample);
}

static struct taken changed(struct shelf *shelf, int64_t run)
{
	struct taken taken = {0};
	assert_int_equal(store_changed(shelf->store, run, take, &taken, &shelf->complaint), OK);
	return taken;
}

static void test_changed(void **state)
{
	struct shelf shelf;
	uint8_t name[NAME_MAX_OCTETS];
	shelf_init(&shelf);
	const int64_t first = shelf.run;
	for (uint64_t number = 1; number <= 4; number++)
		look(&shelf, number, 0, 10);
	shelf_commit(&shelf);
	/* First states are no changes. */
	assert_int_equal(changed(&shelf, first).count, 0);
	shelf_begin_run(&shelf);
	const int64_t second = shelf.run;
	look(&shelf, 1, 1, 10);
	look(&shelf, 3, 1, 77);
	look(&shelf, 2, 1, 77);
	look(&shelf, 5, 1, 10);
	shelf_commit(&shelf);
	shelf_begin_run(&shelf);
	const int64_t third = shelf.run;
	look(&shelf, 3, 2, 10);
	look(&shelf, 4, 2, 10);
	shelf_commit(&shelf);

	struct taken taken = changed(&shelf, third);
	assert_int_equal(taken.count, 1);
	assert_int_equal(taken.intervals[0], 3);
	shelf_name(3, name);
	assert_true(name_equal(taken.names[0], name));
	taken = changed(&shelf, second);
	assert_int_equal(taken.count, 2);
	assert_int_equal(taken.intervals[0], 2);
	assert_int_equal(changed(&shelf, first).count, 2);
	assert_int_equal(store_changed(shelf.store, third + 1, take, &taken, &shelf.complaint),
			 ERR_NOT_FOUND);

	struct taken all = {0};
	uint64_t count = 0;
	assert_int_equal(store_pasts(shelf.store, take, &all, &shelf.complaint), OK);
	assert_int_equal(store_domain_count(shelf.store, &count, &shelf.complaint), OK);
	assert_int_equal(all.count, 5);
	assert_int_equal(count, 5);
	assert_int_equal(all.intervals[2], 3);

	struct taken one = {0};
	assert_int_equal(store_past_of(shelf.store, name, take, &one, &shelf.complaint), OK);
	assert_int_equal(one.intervals[0], 3);
	shelf_name(9, name);
	assert_int_equal(store_past_of(shelf.store, name, take, &one, &shelf.complaint),
			 ERR_NOT_FOUND);
	shelf_release(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_changed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
