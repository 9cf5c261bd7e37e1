/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/shelf.h"

#include "base/memory.h"
#include "os/file.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#define SHELF_ARENA_CAP (64u << 20)

void shelf_init(struct shelf *shelf)
{
	*shelf = (struct shelf){.store = NULL};
	arena_init(&shelf->arena, SHELF_ARENA_CAP, 1 << 16);
	assert_int_equal(folder_make_temporary("test-store", NULL, &shelf->folder), OK);
	snprintf(shelf->path, sizeof(shelf->path), "%s/dsfi.sqlite", shelf->folder);
	shelf_reopen(shelf);
	shelf_begin_run(shelf);
}

void shelf_release(struct shelf *shelf)
{
	store_close(shelf->store);
	assert_int_equal(folder_remove(shelf->folder, NULL), OK);
	memory_give(shelf->folder);
	arena_release(&shelf->arena);
}

void shelf_reopen(struct shelf *shelf)
{
	store_close(shelf->store);
	shelf->store = NULL;
	shelf->complaint.text[0] = '\0';
	int error = store_open(shelf->path, STORE_WRITE, &shelf->store, &shelf->complaint);
	if (error != OK)
		print_message("# %s\n", shelf->complaint.text);
	assert_int_equal(error, OK);
}

void shelf_begin_run(struct shelf *shelf)
{
	const struct store_run run = {.started_s = SAMPLE_START + shelf->run * SAMPLE_DAY,
				      .profile = "registry",
				      .vantage = "lab",
				      .domains = 10};
	assert_int_equal(store_run_begin(shelf->store, &run, &shelf->run, &shelf->complaint), OK);
}

int shelf_try(struct shelf *shelf, const struct sample *sample, const struct store_entry *extra)
{
	struct observation made = sample_make(&shelf->arena, sample);
	size_t room = observation_encoded_max(&made);
	size_t size = 0;
	uint8_t *encoded = arena_take_octets(&shelf->arena, room);
	assert_non_null(encoded);
	assert_int_equal(observation_encode(&made, encoded, room, &size), OK);
	struct store_entry entry = extra == NULL ? (struct store_entry){0} : *extra;
	entry.run = shelf->run;
	entry.observation = &made;
	entry.encoded = encoded;
	entry.encoded_size = size;
	int error = store_add(shelf->store, &entry, &shelf->complaint);
	arena_reset(&shelf->arena);
	return error;
}

void shelf_add(struct shelf *shelf, const struct sample *sample)
{
	assert_int_equal(shelf_try(shelf, sample, NULL), OK);
}

void shelf_commit(struct shelf *shelf)
{
	assert_int_equal(store_commit(shelf->store, &shelf->complaint), OK);
}

void shelf_name(uint64_t number, uint8_t name[NAME_MAX_OCTETS])
{
	char text[64];
	snprintf(text, sizeof(text), "domain-%06llu.example", (unsigned long long)number);
	sample_name(name, text);
}

long shelf_octets(const struct shelf *shelf)
{
	struct stat found;
	assert_int_equal(stat(shelf->path, &found), 0);
	return (long)found.st_size;
}

void shelf_sql(const char *path, const char *script)
{
	sqlite3 *database;
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, script, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

void shelf_make_old(struct shelf *shelf)
{
	store_close(shelf->store);
	shelf->store = NULL;
	shelf_sql(shelf->path, "DROP TABLE servers; DROP TABLE adoption; DROP TABLE exception;"
			       "DROP TABLE draft; DROP TABLE party; DROP TABLE contact;"
			       "DROP TABLE message;"
			       "DROP TABLE summary; DROP TABLE delivery; DROP TABLE audit;"
			       "DROP TABLE parcel;"
			       "DROP TABLE watch; DROP TABLE watch_round;"
			       "DELETE FROM meta WHERE key IN ('adoption_from', 'identity');"
			       "PRAGMA user_version = 1;");
}
