/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that appear whole or not at all. */
#include "base/memory.h"
#include "os/file_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITER_BUFFER_BYTES ((size_t)64 * 1024)
#define TEMPORARY_SUFFIX ".XXXXXX"

struct file_writer {
	int descriptor;
	int errno_value; /* the first failure */
	bool is_direct;  /* a device or a pipe: written to, never replaced */
	size_t used;
	char path[PATH_MAX];
	char temporary[PATH_MAX + sizeof(TEMPORARY_SUFFIX)];
	char buffer[WRITER_BUFFER_BYTES];
};

/* A symbolic link is followed first: the file behind it is replaced, not the link. */
static int writer_name(struct file_writer *writer, const char *path)
{
	char *real = realpath(path, NULL);
	const char *target = real != NULL ? real : path;
	size_t length = strlen(target);
	int errno_value = length == 0 ? ENOENT : length >= PATH_MAX ? ENAMETOOLONG : 0;
	if (errno_value == 0) {
		memcpy(writer->path, target, length + 1);
		memcpy(writer->temporary, target, length);
		memcpy(writer->temporary + length, TEMPORARY_SUFFIX, sizeof(TEMPORARY_SUFFIX));
	}
	free(real);
	return errno_value;
}

/* mkostemp makes the file 0600; a file of ours is as readable as any new file. */
static void writer_set_mode(const struct file_writer *writer)
{
	mode_t mask = umask(0);
	(void)umask(mask);
	struct stat facts;
	mode_t mode = 0644 & ~mask;
	if (stat(writer->path, &facts) == 0)
		mode = facts.st_mode & 0777;
	(void)fchmod(writer->descriptor, mode);
}

static int writer_new(const char *path, bool is_private, struct complaint *complaint,
		      struct file_writer **ret_writer)
{
	assert(path != NULL && ret_writer != NULL);
	struct stat facts;
	bool exists = stat(path, &facts) == 0;
	if (exists && S_ISDIR(facts.st_mode))
		return file_complain(complaint, EISDIR, "write", path);
	const int spared = file_check_spared(path, complaint);
	if (spared != OK)
		return spared;
	struct file_writer *writer = memory_take(sizeof(*writer));
	if (writer == NULL)
		return complain(complaint, ERR_MEMORY, "cannot write '%s': out of memory", path);
	writer->used = 0;
	writer->descriptor = -1;
	writer->is_direct = exists && !S_ISREG(facts.st_mode);
	writer->errno_value = writer_name(writer, path);
	if (writer->errno_value == 0) {
		writer->descriptor = writer->is_direct ? open(path, O_WRONLY | O_CLOEXEC)
						       : mkostemp(writer->temporary, O_CLOEXEC);
		writer->errno_value = writer->descriptor < 0 ? errno : 0;
	}
	if (writer->errno_value != 0) {
		int error = file_complain(complaint, writer->errno_value, "write", path);
		memory_give(writer);
		return error;
	}
	if (!writer->is_direct && !is_private)
		writer_set_mode(writer);
	*ret_writer = writer;
	return OK;
}

int file_writer_new(const char *path, struct complaint *complaint, struct file_writer **ret_writer)
{
	return writer_new(path, false, complaint, ret_writer);
}

static void writer_write(struct file_writer *writer, const char *data, size_t size_bytes)
{
	size_t written = 0;
	while (written < size_bytes && writer->errno_value == 0) {
		ssize_t count = write(writer->descriptor, data + written, size_bytes - written);
		if (count >= 0)
			written += (size_t)count;
		else if (errno != EINTR)
			writer->errno_value = errno;
	}
}

static void writer_flush(struct file_writer *writer)
{
	writer_write(writer, writer->buffer, writer->used);
	writer->used = 0;
}

void file_writer_add(struct file_writer *writer, const void *data, size_t size_bytes)
{
	assert(writer != NULL && (data != NULL || size_bytes == 0));
	if (size_bytes > sizeof(writer->buffer) - writer->used)
		writer_flush(writer);
	if (size_bytes > sizeof(writer->buffer)) {
		writer_write(writer, data, size_bytes);
		return;
	}
	if (size_bytes > 0)
		memcpy(writer->buffer + writer->used, data, size_bytes);
	writer->used += size_bytes;
}

/* The rename itself is only safe on disk once the folder is. */
static void folder_sync(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - path);
	assert(length < sizeof(folder));
	if (slash == NULL)
		memcpy(folder, ".", 2);
	else if (length == 0)
		memcpy(folder, "/", 2);
	else {
		memcpy(folder, path, length);
		folder[length] = '\0';
	}
	CLOSED_AT_END int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems cannot sync a folder; the file is whole in any case. */
	if (descriptor >= 0)
		(void)fsync(descriptor);
}

static void writer_close(struct file_writer *writer)
{
	if (writer->descriptor >= 0 && close(writer->descriptor) != 0 && writer->errno_value == 0)
		writer->errno_value = errno; /* NFS tells of a full disk here */
	writer->descriptor = -1;
}

/* Syncs and puts the file in its place. */
static void writer_place(struct file_writer *writer)
{
	if (writer->is_direct) {
		writer_close(writer);
		return;
	}
	if (writer->errno_value == 0 && fsync(writer->descriptor) != 0)
		writer->errno_value = errno;
	writer_close(writer);
	if (writer->errno_value == 0 && rename(writer->temporary, writer->path) != 0)
		writer->errno_value = errno;
	if (writer->errno_value == 0)
		folder_sync(writer->path);
	else
		(void)unlink(writer->temporary);
}

int file_writer_commit(struct file_writer *writer, struct complaint *complaint)
{
	assert(writer != NULL && writer->descriptor >= 0);
	writer_flush(writer);
	writer_place(writer);
	int error = OK;
	if (writer->errno_value != 0)
		error = file_complain(complaint, writer->errno_value, "write", writer->path);
	memory_give(writer);
	return error;
}

void file_writer_abort(struct file_writer *writer)
{
	if (writer == NULL)
		return;
	writer_close(writer);
	if (!writer->is_direct)
		(void)unlink(writer->temporary);
	memory_give(writer);
}

int file_write_private(const char *path, const void *data, size_t size_bytes,
		       struct complaint *complaint)
{
	struct file_writer *writer = NULL;
	const int error = writer_new(path, true, complaint, &writer);
	if (error != OK)
		return error;
	file_writer_add(writer, data, size_bytes);
	return file_writer_commit(writer, complaint);
}

static int write_whole(int descriptor, const char *data, size_t size_bytes)
{
	size_t written = 0;
	while (written < size_bytes) {
		const ssize_t count = write(descriptor, data + written, size_bytes - written);
		if (count >= 0)
			written += (size_t)count;
		else if (errno != EINTR)
			return errno;
	}
	return fsync(descriptor) == 0 ? 0 : errno;
}

int file_write_secret(const char *path, const void *data, size_t size_bytes,
		      struct complaint *complaint)
{
	assert(path != NULL && data != NULL);
	/* Made so that nobody else can ever have had it open; what is there is not touched. */
	const int descriptor =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (descriptor < 0 && errno == EEXIST)
		return complain(complaint, ERR_EXISTS,
				"cannot write '%s': there is a file of that name, which may hold a "
				"secret; name another",
				path);
	if (descriptor < 0)
		return file_complain(complaint, errno, "write", path);
	int errno_value = write_whole(descriptor, data, size_bytes);
	if (close(descriptor) != 0 && errno_value == 0)
		errno_value = errno;
	if (errno_value == 0) {
		folder_sync(path);
		return OK;
	}
	(void)unlink(path);
	return file_complain(complaint, errno_value, "write", path);
}
