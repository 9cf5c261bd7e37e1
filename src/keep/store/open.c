/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "keep/store/schema_private.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Three is where more effort stops paying for observations of 1 to 10 KiB. */
#define PACK_LEVEL 3
#define READ_ONLY_URI "file:%s?immutable=1"

static int make_parts(struct store *store, const char *path)
{
	assert(store->database == NULL && store->path == NULL);
	size_t size = strlen(path) + 1;
	store->lock_descriptor = -1;
	arena_init(&store->arena, STORE_ARENA_CAP, STORE_ARENA_CHUNK);
	arena_init(&store->walked, STORE_ARENA_CAP, STORE_ARENA_CHUNK);
	store->path = memory_take(size);
	store->packer = ZSTD_createCCtx();
	store->unpacker = ZSTD_createDCtx();
	if (store->path == NULL || store->packer == NULL || store->unpacker == NULL)
		return ERR_MEMORY;
	memcpy(store->path, path, size);
	size_t result = ZSTD_CCtx_setParameter(store->packer, ZSTD_c_compressionLevel, PACK_LEVEL);
	if (!ZSTD_isError(result))
		result = ZSTD_CCtx_setParameter(store->packer, ZSTD_c_checksumFlag, 1);
	return ZSTD_isError(result) ? ERR_MEMORY : OK;
}

/* Is there a file at all, and is it one? SQLite's own words for these cases help nobody. */
static int look_at_path(const struct store *store, struct complaint *complaint)
{
	struct stat found;
	if (stat(store->path, &found) != 0) {
		if (errno != ENOENT)
			return complain(complaint, error_from_errno(errno),
					"store '%s': %s (name another with --store)", store->path,
					errno_text(errno));
		if (store->can_write)
			return OK;
		return complain(complaint, ERR_NOT_FOUND,
				"store '%s': there is none; 'dsfi scan --store', 'dsfi watch add' "
				"and 'dsfi party add' make one",
				store->path);
	}
	if (!S_ISREG(found.st_mode))
		return complain(complaint, ERR_ARGUMENT,
				"store '%s': not a regular file; name "
				"another file with --store",
				store->path);
	if (access(store->path, R_OK) != 0)
		return complain(complaint, error_from_errno(errno), "store '%s': cannot read: %s",
				store->path, errno_text(errno));
	return OK;
}

/* The file is made here and not by SQLite, for the sake of the system's own reason when it cannot.
 * It may come to hold what is for its owner's eyes alone: others are let in by chmod. */
static int make_file(const struct store *store, struct complaint *complaint)
{
	int descriptor = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (descriptor >= 0) {
		close(descriptor);
		return OK;
	}
	return complain(complaint, error_from_errno(errno), "store '%s': cannot write: %s%s",
			store->path, errno_text(errno),
			errno == ENOENT ? "; make its folder first"
					: " (name another with --store)");
}

static int open_database(struct store *store, const char *name, int flags)
{
	errno = 0;
	int result = sqlite3_open_v2(name, &store->database, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (store->database == NULL)
		return ERR_MEMORY;
	if (result != SQLITE_OK)
		return store_error(store);
	(void)sqlite3_extended_result_codes(store->database, 1);
	(void)sqlite3_busy_timeout(store->database, STORE_BUSY_TIMEOUT_MS);
	(void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(store->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return OK;
}

/* A cleanly closed store in a folder that cannot be written has no files beside it and needs none.
 */
static int open_immutable(struct store *store)
{
	char name[4096 + sizeof(READ_ONLY_URI)];
	(void)sqlite3_close(store->database);
	store->database = NULL;
	/* The characters that mean something in a URI. */
	if (strpbrk(store->path, "?#%") != NULL || strlen(store->path) > 4096)
		return ERR_PERMISSION;
	int length = snprintf(name, sizeof(name), READ_ONLY_URI, store->path);
	assert(length > 0 && (size_t)length < sizeof(name));
	int error = open_database(store, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	return error == OK ? schema_check(store, NULL) : error;
}

static int open_to_read(struct store *store, struct complaint *complaint)
{
	int error = open_database(store, store->path, SQLITE_OPEN_READONLY);
	if (error == OK)
		error = schema_check(store, complaint);
	if (error == OK || error == ERR_UNSUPPORTED || error == ERR_FORMAT || error == ERR_DAMAGED)
		return error;
	int again = open_immutable(store);
	return again == OK ? OK : store_fail(store, complaint, error, "cannot read");
}

static int open_to_write(struct store *store, struct complaint *complaint)
{
	int error = make_file(store, complaint);
	if (error != OK)
		return error;
	error = open_database(store, store->path, SQLITE_OPEN_READWRITE);
	if (error != OK)
		return store_fail(store, complaint, error, "cannot open");
	error = store_lock(store, complaint);
	if (error != OK)
		return error;
	return schema_prepare(store, complaint);
}

int store_open(const char *path, enum store_mode mode, struct store **ret_store,
	       struct complaint *complaint)
{
	assert(path != NULL && ret_store != NULL);
	struct store *store = memory_take_zeroed(1, sizeof(*store));
	if (store == NULL)
		return complain(complaint, ERR_MEMORY, "store '%s': out of memory", path);
	store->can_write = mode == STORE_WRITE;
	int error = make_parts(store, path);
	if (error != OK)
		(void)complain(complaint, error, "store '%s': out of memory", path);
	if (error == OK)
		error = look_at_path(store, complaint);
	if (error == OK && mode == STORE_WRITE)
		error = open_to_write(store, complaint);
	else if (error == OK)
		error = open_to_read(store, complaint);
	if (error != OK) {
		store_close(store);
		return error;
	}
	*ret_store = store;
	return OK;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		(void)sqlite3_finalize(store->statements[i]);
	/* Whatever is open is rolled back; the last one to close moves the log into the file. */
	int result = sqlite3_close(store->database);
	assert(result == SQLITE_OK);
	store_unlock(store);
	(void)ZSTD_freeCCtx(store->packer);
	(void)ZSTD_freeDCtx(store->unpacker);
	arena_release(&store->arena);
	arena_release(&store->walked);
	memory_give(store->path);
	memory_give(store);
}
