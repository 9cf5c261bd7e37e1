/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An address is one worker's at a time, everybody comes to it, and the dead have nothing. */
#include "daemon/turns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define WORKERS 4u
#define ADDRESSES 8u
#define NOBODY WORKERS

/* What was given, kept apart from what turns.c believes. */
struct table {
	struct address addresses[ADDRESSES];
	unsigned holders[ADDRESSES];
	bool waits[ADDRESSES][WORKERS];
	unsigned given;
};

static unsigned index_of(const struct table *table, const struct address *address)
{
	for (unsigned i = 0; i < ADDRESSES; i++)
		if (address_equal(&table->addresses[i], address))
			return i;
	fail_msg("an address that nobody asked for");
	return 0;
}

static void give(void *context, unsigned worker, const struct address *address)
{
	struct table *table = context;
	const unsigned at = index_of(table, address);
	assert_int_equal(table->holders[at], NOBODY);
	assert_true(table->waits[at][worker]);
	table->waits[at][worker] = false;
	table->holders[at] = worker;
	table->given++;
}

static struct turns *begin(struct table *table)
{
	const struct turns_settings settings = {
		.worker_count = WORKERS, .give = give, .context = table};
	struct random random;
	struct turns *turns;
	*table = (struct table){.given = 0};
	for (unsigned i = 0; i < ADDRESSES; i++) {
		table->addresses[i] = (struct address){.family = ADDRESS_IPV4};
		table->addresses[i].octets[0] = (uint8_t)(i + 1);
		table->holders[i] = NOBODY;
	}
	random_seeded(&random, 5);
	assert_int_equal(turns_new(&random, &settings, &turns), OK);
	return turns;
}

static void one_after_the_other(void **state)
{
	(void)state;
	struct table table;
	struct turns *turns = begin(&table);
	const struct address *address = &table.addresses[3];
	for (unsigned worker = 0; worker < WORKERS; worker++) {
		table.waits[3][worker] = true;
		assert_int_equal(turns_want(turns, worker, address), OK);
		assert_int_equal(table.holders[3], 0);
		assert_int_equal(turns_want(turns, worker, address), ERR_FORMAT);
	}
	assert_int_equal(turns_done(turns, 1, address), ERR_FORMAT);
	assert_int_equal(turns_done(turns, 0, &table.addresses[4]), ERR_FORMAT);
	for (unsigned worker = 0; worker < WORKERS; worker++) {
		assert_int_equal(table.holders[3], worker);
		table.holders[3] = NOBODY;
		assert_int_equal(turns_done(turns, worker, address), OK);
	}
	assert_int_equal(table.given, WORKERS);
	assert_int_equal(turns_done(turns, 0, address), ERR_FORMAT);
	turns_free(turns);
	turns_free(NULL);
}

static void die(struct turns *turns, struct table *table, unsigned worker)
{
	for (unsigned i = 0; i < ADDRESSES; i++) {
		table->waits[i][worker] = false;
		if (table->holders[i] == worker)
			table->holders[i] = NOBODY;
	}
	turns_forget(turns, worker);
}

/* Whoever waits for what nobody has would wait for ever. */
static void none_is_forgotten(const struct table *table)
{
	for (unsigned i = 0; i < ADDRESSES; i++)
		for (unsigned worker = 0; worker < WORKERS; worker++)
			assert_true(!table->waits[i][worker] || table->holders[i] != NOBODY);
}

static void any_order(void **state)
{
	(void)state;
	struct table table;
	struct turns *turns = begin(&table);
	struct random random;
	random_seeded(&random, 11);
	for (unsigned step = 0; step < 20000; step++) {
		const unsigned at = random_below(&random, ADDRESSES);
		const unsigned worker = random_below(&random, WORKERS);
		const bool has = table.holders[at] == worker;
		if (random_below(&random, 100) == 0) {
			die(turns, &table, worker);
		} else if (has) {
			table.holders[at] = NOBODY;
			assert_int_equal(turns_done(turns, worker, &table.addresses[at]), OK);
		} else {
			const bool waits = table.waits[at][worker];
			table.waits[at][worker] = true;
			assert_int_equal(turns_want(turns, worker, &table.addresses[at]),
					 waits ? ERR_FORMAT : OK);
		}
		none_is_forgotten(&table);
	}
	assert_true(table.given > 5000);
	turns_free(turns);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(any_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
