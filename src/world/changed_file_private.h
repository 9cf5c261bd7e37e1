/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that somebody else replaces while a world runs (whole, by renaming): is it another one
 * than that which was read? Told by number and time of change; to be asked a few times a second.
 */
#ifndef WORLD_CHANGED_FILE_PRIVATE_H
#define WORLD_CHANGED_FILE_PRIVATE_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

/* As often as a person could want it. */
#define CHANGED_FILE_LOOK_MS 100u

struct changed_file {
	const char *path; /* the caller's */
	struct timespec changed;
	ino_t number;
};

/* Before the file is read, so that one that comes meanwhile is not missed. */
void changed_file_note(struct changed_file *file);
/* False while there is none. */
bool changed_file_is_another(const struct changed_file *file);

#endif
