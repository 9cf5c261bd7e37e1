/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/changed_file_private.h"

#include <assert.h>
#include <stddef.h>
#include <sys/stat.h>

void changed_file_note(struct changed_file *file)
{
	struct stat now;
	assert(file->path != NULL);
	if (stat(file->path, &now) != 0)
		return;
	file->changed = now.st_mtim;
	file->number = now.st_ino;
}

bool changed_file_is_another(const struct changed_file *file)
{
	struct stat now;
	assert(file->path != NULL);
	return stat(file->path, &now) == 0 &&
	       (now.st_ino != file->number || now.st_mtim.tv_sec != file->changed.tv_sec ||
		now.st_mtim.tv_nsec != file->changed.tv_nsec);
}
