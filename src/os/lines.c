/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/lines.h"

#include "base/memory.h"
#include "os/file_private.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* Octets read at a time. */
#define LINES_READ_BYTES ((size_t)64 * 1024)

struct lines {
	int descriptor;
	uint64_t number;
	size_t line_max;
	size_t start; /* of what is not given yet */
	size_t end;
	size_t room;
	bool is_over; /* the file */
	char data[];
};

int lines_open(const char *path, size_t line_max_bytes, struct complaint *complaint,
	       struct lines **ret_lines)
{
	assert(path != NULL && ret_lines != NULL && line_max_bytes > 0);
	int descriptor;
	int error = file_open_to_read(path, complaint, &descriptor);
	if (error != OK)
		return error;
	/* The longest line with its CR LF, a NUL, and a good piece of what follows. */
	size_t room = line_max_bytes + 3 + LINES_READ_BYTES;
	struct lines *lines = memory_take(sizeof(*lines) + room);
	if (lines == NULL) {
		descriptor_close(descriptor);
		return complain(complaint, ERR_MEMORY, "cannot read '%s': out of memory", path);
	}
	*lines = (struct lines){.descriptor = descriptor, .line_max = line_max_bytes, .room = room};
	*ret_lines = lines;
	return OK;
}

void lines_close(struct lines *lines)
{
	if (lines == NULL)
		return;
	descriptor_close(lines->descriptor);
	memory_give(lines);
}

uint64_t lines_number(const struct lines *lines)
{
	return lines->number;
}

/* Reads behind what is there; the last octet is kept for a NUL. */
static int lines_fill(struct lines *lines)
{
	if (lines->start > 0) {
		memmove(lines->data, lines->data + lines->start, lines->end - lines->start);
		lines->end -= lines->start;
		lines->start = 0;
	}
	assert(lines->end < lines->room - 1);
	ssize_t count;
	do {
		count = read(lines->descriptor, lines->data + lines->end,
			     lines->room - 1 - lines->end);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return ERR_IO;
	lines->is_over = count == 0;
	lines->end += (size_t)count;
	return OK;
}

/* The line feed of the next line; NULL at the file's end or when the line is too long. */
static int find_end(struct lines *lines, char **ret_end)
{
	size_t searched = 0;
	for (;;) {
		char *start = lines->data + lines->start;
		size_t size = lines->end - lines->start;
		char *end = memchr(start + searched, '\n', size - searched);
		if (end != NULL || lines->is_over || size > lines->line_max + 1) {
			*ret_end = end;
			return OK;
		}
		searched = size;
		int error = lines_fill(lines);
		if (error != OK)
			return error;
	}
}

/* Skips the rest of a line that is too long. */
static int skip_line(struct lines *lines)
{
	char *end = NULL;
	do {
		int error = find_end(lines, &end);
		if (error != OK)
			return error;
		lines->start = end != NULL ? (size_t)(end - lines->data) + 1 : lines->end;
	} while (end == NULL && !lines->is_over);
	return ERR_LIMIT;
}

int lines_next(struct lines *lines, const char **ret_line, size_t *ret_length)
{
	assert(lines != NULL && ret_line != NULL && ret_length != NULL);
	char *end;
	int error = find_end(lines, &end);
	if (error != OK)
		return error;
	if (end == NULL && lines->is_over && lines->start == lines->end)
		return ERR_NOT_FOUND;
	lines->number++;
	char *line = lines->data + lines->start;
	size_t length = end != NULL ? (size_t)(end - line) : lines->end - lines->start;
	size_t used = length + (end != NULL ? 1 : 0);
	if (length > 0 && line[length - 1] == '\r' && end != NULL)
		length--;
	if (length > lines->line_max)
		return skip_line(lines);
	lines->start += used;
	line[length] = '\0';
	*ret_line = line;
	*ret_length = length;
	return OK;
}
