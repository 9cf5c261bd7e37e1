/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each allocation fails once: an error, nothing leaked, and the store can be read afterwards. */
#include "base/memory.h"
#include "failing_memory.h"
#include "keep/store/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static int count_domain(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	(void)domain;
	(void)encoded;
	(void)size;
	++*(size_t *)context;
	return OK;
}

static int count_interval(void *context, const struct store_interval *interval)
{
	(void)interval;
	++*(size_t *)context;
	return OK;
}

static int take_count(void *context, const struct store_count *count)
{
	(void)count;
	++*(size_t *)context;
	return OK;
}

static int take_finding(void *context, const struct store_finding *finding)
{
	(void)finding;
	++*(size_t *)context;
	return OK;
}

static int read_all(struct shelf *shelf)
{
	struct store *store;
	uint8_t name[NAME_MAX_OCTETS];
	size_t count = 0;
	const struct store_filter filter = {.include_closed = true};
	shelf_name(3, name);
	int error = store_open(shelf->path, STORE_READ, &store, &shelf->complaint);
	if (error != OK)
		return error;
	error = store_domains(store, 1, count_domain, &count, &shelf->complaint);
	if (error == OK)
		error = store_history(store, name, count_interval, &count, &shelf->complaint);
	if (error == OK)
		error = store_counts(store, 1, take_count, &count, &shelf->complaint);
	if (error == OK)
		error = store_findings(store, &filter, take_finding, &count, &shelf->complaint);
	if (error == OK)
		assert_int_equal(count, 5 + 1 + 1 + 5);
	store_close(store);
	return error;
}

static int write_some(struct shelf *shelf, uint64_t number)
{
	struct arena arena;
	struct store *store;
	size_t size;
	int error = store_open(shelf->path, STORE_WRITE, &store, &shelf->complaint);
	if (error != OK)
		return error;
	const struct finding finding = {.code = "X",
					.domain = "x.",
					.severity = SEVERITY_ERROR,
					.party = PARTY_REGISTRAR,
					.sentence = "bad"};
	/* The sample's own memory does not fail. */
	unsigned long fails = failing_memory.fails;
	failing_memory.fails = 0;
	arena_init(&arena, 1 << 22, 1 << 18);
	struct sample sample = sample_plain(number, 1);
	struct observation made = sample_make(&arena, &sample);
	uint8_t *encoded = arena_take_octets(&arena, observation_encoded_max(&made));
	assert_non_null(encoded);
	assert_int_equal(observation_encode(&made, encoded, observation_encoded_max(&made), &size),
			 OK);
	failing_memory.fails = fails;
	const struct store_entry entry = {
		.run = 1,
		.observation = &made,
		.encoded = encoded,
		.encoded_size = size,
		.findings = &finding,
		.finding_count = 1,
	};
	error = store_add(store, &entry, &shelf->complaint);
	if (error == OK)
		error = store_commit(store, &shelf->complaint);
	store_close(store);
	failing_memory.fails = 0;
	arena_release(&arena);
	return error;
}

static void test_each_failure(void **state)
{
	struct shelf shelf;
	(void)state;
	shelf_init(&shelf);
	store_close(shelf.store);
	shelf.store = NULL;
	for (uint64_t number = 0; number < 5; number++)
		assert_int_equal(write_some(&shelf, number), OK);
	arena_release(&shelf.arena);
	long before = memory_in_use();
	FOR_EACH_FAILURE(which)
	{
		int error = read_all(&shelf);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		assert_int_equal(memory_in_use(), before);
	}
	FOR_EACH_FAILURE(which)
	{
		int error = write_some(&shelf, 3);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		assert_int_equal(memory_in_use(), before);
	}
	assert_int_equal(read_all(&shelf), OK);
	shelf_release(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
