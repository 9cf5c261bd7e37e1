/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the two times that a domain's past is read a scan goes on: a use that came to stand
 * before the newest looks ends nothing, and others are told. */
#include "base/memory.h"
#include "cli/pivot_private.h"
#include "model/sample.h"
#include "os/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WANTED 7
#define OTHER 8
#define DOMAINS 2u

struct bench {
	char *folder;
	char path[4096];
	struct store *store;
	struct arena arena;
	int64_t run;
	struct options options;
	struct complaint complaint;
	struct pivot pivot;
	char *notes;
	size_t notes_size;
};

static unsigned told;

static void bench_init(struct bench *bench)
{
	static const struct option rows[] = {{.name = "quiet", .kind = OPTION_FLAG}};
	static const struct command command = {.name = "pivot", .options = rows};
	const struct store_run run = {
		.started_s = SAMPLE_START, .profile = "registry", .vantage = "lab", .domains = 2};
	*bench = (struct bench){.options = {.command = &command}};
	arena_init(&bench->arena, (size_t)64 << 20, 0);
	assert_int_equal(folder_make_temporary("test-pivot", NULL, &bench->folder), OK);
	(void)snprintf(bench->path, sizeof(bench->path), "%s/dsfi.sqlite", bench->folder);
	assert_int_equal(store_open(bench->path, STORE_WRITE, &bench->store, NULL), OK);
	assert_int_equal(store_run_begin(bench->store, &run, &bench->run, NULL), OK);
	bench->options.err = open_memstream(&bench->notes, &bench->notes_size);
	assert_non_null(bench->options.err);
}

static void bench_release(struct bench *bench)
{
	struct changes *changes = &bench->pivot.changes;
	pivot_release_found(&bench->pivot);
	arena_release(&changes->arena);
	signals_free(changes->signals);
	suffix_free(changes->suffixes);
	store_close(changes->store);
	store_close(bench->store);
	fclose(bench->options.err);
	free(bench->notes);
	assert_int_equal(folder_remove(bench->folder, NULL), OK);
	memory_give(bench->folder);
	arena_release(&bench->arena);
}

static void look(struct bench *bench, uint64_t number, uint64_t night, uint8_t address)
{
	const struct sample sample = {
		.number = number, .night = night, .ns_names = 2, .address = address};
	struct observation made = sample_make(&bench->arena, &sample);
	size_t size = 0;
	const size_t room = observation_encoded_max(&made);
	uint8_t *encoded = arena_take_octets(&bench->arena, room);
	assert_non_null(encoded);
	assert_int_equal(observation_encode(&made, encoded, room, &size), OK);
	const struct store_entry entry = {
		.run = bench->run, .observation = &made, .encoded = encoded, .encoded_size = size};
	assert_int_equal(store_add(bench->store, &entry, NULL), OK);
	arena_reset(&bench->arena);
}

/* Who had the address of `wanted`. */
static void begin(struct bench *bench)
{
	bench->pivot = (struct pivot){
		.options = &bench->options,
		.complaint = &bench->complaint,
		.query = {.kind = USE_PREFIX,
			  .ip = {.family = 4, .octets = {198, 51, 100, WANTED}},
			  .bits = 32},
		.since_s = INT64_MIN,
		.most = 100,
		.changes = {.options = &bench->options, .complaint = &bench->complaint},
	};
	struct changes *changes = &bench->pivot.changes;
	arena_init(&changes->arena, (size_t)64 << 20, 4096);
	assert_int_equal(signals_new(NULL, &changes->signals, NULL), OK);
	assert_int_equal(suffix_built_in(&changes->suffixes, NULL), OK);
	assert_int_equal(store_open(bench->path, STORE_READ, &changes->store, NULL), OK);
}

static int take(struct pivot *pivot, const struct pivot_domain *domain)
{
	uint8_t name[NAME_MAX_OCTETS];
	(void)pivot;
	sample_name(name, "domain-000001.example");
	assert_true(name_equal(domain->domain, name));
	assert_true(domain->use.whole.times > 0);
	told++;
	return OK;
}

static void test_scan_between(void **state)
{
	struct bench bench;
	(void)state;
	told = 0;
	bench_init(&bench);
	for (uint64_t number = 0; number < DOMAINS; number++) {
		look(&bench, number, 0, WANTED);
		look(&bench, number, 1, OTHER);
	}
	assert_int_equal(store_commit(bench.store, NULL), OK);
	begin(&bench);
	assert_int_equal(pivot_find(&bench.pivot), OK);
	assert_int_equal(bench.pivot.used, DOMAINS);
	for (uint64_t night = 2; night < STORE_PAST_INTERVALS_MAX + 2; night++)
		look(&bench, 0, night, (uint8_t)(OTHER + night % 2));
	assert_int_equal(store_commit(bench.store, NULL), OK);
	assert_int_equal(pivot_tell(&bench.pivot, take), OK);
	assert_int_equal(told, DOMAINS - 1);
	fflush(bench.options.err);
	assert_non_null(
		strstr(bench.notes, "'domain-000000.example.' was left out: looks of a scan"));
	bench_release(&bench);
}

/* What can be read for the first time is too large for the second. */
static void test_too_large(void **state)
{
	struct bench bench;
	(void)state;
	told = 0;
	bench_init(&bench);
	look(&bench, 0, 0, WANTED);
	assert_int_equal(store_commit(bench.store, NULL), OK);
	begin(&bench);
	assert_int_equal(pivot_find(&bench.pivot), OK);
	assert_int_equal(bench.pivot.used, 1);
	arena_release(&bench.pivot.changes.arena);
	arena_init(&bench.pivot.changes.arena, 4096, 1024);
	assert_int_equal(pivot_tell(&bench.pivot, take), OK);
	assert_int_equal(told, 0);
	fflush(bench.options.err);
	assert_non_null(strstr(bench.notes, "was left out: its states are too large"));
	bench_release(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_scan_between),
					   cmocka_unit_test(test_too_large)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
