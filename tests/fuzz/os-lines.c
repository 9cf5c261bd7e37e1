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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	size_t limit = (size_t)data[0] + 1;
	int file = memfd_create("lines", MFD_CLOEXEC);
	assert(file >= 0);
	ssize_t written = write(file, data + 1, size - 1);
	assert(written == (ssize_t)(size - 1));
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	struct lines *lines;
	int error = lines_open(path, limit, NULL, &lines);
	assert(error == OK);
	const uint8_t *next = data + 1;
	const uint8_t *end = data + size;
	const char *line;
	size_t length;
	uint64_t number = 0;
	while (next < end) {
		size_t used;
		size_t expected = cut(next, (size_t)(end - next), &used);
		error = lines_next(lines, &line, &length);
		assert(lines_number(lines) == ++number);
		assert(error == (expected > limit ? ERR_LIMIT : OK));
		if (error == OK) {
			assert(length == expected && memcmp(line, next, length) == 0);
			assert(line[length] == '\0');
		}
		next += used;
	}
	error = lines_next(lines, &line, &length);
	assert(error == ERR_NOT_FOUND);
	lines_close(lines);
	(void)close(file);
	return 0;
}
