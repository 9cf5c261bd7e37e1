/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk between SQLite and the real one (a VFS), for tests: it notes what is done to a database
 * and the files beside it, and it returns errors when it is told to. power.h makes of the notes
 * what a power cut leaves.
 *
 * It stands for Linux as SQLite's own VFS uses it: what is written may be on the disk before it is
 * synced, or not; a name made or removed is so for certain once the folder was synced, which
 * happens with the first sync of a journal or log that was opened to be made, and with a removal
 * that asks for it. Nothing is really synced, so that it is fast.
 */
#ifndef TESTS_KEEP_STORE_DISK_H
#define TESTS_KEEP_STORE_DISK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_file { DISK_DATABASE, DISK_JOURNAL, DISK_LOG, DISK_FILES };

enum disk_deed {
	DISK_MADE,
	DISK_WRITTEN,
	DISK_SHORTENED,
	DISK_SYNCED,
	DISK_SYNC_FAILED, /* what was written since the last one is in memory and will never be on
			     the disk, as Linux has it */
	DISK_REMOVED,
};

struct disk_event {
	enum disk_deed deed;
	enum disk_file file;
	bool syncs_folder;
	int64_t offset; /* DISK_SHORTENED: the new size */
	size_t size;
	uint8_t *data;
};

struct disk_notes {
	struct disk_event *events;
	size_t count, room;
};

/* What can fail. */
enum disk_call {
	DISK_READ,
	DISK_WRITE,
	DISK_SYNC,
	DISK_SHORTEN,
	DISK_OPEN,
	DISK_REMOVE,
	DISK_SIZE,
	DISK_MAP,
	DISK_CALLS
};

struct disk_fault {
	enum disk_call call;
	unsigned nth; /* this one fails, from 1 on; 0: none */
	bool lasts;   /* and all after it */
	int cause;    /* an errno */
};

struct disk {
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	bool is_noting;
	bool has_database; /* its making was noted */
	bool cannot_map;   /* no memory shared by processes, so no log */
	struct disk_notes notes;
	struct disk_fault fault;
	unsigned calls; /* of the fault's kind */
	unsigned failures;
};

/* Every database opened from now on is on it. */
void disk_insert(struct disk *disk);
void disk_eject(struct disk *disk);
/* Notes from here, with nothing before; `has_database`: the file is there already. */
void disk_note(struct disk *disk, bool has_database);
/* Takes the notes away; given back with disk_notes_release. */
struct disk_notes disk_take_notes(struct disk *disk);
void disk_notes_release(struct disk_notes *notes);
void disk_set_fault(struct disk *disk, const struct disk_fault *fault);
/* What is behind the database's name. */
const char *disk_suffix(enum disk_file file);

#endif
