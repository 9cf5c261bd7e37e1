/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/disk.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct open_file {
	sqlite3_file base;
	struct disk *disk;
	enum disk_file file;
	bool syncs_folder; /* with its first sync */
	bool is_noted;     /* not a temporary one */
	sqlite3_file *real;
};

static const char *const suffixes[DISK_FILES] = {"", "-journal", "-wal"};

const char *disk_suffix(enum disk_file file)
{
	assert(file < DISK_FILES);
	return suffixes[file];
}

static enum disk_file file_of(const char *path)
{
	for (enum disk_file file = DISK_JOURNAL; file < DISK_FILES; file++) {
		const size_t size = strlen(suffixes[file]);
		const size_t length = strlen(path);
		if (length > size && strcmp(path + length - size, suffixes[file]) == 0)
			return file;
	}
	return DISK_DATABASE;
}

static struct disk *disk_of(const sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

/* ---- notes ---- */

static void note(struct disk *disk, const struct disk_event *event, const void *data)
{
	if (!disk->is_noting)
		return;
	struct disk_notes *notes = &disk->notes;
	if (notes->count == notes->room) {
		notes->room = notes->room * 2 + 256;
		notes->events = realloc(notes->events, notes->room * sizeof(*notes->events));
		assert(notes->events != NULL);
	}
	struct disk_event *kept = &notes->events[notes->count++];
	*kept = *event;
	if (event->size == 0)
		return;
	kept->data = malloc(event->size);
	assert(kept->data != NULL);
	memcpy(kept->data, data, event->size);
}

void disk_notes_release(struct disk_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		free(notes->events[i].data);
	free(notes->events);
	*notes = (struct disk_notes){0};
}

struct disk_notes disk_take_notes(struct disk *disk)
{
	const struct disk_notes notes = disk->notes;
	disk->notes = (struct disk_notes){0};
	disk->is_noting = false;
	return notes;
}

/* ---- errors ---- */

static bool fails(struct disk *disk, enum disk_call call)
{
	const struct disk_fault *fault = &disk->fault;
	if (fault->nth == 0 || fault->call != call)
		return false;
	disk->calls++;
	if (disk->calls != fault->nth && !(fault->lasts && disk->calls > fault->nth))
		return false;
	disk->failures++;
	errno = fault->cause;
	return true;
}

void disk_set_fault(struct disk *disk, const struct disk_fault *fault)
{
	disk->fault = fault == NULL ? (struct disk_fault){0} : *fault;
	disk->calls = disk->failures = 0;
}

/* ---- one file ---- */

static struct open_file *open_file_of(sqlite3_file *file)
{
	return (struct open_file *)file;
}

static int file_close(sqlite3_file *file)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xClose(open->real);
}

static int file_read(sqlite3_file *file, void *octets, int size, sqlite3_int64 offset)
{
	struct open_file *open = open_file_of(file);
	/* What SQLite makes of EIO, and tells as damage later on. */
	if (fails(open->disk, DISK_READ))
		return SQLITE_IOERR_CORRUPTFS;
	return open->real->pMethods->xRead(open->real, octets, size, offset);
}

static int file_write(sqlite3_file *file, const void *octets, int size, sqlite3_int64 offset)
{
	struct open_file *open = open_file_of(file);
	const bool has_failed = fails(open->disk, DISK_WRITE);
	const int cause = errno;
	if (has_failed)
		size /= 2; /* as much as there was room for */
	const struct disk_event event = {
		.deed = DISK_WRITTEN, .file = open->file, .offset = offset, .size = (size_t)size};
	int result = open->real->pMethods->xWrite(open->real, octets, size, offset);
	assert(result == SQLITE_OK);
	if (open->is_noted)
		note(open->disk, &event, octets);
	errno = cause;
	if (!has_failed)
		return SQLITE_OK;
	return cause == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int file_shorten(sqlite3_file *file, sqlite3_int64 size)
{
	struct open_file *open = open_file_of(file);
	if (fails(open->disk, DISK_SHORTEN))
		return SQLITE_IOERR_TRUNCATE;
	const struct disk_event event = {
		.deed = DISK_SHORTENED, .file = open->file, .offset = size};
	if (open->is_noted)
		note(open->disk, &event, NULL);
	return open->real->pMethods->xTruncate(open->real, size);
}

static int file_sync(sqlite3_file *file, int flags)
{
	(void)flags;
	struct open_file *open = open_file_of(file);
	const bool has_failed = fails(open->disk, DISK_SYNC);
	const struct disk_event event = {.deed = has_failed ? DISK_SYNC_FAILED : DISK_SYNCED,
					 .file = open->file,
					 .syncs_folder = open->syncs_folder && !has_failed};
	if (open->is_noted)
		note(open->disk, &event, NULL);
	open->syncs_folder &= has_failed;
	return has_failed ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
	struct open_file *open = open_file_of(file);
	if (fails(open->disk, DISK_SIZE))
		return SQLITE_IOERR_FSTAT;
	return open->real->pMethods->xFileSize(open->real, ret_size);
}

static int file_lock(sqlite3_file *file, int level)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xLock(open->real, level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xUnlock(open->real, level);
}

static int file_is_reserved(sqlite3_file *file, int *ret_result)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xCheckReservedLock(open->real, ret_result);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xFileControl(open->real, operation, argument);
}

static int file_sector_size(sqlite3_file *file)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xSectorSize(open->real);
}

static int file_traits(sqlite3_file *file)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xDeviceCharacteristics(open->real);
}

static int file_map(sqlite3_file *file, int region, int size, int extends,
		    void volatile **ret_memory)
{
	struct open_file *open = open_file_of(file);
	if (fails(open->disk, DISK_MAP))
		return SQLITE_IOERR_SHMMAP;
	return open->real->pMethods->xShmMap(open->real, region, size, extends, ret_memory);
}

static int file_map_lock(sqlite3_file *file, int offset, int count, int flags)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xShmLock(open->real, offset, count, flags);
}

static void file_map_barrier(sqlite3_file *file)
{
	struct open_file *open = open_file_of(file);
	open->real->pMethods->xShmBarrier(open->real);
}

static int file_unmap(sqlite3_file *file, int removes)
{
	struct open_file *open = open_file_of(file);
	return open->real->pMethods->xShmUnmap(open->real, removes);
}

#define METHODS_OF_ALL                                                                             \
	.xClose = file_close, .xRead = file_read, .xWrite = file_write, .xTruncate = file_shorten, \
	.xSync = file_sync, .xFileSize = file_size, .xLock = file_lock, .xUnlock = file_unlock,    \
	.xCheckReservedLock = file_is_reserved, .xFileControl = file_control,                      \
	.xSectorSize = file_sector_size, .xDeviceCharacteristics = file_traits

/* Version 2: the file itself is never mapped, or writes would pass us by. */
static const sqlite3_io_methods methods = {
	.iVersion = 2,
	METHODS_OF_ALL,
	.xShmMap = file_map,
	.xShmLock = file_map_lock,
	.xShmBarrier = file_map_barrier,
	.xShmUnmap = file_unmap,
};

static const sqlite3_io_methods methods_without_map = {.iVersion = 1, METHODS_OF_ALL};

/* ---- the folder ---- */

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		     int *ret_flags)
{
	struct disk *disk = disk_of(vfs);
	struct open_file *open = open_file_of(file);
	const int kinds = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
	const bool is_noted = name != NULL && (flags & kinds) != 0;
	const enum disk_file which = is_noted ? file_of(name) : DISK_DATABASE;
	int is_there = 0;
	*open = (struct open_file){.base.pMethods = NULL};
	if (fails(disk, DISK_OPEN))
		return SQLITE_CANTOPEN;
	if (is_noted)
		(void)disk->real->xAccess(disk->real, name, SQLITE_ACCESS_EXISTS, &is_there);
	open->disk = disk;
	open->file = which;
	open->is_noted = is_noted;
	open->syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && which != DISK_DATABASE;
	open->real = (sqlite3_file *)(open + 1);
	int result = disk->real->xOpen(disk->real, name, open->real, flags, ret_flags);
	if (result != SQLITE_OK)
		return result;
	open->base.pMethods = disk->cannot_map ? &methods_without_map : &methods;
	/* The store makes the database's file itself. */
	const bool is_made = which == DISK_DATABASE ? !disk->has_database : !is_there;
	const struct disk_event event = {.deed = DISK_MADE, .file = which};
	if (is_noted && is_made)
		note(disk, &event, NULL);
	disk->has_database |= disk->is_noting && is_noted && which == DISK_DATABASE;
	return SQLITE_OK;
}

static int disk_remove(sqlite3_vfs *vfs, const char *name, int syncs_folder)
{
	struct disk *disk = disk_of(vfs);
	if (fails(disk, DISK_REMOVE))
		return SQLITE_IOERR_DELETE;
	const struct disk_event event = {
		.deed = DISK_REMOVED, .file = file_of(name), .syncs_folder = syncs_folder != 0};
	int result = disk->real->xDelete(disk->real, name, 0);
	if (result == SQLITE_OK)
		note(disk, &event, NULL);
	return result;
}

static int disk_last_error(sqlite3_vfs *vfs, int size, char *text)
{
	(void)vfs, (void)size, (void)text;
	return errno;
}

void disk_insert(struct disk *disk)
{
	*disk = (struct disk){.real = sqlite3_vfs_find(NULL)};
	assert(disk->real != NULL && disk->real->iVersion >= 3);
	disk->vfs = *disk->real;
	disk->vfs.pNext = NULL;
	disk->vfs.zName = "disk";
	disk->vfs.pAppData = disk;
	disk->vfs.szOsFile = (int)sizeof(struct open_file) + disk->real->szOsFile;
	disk->vfs.xOpen = disk_open;
	disk->vfs.xDelete = disk_remove;
	disk->vfs.xGetLastError = disk_last_error;
	int result = sqlite3_vfs_register(&disk->vfs, 1);
	assert(result == SQLITE_OK);
}

void disk_eject(struct disk *disk)
{
	int result = sqlite3_vfs_unregister(&disk->vfs);
	assert(result == SQLITE_OK);
	result = sqlite3_vfs_register(disk->real, 1);
	assert(result == SQLITE_OK);
	disk_notes_release(&disk->notes);
}

void disk_note(struct disk *disk, bool has_database)
{
	disk_notes_release(&disk->notes);
	disk->is_noting = true;
	disk->has_database = has_database;
}
