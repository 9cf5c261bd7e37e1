/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/file.h"

#include "base/memory.h"
#include "os/file_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_ROOM_FIRST ((size_t)16 * 1024)

int file_complain(struct complaint *complaint, int errno_value, const char *what, const char *path)
{
	int code = errno_value == EISDIR ? ERR_ARGUMENT : error_from_errno(errno_value);
	return complain(complaint, code, "cannot %s '%s': %s", what, path, errno_text(errno_value));
}

void descriptor_close(int descriptor)
{
	if (descriptor < 0)
		return;
	int errno_value = errno;
	(void)close(descriptor);
	errno = errno_value;
}

void descriptor_cleanup(const int *descriptor)
{
	descriptor_close(*descriptor);
}

int file_open_to_read(const char *path, struct complaint *complaint, int *ret_descriptor)
{
	assert(path != NULL);
	bool is_standard = strcmp(path, "-") == 0;
	int descriptor = is_standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
				     : open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return file_complain(complaint, errno, "read", path);
	struct stat facts;
	/* Only reading would tell that it is a folder; ask at once. */
	if (fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode)) {
		descriptor_close(descriptor);
		return file_complain(complaint, EISDIR, "read", path);
	}
	*ret_descriptor = descriptor;
	return OK;
}

/* One read(2), after making the buffer larger if it is full. 0 at the end of the file. */
static int read_some(int descriptor, struct file_buffer *buffer, size_t limit_bytes,
		     size_t *ret_count)
{
	if (buffer->size == buffer->room) {
		size_t room = buffer->room ? buffer->room * 2 : READ_ROOM_FIRST;
		/* One octet over the limit tells a file that is too long from one that just fits.
		 */
		if (room > limit_bytes + 1)
			room = limit_bytes + 1;
		if (room <= buffer->size)
			return ERR_LIMIT;
		char *data = memory_resize(buffer->data, room + 1);
		if (data == NULL)
			return ERR_MEMORY;
		buffer->data = data;
		buffer->room = room;
	}
	ssize_t count;
	do {
		count = read(descriptor, buffer->data + buffer->size, buffer->room - buffer->size);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return error_from_errno(errno);
	buffer->size += (size_t)count;
	*ret_count = (size_t)count;
	return buffer->size > limit_bytes ? ERR_LIMIT : OK;
}

/* Closes the descriptor. */
static int read_open(int descriptor, const char *path, size_t limit_bytes,
		     struct complaint *complaint, struct file_buffer *ret_buffer)
{
	struct file_buffer buffer = {0};
	size_t count = 1;
	int error = OK;
	assert(descriptor >= 0);
	while (error == OK && count > 0)
		error = read_some(descriptor, &buffer, limit_bytes, &count);
	int errno_value = errno;
	descriptor_close(descriptor);
	if (error == OK) {
		assert(buffer.data != NULL && buffer.size <= buffer.room);
		buffer.data[buffer.size] = '\0';
		*ret_buffer = buffer;
		return OK;
	}
	if (buffer.data != NULL)
		explicit_bzero(buffer.data, buffer.size);
	memory_give(buffer.data);
	if (error == ERR_LIMIT)
		return complain(complaint, error, "cannot read '%s': longer than %zu octets", path,
				limit_bytes);
	if (error == ERR_MEMORY)
		return complain(complaint, error, "cannot read '%s': out of memory", path);
	return file_complain(complaint, errno_value, "read", path);
}

int file_read(const char *path, size_t limit_bytes, struct complaint *complaint, char **ret_data,
	      size_t *ret_size)
{
	assert(ret_data != NULL && ret_size != NULL && limit_bytes < SIZE_MAX - 1);
	struct file_buffer buffer = {0};
	int descriptor = -1;
	int error = file_open_to_read(path, complaint, &descriptor);
	if (error == OK)
		error = read_open(descriptor, path, limit_bytes, complaint, &buffer);
	if (error != OK)
		return error;
	*ret_data = buffer.data;
	*ret_size = buffer.size;
	return OK;
}

static int check_secret(int descriptor, const char *path, struct complaint *complaint)
{
	struct stat facts;
	if (fstat(descriptor, &facts) != 0)
		return file_complain(complaint, errno, "read", path);
	if (!S_ISREG(facts.st_mode))
		return complain(complaint, ERR_ARGUMENT,
				"'%s' is no regular file; a secret is taken from one alone", path);
	if (facts.st_uid != 0 && facts.st_uid != geteuid())
		return complain(
			complaint, ERR_PERMISSION,
			"'%s' belongs to another user, who can read and change the secret in "
			"it; it must be yours or root's",
			path);
	if ((facts.st_mode & (S_IRWXG | S_IRWXO | S_IXUSR)) != 0)
		return complain(complaint, ERR_PERMISSION,
				"'%s' has mode %04o, and holds a secret that others must not read; "
				"make that 'chmod 600'",
				path, (unsigned)(facts.st_mode & 07777));
	return OK;
}

int file_read_secret(const char *path, size_t limit_bytes, struct complaint *complaint,
		     char **ret_data, size_t *ret_size)
{
	assert(path != NULL && ret_data != NULL && ret_size != NULL && limit_bytes < SIZE_MAX - 1);
	struct file_buffer buffer = {0};
	/* A pipe without a writer must not keep us. */
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0)
		return file_complain(complaint, errno, "read", path);
	int error = check_secret(descriptor, path, complaint);
	if (error != OK) {
		descriptor_close(descriptor);
		return error;
	}
	error = read_open(descriptor, path, limit_bytes, complaint, &buffer);
	if (error != OK)
		return error;
	*ret_data = buffer.data;
	*ret_size = buffer.size;
	return OK;
}

int file_write(const char *path, const void *data, size_t size_bytes, struct complaint *complaint)
{
	struct file_writer *writer;
	int error = file_writer_new(path, complaint, &writer);
	if (error != OK)
		return error;
	file_writer_add(writer, data, size_bytes);
	return file_writer_commit(writer, complaint);
}
