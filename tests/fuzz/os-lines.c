/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a file. Property: the reader agrees with cutting the whole file by hand, for a limit
 * taken from the first octet. */
#include "os/lines.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The line at `start` by the plain definition; its size with the line's end in *ret_used. */
static size_t cut(const uint8_t *start, size_t left, size_t *ret_used)
{
	const uint8_t *end = memchr(start, '\n', left);
	size_t length = end != NULL ? (size_t)(end - start) : left;
	*ret_used = length + (end != NULL);
	if (end != NULL && length > 0 && start[length - 1] == '\r')
		length--;
	return length;
}

/* The data as a file; its path is /proc/self/fd/N. */
static struct lines *open_lines(const uint8_t *data, size_t size, size_t limit)
{
	int file = memfd_create("lines", MFD_CLOEXEC);
	ssize_t written = write(file, data, size);
	assert(file >= 0 && written == (ssize_t)size);
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	struct lines *lines = NULL;
	int error = lines_open(path, limit, NULL, &lines);
	assert(error == OK && lines != NULL);
	(void)close(file);
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	size_t limit = (size_t)data[0] + 1;
	struct lines *lines = open_lines(data + 1, size - 1, limit);
	const char *line;
	size_t length;
	uint64_t number = 0;
	for (const uint8_t *next = data + 1; next < data + size;) {
		size_t used;
		size_t expected = cut(next, (size_t)(data + size - next), &used);
		int error = lines_next(lines, &line, &length);
		assert(lines_number(lines) == ++number);
		assert(error == (expected > limit ? ERR_LIMIT : OK));
		/* With the NUL behind it, which the buffer holds as well. */
		assert(error != OK || (length == expected && memcmp(line, next, length) == 0 &&
				       line[length] == '\0'));
		next += used;
	}
	int error = lines_next(lines, &line, &length);
	assert(error == ERR_NOT_FOUND);
	lines_close(lines);
	return 0;
}
