/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The power is cut at every moment of two nights, and the disk keeps of what was not synced
 * nothing, all or any part: every time the store opens, is sound, has all that was acknowledged,
 * and nothing by halves.
 */
#include "keep/store/journey.h"
#include "keep/store/power.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* How often each kind of cut with chance in it is made at one moment. */
static const unsigned tries[CUT_COUNT] = {[CUT_ALL_LOST] = 1,
					  [CUT_NONE_LOST] = 1,
					  [CUT_IN_ORDER] = 1,
					  [CUT_SECTORS] = 2,
					  [CUT_GARBAGE] = 1};

struct cuts {
	struct journey journey;
	struct random random;
	uint64_t *digests; /* of the files of every cut looked at */
	size_t count, room;
};

static int compare_acknowledged(const struct cuts *cuts, uint64_t digest)
{
	for (size_t i = cuts->count; i > 0; i--) {
		if (cuts->digests[i - 1] == digest)
			return 0;
	}
	return 1;
}

/* Files that were looked at already, when as much was acknowledged, are not again. */
static bool is_new(struct cuts *cuts, uint64_t digest, int done)
{
	digest += (uint64_t)done * 0x9e3779b97f4a7c15u;
	if (compare_acknowledged(cuts, digest) == 0)
		return false;
	if (cuts->count == cuts->room) {
		cuts->room = cuts->room * 2 + 1024;
		cuts->digests = realloc(cuts->digests, cuts->room * sizeof(*cuts->digests));
		assert_non_null(cuts->digests);
	}
	cuts->digests[cuts->count++] = digest;
	return true;
}

static void close_store(struct journey *journey)
{
	store_close(journey->store);
	journey->store = NULL;
}

static void cut_here(struct cuts *cuts, const struct power *power, int done)
{
	struct journey *journey = &cuts->journey;
	for (enum power_cut how = 0; how < CUT_COUNT; how++) {
		for (unsigned turn = 0; turn < tries[how]; turn++) {
			const uint64_t digest = power_cut(power, how, &cuts->random, journey->path);
			if (!is_new(cuts, digest, done))
				continue;
			journey->done = done;
			journey_check(journey);
			close_store(journey);
		}
	}
}

static void test_every_moment(void **state)
{
	struct cuts *cuts = calloc(1, sizeof(*cuts));
	assert_non_null(cuts);
	struct journey *journey = &cuts->journey;
	random_seeded(&cuts->random, 1);
	journey_init(journey);
	journey_begin_anew(journey);
	struct disk_notes notes = disk_take_notes(&journey->disk);
	struct power *power = power_new(&notes, journey->path);
	size_t at = 0;
	size_t syncs = 0;
	size_t to_database = 0;
	do {
		cut_here(cuts, power, journey_acknowledged(journey, at));
		if (at < notes.count) {
			syncs += notes.events[at].deed == DISK_SYNCED;
			to_database += notes.events[at].deed == DISK_WRITTEN &&
				       notes.events[at].file == DISK_DATABASE;
		}
		at++;
	} while (power_step(power));
	print_message("# %d acknowledgements, %zu moments, %zu syncs, %zu pages by checkpoints; "
		      "%zu different cuts\n",
		      JOURNEY_STEPS, at, syncs, to_database, cuts->count);
	assert_true(at > 300 && to_database > 50 && cuts->count > at);
	power_free(power);
	disk_notes_release(&notes);
	journey_release(journey);
	free(cuts->digests);
	free(cuts);
}

/* The files as a cut at `at` leaves them. */
static int cut_at(struct journey *journey, const struct disk_notes *notes, struct power *power,
		  struct random *random)
{
	const size_t at = random_below(random, (uint32_t)notes->count + 1);
	for (size_t i = 0; i < at; i++)
		assert_true(power_step(power));
	(void)power_cut(power, random_below(random, CUT_COUNT), random, journey->path);
	return journey_acknowledged(journey, at);
}

/* Cut, opened and gone on with, cut again; then all of it is done. */
static void test_cut_again(void **state)
{
	enum { ROUNDS = 150 };
	struct journey *journey = calloc(1, sizeof(*journey));
	struct random random;
	assert_non_null(journey);
	random_seeded(&random, 2);
	journey_init(journey);
	struct disk_notes first = disk_take_notes(&journey->disk);
	size_t marks[JOURNEY_STEPS + 1];
	memcpy(marks, journey->marks, sizeof(marks));
	for (int round = 0; round < ROUNDS; round++) {
		journey_begin_anew(journey);
		memcpy(journey->marks, marks, sizeof(marks));
		struct power *power = power_new(&first, journey->path);
		journey->done = cut_at(journey, &first, power, &random);
		power_free(power);

		struct disk_notes second = {0};
		power = power_new(&second, journey->path);
		journey_note(journey);
		journey_check(journey);
		for (uint32_t more = random_below(&random, 4);
		     more > 0 && journey->done < JOURNEY_STEPS; more--)
			assert_int_equal(journey_step(journey), OK);
		if (random_below(&random, 2) == 0)
			close_store(journey);
		second = disk_take_notes(&journey->disk);
		close_store(journey);
		journey->done = cut_at(journey, &second, power, &random);
		power_free(power);
		disk_notes_release(&second);

		journey_check(journey);
		journey_end(journey);
	}
	disk_notes_release(&first);
	journey_release(journey);
	free(journey);
}

/* Goes on until the first error, then until the disk has done `more` steps without. */
static void go_through(struct journey *journey, const struct disk_fault *fault, uint32_t more)
{
	int error = OK;
	disk_set_fault(&journey->disk, fault);
	while (error == OK && journey->done < JOURNEY_STEPS)
		error = journey_step(journey);
	close_store(journey);
	disk_set_fault(&journey->disk, NULL);
	journey_check(journey);
	for (; more > 0 && journey->done < JOURNEY_STEPS; more--)
		assert_int_equal(journey_step(journey), OK);
}

/*
 * A sync fails: Linux says so once, keeps in memory what is not on the disk, and never tries again.
 * Whoever opens the store then sees it, and must not build on what the next cut takes away.
 */
static void test_failed_sync(void **state)
{
	struct journey *journey = calloc(1, sizeof(*journey));
	struct random random;
	unsigned nth = 0;
	bool has_failed = true;
	assert_non_null(journey);
	random_seeded(&random, 3);
	journey_init(journey);
	for (unsigned turn = 0; has_failed; turn++) {
		const struct disk_fault fault = {.call = DISK_SYNC,
						 .nth = nth = turn / 4 + 1,
						 .lasts = turn % 2 == 0,
						 .cause = EIO};
		struct disk_notes notes = {0};
		journey_begin_anew(journey);
		struct power *power = power_new(&notes, journey->path);
		journey_note(journey);
		go_through(journey, &fault, turn % 4);
		const int done = journey->done;
		notes = disk_take_notes(&journey->disk);
		has_failed = false;
		for (size_t i = 0; i < notes.count; i++)
			has_failed |= notes.events[i].deed == DISK_SYNC_FAILED;
		close_store(journey);
		while (power_step(power))
			;
		(void)power_cut(power, turn % 3 == 0 ? CUT_ALL_LOST : CUT_SECTORS, &random,
				journey->path);
		journey->done = done;
		journey_check(journey);
		journey_end(journey);
		power_free(power);
		disk_notes_release(&notes);
	}
	print_message("# each of %u syncs failed\n", nth - 1);
	assert_true(nth > 20);
	journey_release(journey);
	free(journey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_moment),
		cmocka_unit_test(test_cut_again),
		cmocka_unit_test(test_failed_sync),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
