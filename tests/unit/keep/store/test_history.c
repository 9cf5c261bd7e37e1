/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/shelf.h"
#include "model/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define INTERVALS_MAX 32
struct intervals {
	size_t count;
	struct store_interval each[INTERVALS_MAX];
	int64_t first_started[INTERVALS_MAX], last_started[INTERVALS_MAX];
};

static int64_t started_of(const uint8_t *raw, size_t size)
{
	struct arena arena;
	struct observation read;
	arena_init(&arena, 1 << 22, 0);
	assert_int_equal(observation_decode(&arena, raw, size, &read, NULL), OK);
	arena_release(&arena);
	return read.started_s;
}

static int take_interval(void *context, const struct store_interval *interval)
{
	struct intervals *intervals = context;
	struct arena arena;
	struct state state;
	uint8_t name[NAME_MAX_OCTETS];
	assert_true(intervals->count < INTERVALS_MAX);
	arena_init(&arena, 1 << 22, 0);
	shelf_name(2, name);
	const struct state_source source = {
		.domain = name, .octets = interval->state, .size = interval->state_size};
	assert_int_equal(state_decode(&arena, &source, NULL, &state), OK);
	arena_release(&arena);
	intervals->each[intervals->count] = *interval;
	intervals->first_started[intervals->count] =
		started_of(interval->first_raw, interval->first_raw_size);
	if (interval->last_raw != NULL)
		intervals->last_started[intervals->count] =
			started_of(interval->last_raw, interval->last_raw_size);
	intervals->count++;
	return OK;
}

static struct intervals history(struct shelf *shelf, uint64_t number)
{
	struct intervals intervals = {0};
	uint8_t name[NAME_MAX_OCTETS];
	shelf_name(number, name);
	assert_int_equal(store_history(shelf->store, name, take_interval, &intervals,
				       &shelf->complaint),
			 OK);
	return intervals;
}

static void test_intervals(void **state)
{
	struct shelf shelf;
	shelf_init(&shelf);
	for (uint64_t night = 1; night <= 12; night++) {
		struct sample sample = sample_plain(2, night);
		sample.address = night < 5 ? 10 : night < 6 ? 11 : 10;
		if (night > 1)
			shelf_begin_run(&shelf);
		shelf_add(&shelf, &sample);
		shelf_commit(&shelf);
	}
	struct intervals intervals = history(&shelf, 2);
	assert_int_equal(intervals.count, 3);
	assert_int_equal(intervals.each[0].first_s, SAMPLE_START + 1 * SAMPLE_DAY);
	assert_int_equal(intervals.each[0].last_s, SAMPLE_START + 4 * SAMPLE_DAY);
	assert_int_equal(intervals.each[0].first_run, 1);
	assert_int_equal(intervals.each[0].last_run, 4);
	/* The evidence is that of the first and of the last night, octet by octet. */
	assert_int_equal(intervals.first_started[0], intervals.each[0].first_s);
	assert_int_equal(intervals.last_started[0], intervals.each[0].last_s);
	assert_int_equal(intervals.each[1].first_s, intervals.each[1].last_s);
	assert_null(intervals.each[1].last_raw);
	assert_int_equal(intervals.each[2].last_run, 12);
	assert_int_equal(intervals.last_started[2], SAMPLE_START + 12 * SAMPLE_DAY);
	/* Back to what it was before: the same state. */
	assert_int_equal(intervals.each[0].state_size, intervals.each[2].state_size);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
}

struct looked {
	int64_t started_s;
	unsigned count;
};

static int take_look(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	struct looked *looked = context;
	uint8_t name[NAME_MAX_OCTETS];
	shelf_name(2, name);
	assert_true(name_equal(domain, name));
	looked->started_s = started_of(encoded, size);
	looked->count++;
	return OK;
}

/* One run's look at one domain: its own observation where it is kept, else one of its state. */
static void test_look(void **state)
{
	static const uint64_t nights[] = {0, 1, 4, 4, 4, 5, 6, 8, 8};
	struct shelf shelf;
	uint8_t name[NAME_MAX_OCTETS];
	struct looked looked = {0};
	shelf_init(&shelf);
	for (uint64_t night = 1; night <= 8; night++) {
		struct sample sample = sample_plain(2, night);
		sample.address = night < 5 ? 10 : night < 6 ? 11 : 10;
		if (night > 1)
			shelf_begin_run(&shelf);
		shelf_add(&shelf, &sample);
		shelf_commit(&shelf);
	}
	shelf_name(2, name);
	for (int64_t run = 1; run <= 8; run++) {
		assert_int_equal(store_look(shelf.store, &(struct store_one){name, run}, take_look,
					    &looked, &shelf.complaint),
				 OK);
		assert_int_equal(looked.started_s,
				 SAMPLE_START + (int64_t)nights[run] * SAMPLE_DAY);
	}
	assert_int_equal(looked.count, 8);
	shelf_name(3, name);
	assert_int_equal(store_look(shelf.store, &(struct store_one){name, 1}, take_look, &looked,
				    &shelf.complaint),
			 ERR_NOT_FOUND);
	assert_non_null(strstr(shelf.complaint.text, "never seen"));
	assert_int_equal(looked.count, 8);
	shelf_release(&shelf);
	(void)state;
}

/* Differences to differences to ... end somewhere. */
static void test_long_chain(void **state)
{
	struct shelf shelf;
	shelf_init(&shelf);
	for (uint64_t night = 1; night <= 25; night++) {
		struct sample sample = sample_plain(2, night);
		sample.address = (uint8_t)night;
		shelf_add(&shelf, &sample);
	}
	shelf_commit(&shelf);
	struct intervals intervals = history(&shelf, 2);
	assert_int_equal(intervals.count, 25);
	for (size_t i = 0; i < intervals.count; i++)
		assert_int_equal(intervals.first_started[i],
				 SAMPLE_START + ((int64_t)i + 1) * SAMPLE_DAY);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
}

static int refuse(void *context, const struct store_interval *interval)
{
	++*(int *)context;
	return ERR_INTERRUPTED;
}

static void test_unknown(void **state)
{
	struct shelf shelf;
	uint8_t name[NAME_MAX_OCTETS];
	int calls = 0;
	shelf_init(&shelf);
	struct sample sample = sample_plain(2, 1);
	shelf_add(&shelf, &sample);
	shelf_commit(&shelf);
	shelf_name(99, name);
	assert_int_equal(store_history(shelf.store, name, refuse, &calls, &shelf.complaint),
			 ERR_NOT_FOUND);
	assert_non_null(strstr(shelf.complaint.text, "this domain was never seen"));
	shelf_name(2, name);
	assert_int_equal(store_history(shelf.store, name, refuse, &calls, &shelf.complaint),
			 ERR_INTERRUPTED);
	assert_int_equal(calls, 1);
	shelf_release(&shelf);
}

struct domains {
	size_t count;
	uint8_t last[NAME_MAX_OCTETS];
	int64_t started;
};

static int take_domain(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	struct domains *domains = context;
	if (domains->count > 0)
		assert_true(name_compare(domains->last, domain) < 0);
	name_copy(domains->last, domain);
	domains->started = started_of(encoded, size);
	domains->count++;
	return OK;
}

static void test_runs(void **state)
{
	struct shelf shelf;
	bool has = true;
	uint8_t name[NAME_MAX_OCTETS];
	shelf_init(&shelf);
	for (uint64_t number = 0; number < 10; number++) {
		struct sample sample = sample_plain(9 - number, 1);
		shelf_add(&shelf, &sample);
	}
	shelf_name(3, name);
	assert_int_equal(store_run_has(shelf.store, 1, name, &has, NULL), OK);
	assert_true(has); /* though not committed */
	shelf_commit(&shelf);
	struct store_run open;
	assert_int_equal(store_run_open(shelf.store, &open, NULL), OK);
	assert_int_equal(open.id, 1);
	assert_int_equal(open.done, 10);
	assert_string_equal(open.profile, "registry");
	assert_int_equal(store_run_finish(shelf.store, 1, SAMPLE_START + 5, &shelf.complaint), OK);
	assert_int_equal(store_run_open(shelf.store, &open, NULL), ERR_NOT_FOUND);

	shelf_begin_run(&shelf);
	struct sample sample = sample_plain(3, 2);
	shelf_add(&shelf, &sample);
	shelf_add(&shelf, &sample); /* twice in one run is once done */
	shelf_commit(&shelf);
	shelf_reopen(&shelf);
	assert_int_equal(store_run_open(shelf.store, &open, NULL), OK);
	assert_int_equal(open.done, 1);
	assert_int_equal(store_run_has(shelf.store, 2, name, &has, NULL), OK);
	assert_true(has);
	shelf_name(4, name);
	assert_int_equal(store_run_has(shelf.store, 2, name, &has, NULL), OK);
	assert_false(has);
	shelf_name(77, name);
	assert_int_equal(store_run_has(shelf.store, 2, name, &has, NULL), OK);
	assert_false(has);

	struct domains domains = {0};
	assert_int_equal(store_domains(shelf.store, 1, take_domain, &domains, &shelf.complaint),
			 OK);
	assert_int_equal(domains.count, 10);
	domains = (struct domains){0};
	assert_int_equal(store_domains(shelf.store, 2, take_domain, &domains, &shelf.complaint),
			 OK);
	assert_int_equal(domains.count, 1);
	assert_int_equal(domains.started, SAMPLE_START + 2 * SAMPLE_DAY);
	domains = (struct domains){0};
	assert_int_equal(store_domains(shelf.store, 1, take_domain, &domains, &shelf.complaint),
			 OK);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
}

/* A night on which nothing happened costs at most 32 octets of file a domain. */
static void test_quiet_nights(void **state)
{
	enum { DOMAINS = 1000 };
	struct shelf shelf;
	shelf_init(&shelf);
	long before = 0;
	for (uint64_t night = 1; night <= 4; night++) {
		if (night > 1)
			shelf_begin_run(&shelf);
		for (uint64_t place = 0; place < DOMAINS; place++) {
			struct sample sample =
				sample_plain(place * (1 + 6 * night) % DOMAINS, night);
			shelf_add(&shelf, &sample);
		}
		shelf_commit(&shelf);
		shelf_reopen(&shelf); /* the log goes into the file */
		long octets = shelf_octets(&shelf);
		print_message("# night %u: %ld octets a domain\n", (unsigned)night,
			      (octets - before) / DOMAINS);
		if (night > 1)
			assert_true(octets - before <= 32 * DOMAINS);
		before = octets;
	}
	shelf_release(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intervals),  cmocka_unit_test(test_look),
		cmocka_unit_test(test_long_chain), cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_runs),       cmocka_unit_test(test_quiet_nights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
