/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk that returns errors: each single call to it fails once, or it and all after it. The store
 * says so in a sentence with the way out, loses nothing that it acknowledged, keeps nothing by
 * halves, and when the disk works again the rest can be done.
 */
#include "keep/store/journey.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* With sanitizers, which are slow, every third. */
#if defined(__SANITIZE_ADDRESS__)
#define STEP 3
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STEP 3
#endif
#endif
#ifndef STEP
#define STEP 1
#endif

struct trouble {
	const char *name;
	enum disk_call call;
	int cause;
	int error;         /* what the store makes of it */
	unsigned at_least; /* so many calls there are to fail */
	bool only_lasting; /* what fails by this cause does not fail once */
	unsigned step;     /* how many are passed over: the way is that of another row */
};

static const struct trouble troubles[] = {
	{"reading", DISK_READ, EIO, ERR_IO, 50, false, 1},
	{"writing", DISK_WRITE, EIO, ERR_IO, 200, false, 1},
	{"writing to a full disk", DISK_WRITE, ENOSPC, ERR_FULL, 200, true, 2},
	{"writing to one that became read-only", DISK_WRITE, EROFS, ERR_FULL, 200, true, 5},
	{"syncing", DISK_SYNC, EIO, ERR_IO, 20, false, 1},
	{"syncing to a full disk", DISK_SYNC, ENOSPC, ERR_FULL, 20, true, 1},
	{"shortening", DISK_SHORTEN, EIO, ERR_IO, 1, false, 1},
	{"opening", DISK_OPEN, EIO, ERR_IO, 4, false, 1},
	{"opening what may not be", DISK_OPEN, EACCES, ERR_PERMISSION, 4, true, 1},
	{"removing", DISK_REMOVE, EIO, ERR_IO, 1, false, 1},
	{"asking for a size", DISK_SIZE, EIO, ERR_IO, 4, false, 1},
	{"sharing memory", DISK_MAP, EIO, ERR_IO, 2, false, 1},
};

/* The rest is done in one of so many cases; the store is looked at in all. */
#define ENDS_EVERY 4

static void close_store(struct journey *journey)
{
	store_close(journey->store);
	journey->store = NULL;
}

/* One sentence that names the store and what to do, by an error that is meant for it. */
static void check_sentence(const struct journey *journey, int error, int expected)
{
	const char *text = journey->complaint.text;
	const char *way_out = strrchr(text, ';');
	if (strncmp(text, "store '", 7) != 0 || strstr(text, journey->path) == NULL ||
	    way_out == NULL || strlen(way_out) < 10 || strchr(text, '\n') != NULL)
		fail_msg("'%s' is no sentence that helps", text);
	if (error != expected)
		fail_msg("error %d and not %d: %s", error, expected, text);
}

/* False: there was no such call left to fail. */
static bool journey_with(struct journey *journey, const struct trouble *trouble, unsigned nth,
			 bool lasts)
{
	const struct disk_fault fault = {
		.call = trouble->call, .nth = nth, .lasts = lasts, .cause = trouble->cause};
	int error = OK;
	journey_begin_anew(journey);
	disk_set_fault(&journey->disk, &fault);
	while (error == OK && journey->done < JOURNEY_STEPS)
		error = journey_step(journey);
	if (error != OK)
		check_sentence(journey, error, trouble->error);
	/* A store that has failed does nothing more. */
	if (error != OK && journey->store != NULL && journey->done > 0) {
		const int done = journey->done;
		assert_int_not_equal(journey_step(journey), OK);
		assert_int_equal(journey->done, done);
	}
	close_store(journey);
	const bool has_failed = journey->disk.failures > 0;
	assert_true(error == OK || has_failed);
	disk_set_fault(&journey->disk, NULL);
	journey_check(journey);
	if (nth % ENDS_EVERY == 1)
		journey_end(journey);
	close_store(journey);
	return has_failed;
}

static void test_each_call(void **state)
{
	struct journey *journey = calloc(1, sizeof(*journey));
	assert_non_null(journey);
	journey_init(journey);
	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
		const struct trouble *trouble = &troubles[i];
		unsigned nth = 1;
		while (journey_with(journey, trouble, nth, true) &&
		       (trouble->only_lasting || journey_with(journey, trouble, nth, false)))
			nth += trouble->step * STEP;
		print_message("# %s: of %u calls, %s failed\n", trouble->name, nth - 1,
			      trouble->step * STEP == 1 ? "each" : "some");
		assert_true(nth > trouble->at_least);
	}
	journey_release(journey);
	free(journey);
}

/* ---- readers ---- */

static int ignore_finding(void *context, const struct store_finding *finding)
{
	return finding->finding.sentence != NULL ? OK : ERR_ARGUMENT;
}

static int ignore_domain(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	return size > 0 ? OK : ERR_ARGUMENT;
}

static int ignore_count(void *context, const struct store_count *count)
{
	return OK;
}

static int ignore_run(void *context, const struct store_run *run)
{
	return OK;
}

static int ignore_interval(void *context, const struct store_interval *interval)
{
	return OK;
}

static int read_one(struct journey *journey, unsigned which)
{
	static const uint8_t domain[] = "\15domain-000002\7example";
	const struct store_filter filter = {.include_closed = true};
	struct complaint *complaint = &journey->complaint;
	struct store *store = journey->store;
	switch (which) {
	case 0:
		return store_runs(store, ignore_run, NULL, complaint);
	case 1:
		return store_counts(store, 2, ignore_count, NULL, complaint);
	case 2:
		return store_findings(store, &filter, ignore_finding, NULL, complaint);
	case 3:
		return store_domains(store, 2, ignore_domain, NULL, complaint);
	case 4:
		return store_history(store, domain, ignore_interval, NULL, complaint);
	default:
		return store_verify(store, complaint);
	}
}

/* Opens and reads all there is, each time a little later in trouble. */
static void test_readers(void **state)
{
	static const enum disk_call calls[] = {DISK_READ, DISK_SIZE, DISK_OPEN, DISK_MAP};
	struct journey *journey = calloc(1, sizeof(*journey));
	assert_non_null(journey);
	journey_init(journey);
	unsigned told = 0;
	for (unsigned turn = 0; turn < 400; turn++) {
		const struct disk_fault fault = {.call = calls[turn % 4],
						 .nth = turn / 8 + 1,
						 .lasts = turn % 8 >= 4,
						 .cause = EIO};
		disk_set_fault(&journey->disk, &fault);
		journey->complaint.text[0] = 0;
		int error =
			store_open(journey->path, STORE_READ, &journey->store, &journey->complaint);
		for (unsigned which = 0; error == OK && which < 6; which++)
			error = read_one(journey, which);
		if (error != OK)
			check_sentence(journey, error, ERR_IO);
		told += error != OK;
		close_store(journey);
	}
	disk_set_fault(&journey->disk, NULL);
	print_message("# %u of 400 readers met an error\n", told);
	assert_true(told > 50);
	journey->done = JOURNEY_STEPS;
	journey_check(journey);
	journey_release(journey);
	free(journey);
}

/* Where SQLite cannot have its log, it would take less without a word. */
static void test_no_log(void **state)
{
	struct journey *journey = calloc(1, sizeof(*journey));
	assert_non_null(journey);
	journey_init(journey);
	journey_begin_anew(journey);
	journey->disk.cannot_map = true;
	check_sentence(journey, journey_step(journey), ERR_UNSUPPORTED);
	journey->disk.cannot_map = false;
	journey_end(journey);
	journey_release(journey);
	free(journey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_no_log),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
