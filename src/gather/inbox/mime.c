/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/inbox/mime_private.h"

#include <assert.h>
#include <string.h>

struct reading {
	mime_take *take;
	void *context;
	struct complaint *complaint;
	unsigned parts;
};

/* Delimiters are lines of two dashes and the boundary, with white space behind (RFC 2046 s5.1.1);
 * two dashes more end the last part. */
enum delimiter { DELIMITER_NONE, DELIMITER_NEXT, DELIMITER_LAST };

static enum delimiter delimiter_of(const char *line, size_t length, const char *boundary)
{
	const size_t boundary_length = strlen(boundary);
	enum delimiter found = DELIMITER_NEXT;
	assert(boundary_length > 0 && boundary_length <= MIME_BOUNDARY_MAX);
	if (length < boundary_length + 2 || line[0] != '-' || line[1] != '-' ||
	    memcmp(line + 2, boundary, boundary_length) != 0)
		return DELIMITER_NONE;
	size_t at = boundary_length + 2;
	if (length >= at + 2 && line[at] == '-' && line[at + 1] == '-') {
		found = DELIMITER_LAST;
		at += 2;
	}
	while (at < length && (line[at] == ' ' || line[at] == '\t'))
		at++;
	return at == length ? found : DELIMITER_NONE;
}

static bool is_wanted(const char *type)
{
	return strcmp(type, "text/plain") == 0 || strncmp(type, "application/", 12) == 0;
}

static int take_leaf(struct reading *reading, const struct mime_header *header, const char *octets,
		     size_t size)
{
	struct text decoded;
	struct mime_part part = {.type = header->type, .number = reading->parts};
	if (!is_wanted(header->type))
		return OK;
	text_init(&decoded, size + 1);
	int error = mime_decode(header->encoding, octets, size, &decoded);
	if (error == ERR_MEMORY) {
		text_release(&decoded);
		return complain(reading->complaint, error, "out of memory");
	}
	part.is_damaged = error != OK;
	if (error == OK) {
		part.octets = text_get(&decoded);
		part.size = decoded.length;
	}
	assert(part.size <= size);
	error = reading->take(reading->context, &part);
	text_release(&decoded);
	return error;
}

static int read_entity(struct reading *reading, const char *octets, size_t size, unsigned depth);

/* The line end before a delimiter belongs to the delimiter. */
static size_t without_line_end(const char *octets, size_t start, size_t end)
{
	assert(start <= end);
	if (end > start && octets[end - 1] == '\n')
		end--;
	if (end > start && octets[end - 1] == '\r')
		end--;
	return end;
}

static int read_parts(struct reading *reading, const struct mime_header *header, const char *octets,
		      size_t size, unsigned depth)
{
	bool is_within = false;
	size_t start = 0;
	for (size_t at = 0; at < size;) {
		size_t length;
		const size_t taken = mime_line(octets, size, at, &length);
		const enum delimiter found = delimiter_of(octets + at, length, header->boundary);
		if (found != DELIMITER_NONE && is_within) {
			const size_t end = without_line_end(octets, start, at);
			const int error =
				read_entity(reading, octets + start, end - start, depth + 1);
			if (error != OK)
				return error;
		}
		if (found == DELIMITER_LAST)
			return OK;
		at += taken;
		if (found == DELIMITER_NEXT) {
			is_within = true;
			start = at;
		}
	}
	/* Cut before its end: what is there is read all the same, and proves itself or not. */
	return is_within ? read_entity(reading, octets + start, size - start, depth + 1) : OK;
}

/* Depth is bounded, so the stack is. */
static int read_entity(struct reading *reading, const char *octets, size_t size, unsigned depth)
{
	struct mime_header header;
	int error = mime_header_read(octets, size, reading->complaint, &header);
	if (error != OK)
		return error;
	assert(header.size <= size && depth < MIME_DEPTH_MAX);
	octets += header.size;
	size -= header.size;
	if (strncmp(header.type, "multipart/", 10) == 0) {
		if (header.boundary[0] == '\0')
			return complain(reading->complaint, ERR_FORMAT,
					"a multipart without a boundary of 1 to %u characters",
					MIME_BOUNDARY_MAX);
		if (depth + 1 >= MIME_DEPTH_MAX)
			return complain(reading->complaint, ERR_LIMIT,
					"parts within parts, more than %u deep", MIME_DEPTH_MAX);
		return read_parts(reading, &header, octets, size, depth);
	}
	if (reading->parts >= MIME_PARTS_MAX)
		return complain(reading->complaint, ERR_LIMIT, "more than %u parts",
				MIME_PARTS_MAX);
	reading->parts++;
	return take_leaf(reading, &header, octets, size);
}

int mime_read(const char *octets, size_t size, mime_take *take, void *context,
	      struct complaint *complaint)
{
	struct reading reading = {.take = take, .context = context, .complaint = complaint};
	assert(octets != NULL && take != NULL);
	return read_entity(&reading, octets, size, 0);
}
