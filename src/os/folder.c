/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders: made, removed. */
#include "base/memory.h"
#include "os/file_private.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deepest tree removed: ours have three levels. */
#define DEPTH_MAX 64

static int make_one(const char *path)
{
	if (mkdir(path, 0755) == 0)
		return 0;
	int errno_value = errno;
	struct stat facts;
	if (errno_value == EEXIST && stat(path, &facts) == 0)
		return S_ISDIR(facts.st_mode) ? 0 : ENOTDIR;
	return errno_value;
}

int folder_make(const char *path, struct complaint *complaint)
{
	assert(path != NULL);
	char part[PATH_MAX];
	size_t length = strlen(path);
	if (length == 0 || length >= sizeof(part))
		return file_complain(complaint, length == 0 ? ENOENT : ENAMETOOLONG,
				     "make the folder", path);
	memcpy(part, path, length + 1);
	for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int errno_value = make_one(part);
		/* A folder above may exist and not be ours to look at; the last one decides. */
		if (errno_value == ENOTDIR)
			return file_complain(complaint, errno_value, "make the folder", path);
		*slash = '/';
	}
	int errno_value = make_one(part);
	return errno_value == 0 ? OK
				: file_complain(complaint, errno_value, "make the folder", path);
}

static int empty_folder(int folder, int depth);

static int remove_entry(int folder, const char *name, int depth)
{
	if (unlinkat(folder, name, 0) == 0)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return errno;
	int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (inner < 0)
		return errno;
	int errno_value = empty_folder(inner, depth + 1);
	if (errno_value == 0 && unlinkat(folder, name, AT_REMOVEDIR) != 0)
		errno_value = errno;
	return errno_value;
}

/* Takes the descriptor. */
static int empty_folder(int folder, int depth)
{
	DIR *entries = depth < DEPTH_MAX ? fdopendir(folder) : NULL;
	if (entries == NULL) {
		descriptor_close(folder);
		return depth < DEPTH_MAX ? errno : ELOOP;
	}
	int errno_value = 0;
	for (struct dirent *entry; errno_value == 0 && (entry = readdir(entries)) != NULL;) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			errno_value = remove_entry(folder, entry->d_name, depth);
	}
	(void)closedir(entries);
	return errno_value;
}

int folder_remove(const char *path, struct complaint *complaint)
{
	assert(path != NULL);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return errno == ENOENT ? OK
				       : file_complain(complaint, errno, "remove the folder", path);
	int errno_value = empty_folder(folder, 0);
	if (errno_value == 0 && rmdir(path) != 0)
		errno_value = errno;
	return errno_value == 0 ? OK
				: file_complain(complaint, errno_value, "remove the folder", path);
}

int folder_make_temporary(const char *prefix, struct complaint *complaint, char **ret_path)
{
	assert(prefix != NULL && strchr(prefix, '/') == NULL && ret_path != NULL);
	const char *above = getenv("TMPDIR");
	if (above == NULL || above[0] != '/')
		above = "/tmp";
	size_t room = strlen(above) + strlen(prefix) + sizeof("/.XXXXXX");
	char *path = memory_take(room);
	if (path == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	int length = snprintf(path, room, "%s/%s.XXXXXX", above, prefix);
	assert(length > 0 && (size_t)length < room);
	if (mkdtemp(path) == NULL) {
		int error = file_complain(complaint, errno, "make a temporary folder in", above);
		memory_give(path);
		return error;
	}
	*ret_path = path;
	return OK;
}
