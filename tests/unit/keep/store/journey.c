/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/journey.h"

#include "base/memory.h"
#include "keep/store/store_private.h"
#include "model/sample.h"
#include "os/file.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define JOURNEY_ARENA_CAP (64u << 20)
/* So few that there are checkpoints on the way, in the middle of a batch as well. */
#define PAGES_TO_CHECKPOINT 24
#define PAGES_IN_MEMORY 12

enum deed { OPEN, BEGIN, ADD, FINISH, CLOSE_AND_OPEN };

struct step {
	enum deed deed;
	uint64_t night;
	uint64_t first, last; /* domains */
};

static const struct step steps[JOURNEY_STEPS] = {
	{.deed = OPEN},
	{.deed = BEGIN, .night = 1},
	{.deed = ADD, .night = 1, .first = 0, .last = 4},
	{.deed = ADD, .night = 1, .first = 5, .last = 9},
	{.deed = ADD, .night = 1, .first = 10, .last = 13},
	{.deed = FINISH, .night = 1},
	{.deed = CLOSE_AND_OPEN},
	{.deed = BEGIN, .night = 2},
	{.deed = ADD, .night = 2, .first = 0, .last = 6},
	{.deed = ADD, .night = 2, .first = 7, .last = 9},
	{.deed = ADD, .night = 2, .first = 12, .last = 16},
	{.deed = ADD, .night = 2, .first = 10, .last = 11},
	{.deed = FINISH, .night = 2},
};

/* ---- the steps ---- */

static int step_open(struct journey *journey)
{
	store_close(journey->store);
	journey->store = NULL;
	int error = store_open(journey->path, STORE_WRITE, &journey->store, &journey->complaint);
	if (error != OK)
		return error;
	(void)sqlite3_wal_autocheckpoint(journey->store->database, PAGES_TO_CHECKPOINT);
	char cache[64];
	(void)snprintf(cache, sizeof(cache), "PRAGMA cache_size = %d", PAGES_IN_MEMORY);
	(void)sqlite3_exec(journey->store->database, cache, NULL, NULL, NULL);
	return OK;
}

static int step_begin(struct journey *journey, uint64_t night)
{
	const struct store_run run = {.started_s = SAMPLE_START + (int64_t)night * SAMPLE_DAY,
				      .profile = "registry",
				      .vantage = "lab",
				      .domains = 14};
	int64_t id = 0;
	int error = store_run_begin(journey->store, &run, &id, &journey->complaint);
	if (error == OK)
		assert_int_equal(id, night);
	return error;
}

static void make_sight(struct journey *journey, uint64_t number, uint64_t night)
{
	struct journey_sight *sight = &journey->sights[night - 1][number];
	struct sample sample = sample_plain(number, night);
	sample.address = (uint8_t)(10 + (number % 2 == 0 ? night : 0));
	sight->observation = sample_make(&journey->arena, &sample);
	const size_t room = observation_encoded_max(&sight->observation);
	sight->encoded = arena_take_octets(&journey->arena, room);
	assert_non_null(sight->encoded);
	assert_int_equal(observation_encode(&sight->observation, sight->encoded, room,
					    &sight->encoded_size),
			 OK);
}

/* As a resumed scan does it: what is there is not done again. */
static int add_domain(struct journey *journey, uint64_t number, uint64_t night)
{
	static const char *const unknown[] = {"SERVER-SLOW", "SERVER-LOSSY"};
	const struct journey_sight *sight = &journey->sights[night - 1][number];
	const struct finding finding = {
		.code = number % 3 == 0 ? "SERVER-SLOW" : "DNSSEC-SIG-ENDING",
		.domain = "x.example.",
		.severity = SEVERITY_ERROR,
		.party = PARTY_DNS_OPERATOR,
		.sentence = night == 1 ? "so it was first" : "and so it was then",
	};
	const struct store_entry entry = {.run = (int64_t)night,
					  .observation = &sight->observation,
					  .encoded = sight->encoded,
					  .encoded_size = sight->encoded_size,
					  .findings = &finding,
					  .finding_count = number % 4 == night % 4 ? 0 : 1,
					  .not_measured = unknown,
					  .not_measured_count = number % 5 == night ? 2 : 0};
	bool has = false;
	int error = store_run_has(journey->store, (int64_t)night, sight->observation.domain, &has,
				  &journey->complaint);
	if (error != OK)
		return error;
	assert_false(has);
	return store_add(journey->store, &entry, &journey->complaint);
}

static int step_add(struct journey *journey, const struct step *step)
{
	int error = OK;
	for (uint64_t number = step->first; error == OK && number <= step->last; number++)
		error = add_domain(journey, number, step->night);
	/* As the program does: whatever happened, what there is is to be kept. */
	int kept = store_commit(journey->store, &journey->complaint);
	assert_true(error == OK || kept != OK);
	return kept;
}

int journey_step(struct journey *journey)
{
	int error = OK;
	assert_true(journey->done < JOURNEY_STEPS);
	const struct step *step = &steps[journey->done];
	journey->complaint.text[0] = 0;
	switch (step->deed) {
	case OPEN:
	case CLOSE_AND_OPEN:
		error = step_open(journey);
		break;
	case BEGIN:
		error = step_begin(journey, step->night);
		break;
	case ADD:
		error = step_add(journey, step);
		break;
	case FINISH:
		error = store_run_finish(journey->store, (int64_t)step->night,
					 SAMPLE_START + (int64_t)(step->night + 1) * SAMPLE_DAY,
					 &journey->complaint);
		break;
	}
	if (error == OK)
		journey->marks[++journey->done] = journey->disk.notes.count;
	return error;
}

/* ---- what a store has ---- */

/* The identity is drawn anew for every store: its form is looked at in place of its value. */
static bool is_identity(sqlite3_stmt *row)
{
	const char *key = (const char *)sqlite3_column_text(row, 0);
	if (sqlite3_column_type(row, 0) != SQLITE_TEXT || strcmp(key, "identity") != 0)
		return false;
	assert_true(store_identity_is_one((const char *)sqlite3_column_text(row, 1)));
	return true;
}

static void digest_row(crypto_generichash_state *sum, sqlite3_stmt *row)
{
	const int count = is_identity(row) ? 1 : sqlite3_column_count(row);
	for (int i = 0; i < count; i++) {
		const int type = sqlite3_column_type(row, i);
		const void *octets = sqlite3_column_blob(row, i);
		const int size = sqlite3_column_bytes(row, i);
		crypto_generichash_update(sum, (const uint8_t *)&type, sizeof(type));
		crypto_generichash_update(sum, (const uint8_t *)&size, sizeof(size));
		crypto_generichash_update(sum, octets, (unsigned)size);
	}
}

/* All rows of all tables. */
static struct journey_digest digest_of(sqlite3 *database)
{
	crypto_generichash_state sum;
	struct journey_digest digest;
	sqlite3_stmt *names, *rows;
	crypto_generichash_init(&sum, NULL, 0, sizeof(digest.octets));
	assert_int_equal(sqlite3_prepare_v2(database,
					    "SELECT name FROM sqlite_schema WHERE type = 'table'"
					    " ORDER BY name",
					    -1, &names, NULL),
			 SQLITE_OK);
	while (sqlite3_step(names) == SQLITE_ROW) {
		char question[128];
		(void)snprintf(question, sizeof(question), "SELECT * FROM %s ORDER BY 1, 2",
			       (const char *)sqlite3_column_text(names, 0));
		assert_int_equal(sqlite3_prepare_v2(database, question, -1, &rows, NULL),
				 SQLITE_OK);
		int result;
		while ((result = sqlite3_step(rows)) == SQLITE_ROW)
			digest_row(&sum, rows);
		assert_int_equal(result, SQLITE_DONE);
		sqlite3_finalize(rows);
	}
	sqlite3_finalize(names);
	crypto_generichash_final(&sum, digest.octets, sizeof(digest.octets));
	return digest;
}

static bool has_all_up_to(const struct journey *journey, int done)
{
	const struct journey_digest digest = digest_of(journey->store->database);
	return memcmp(&digest, &journey->digests[done], sizeof(digest)) == 0;
}

static void check_pages(sqlite3 *database)
{
	sqlite3_stmt *statement;
	assert_int_equal(sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &statement,
					    NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
	sqlite3_finalize(statement);
}

void journey_check(struct journey *journey)
{
	assert_null(journey->store);
	journey->complaint.text[0] = 0;
	int error = step_open(journey);
	if (error != OK)
		print_message("# after %d steps: %s\n", journey->done, journey->complaint.text);
	assert_int_equal(error, OK);
	check_pages(journey->store->database);
	error = store_verify(journey->store, &journey->complaint);
	if (error != OK)
		print_message("# after %d steps: %s\n", journey->done, journey->complaint.text);
	assert_int_equal(error, OK);
	/* Nothing acknowledged yet is a store without runs, as opening just made it. */
	if (journey->done == 0)
		journey->done = 1;
	const int next = journey->done < JOURNEY_STEPS ? journey->done + 1 : journey->done;
	if (!has_all_up_to(journey, journey->done)) {
		if (!has_all_up_to(journey, next))
			fail_msg("after %d steps the store has something else", journey->done);
		journey->done = next;
	}
	/* What is seen now will be built upon: it must stay. */
	if (journey->marks[journey->done] == SIZE_MAX)
		journey->marks[journey->done] = journey->disk.notes.count;
}

void journey_end(struct journey *journey)
{
	while (journey->done < JOURNEY_STEPS) {
		int error = journey_step(journey);
		if (error != OK)
			print_message("# %s\n", journey->complaint.text);
		assert_int_equal(error, OK);
	}
	assert_true(has_all_up_to(journey, JOURNEY_STEPS));
}

/* ---- */

void journey_begin_anew(struct journey *journey)
{
	char path[4200];
	static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
	store_close(journey->store);
	journey->store = NULL;
	journey->done = 0;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", journey->path, suffixes[i]);
		(void)unlink(path);
	}
}

void journey_note(struct journey *journey)
{
	disk_note(&journey->disk, access(journey->path, F_OK) == 0);
	for (int i = 0; i <= JOURNEY_STEPS; i++)
		journey->marks[i] = i <= journey->done ? 0 : SIZE_MAX;
}

int journey_acknowledged(const struct journey *journey, size_t events)
{
	int done = 0;
	for (int i = 0; i <= JOURNEY_STEPS; i++) {
		if (journey->marks[i] != SIZE_MAX && journey->marks[i] <= events)
			done = i;
	}
	return done;
}

void journey_init(struct journey *journey)
{
	*journey = (struct journey){.store = NULL};
	arena_init(&journey->arena, JOURNEY_ARENA_CAP, 1 << 16);
	assert_int_equal(folder_make_temporary("test-journey", NULL, &journey->folder), OK);
	(void)snprintf(journey->path, sizeof(journey->path), "%s/dsfi.sqlite", journey->folder);
	for (uint64_t night = 1; night <= JOURNEY_NIGHTS; night++) {
		for (uint64_t number = 0; number < JOURNEY_DOMAINS; number++)
			make_sight(journey, number, night);
	}
	disk_insert(&journey->disk);
	journey_note(journey);
	while (journey->done < JOURNEY_STEPS) {
		assert_int_equal(journey_step(journey), OK);
		journey->digests[journey->done] = digest_of(journey->store->database);
	}
	store_close(journey->store);
	journey->store = NULL;
	journey->disk.is_noting = false;
}

void journey_release(struct journey *journey)
{
	store_close(journey->store);
	disk_eject(&journey->disk);
	assert_int_equal(folder_remove(journey->folder, NULL), OK);
	memory_give(journey->folder);
	arena_release(&journey->arena);
}
