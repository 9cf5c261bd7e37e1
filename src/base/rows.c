/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rows.h"

#include "base/text.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

struct piece {
	const char *text;
	size_t length;
};

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

static struct piece trim(struct piece piece)
{
	while (piece.length > 0 && is_blank(piece.text[piece.length - 1]))
		piece.length--;
	for (; piece.length > 0 && is_blank(*piece.text); piece.text++)
		piece.length--;
	return piece;
}

static int add_field(struct arena *arena, const struct rows_source *source, struct row *row,
		     struct piece piece)
{
	const struct piece inner = trim(piece);
	if (row->count == ROWS_FIELDS_MAX)
		return complain(row->complaint, ERR_FORMAT, "more than %u fields", ROWS_FIELDS_MAX);
	if (source->field_max != 0 && inner.length > source->field_max)
		return complain(row->complaint, ERR_FORMAT, "field %zu has more than %zu octets",
				row->count + 1, source->field_max);
	if (!text_is_plain(inner.text, inner.length))
		return complain(row->complaint, ERR_FORMAT,
				"field %zu holds control characters, or is no UTF-8",
				row->count + 1);
	char *field = arena_take_octets(arena, inner.length + 1);
	if (field == NULL)
		return ERR_MEMORY;
	if (inner.length > 0)
		memcpy(field, inner.text, inner.length);
	field[inner.length] = '\0';
	row->fields[row->count++] = field;
	return OK;
}

/* Fields between bars, up to a comment. */
static int split(struct arena *arena, const struct rows_source *source, struct row *row,
		 struct piece line)
{
	const char *comment = memchr(line.text, '#', line.length);
	if (comment != NULL)
		line.length = (size_t)(comment - line.text);
	line = trim(line);
	if (line.length == 0)
		return OK;
	for (;;) {
		const char *bar = memchr(line.text, '|', line.length);
		const size_t size = bar == NULL ? line.length : (size_t)(bar - line.text);
		const int error = add_field(arena, source, row, (struct piece){line.text, size});
		if (error != OK || bar == NULL)
			return error;
		line.text += size + 1;
		line.length -= size + 1;
	}
}

static int check_line(const struct rows_source *source, struct piece line,
		      struct complaint *complaint)
{
	if (source->line_max != 0 && line.length >= source->line_max)
		return complain(complaint, ERR_FORMAT, "%zu octets or more", source->line_max);
	if (memchr(line.text, '\0', line.length) != NULL)
		return complain(complaint, ERR_FORMAT, "no text");
	return OK;
}

int rows_read(struct arena *arena, const struct rows_source *source, rows_take *take, void *context,
	      struct complaint *complaint)
{
	assert(source->path != NULL && take != NULL);
	if (source->size > source->size_max)
		return complain(complaint, ERR_LIMIT, "'%s' has more than %zu octets", source->path,
				source->size_max);
	const char *at = source->text;
	const char *end = at + source->size;
	for (unsigned number = 1; at < end; number++) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const struct piece line = {at, (size_t)((feed != NULL ? feed : end) - at)};
		struct row row = {.complaint = complaint};
		int error = check_line(source, line, complaint);
		if (error == OK)
			error = split(arena, source, &row, line);
		if (error == OK && row.count > 0)
			error = take(context, &row);
		if (error == ERR_MEMORY)
			return error;
		if (error != OK)
			return complain_more(complaint, error, "line %u of '%s'", number,
					     source->path);
		at += line.length + (feed != NULL);
	}
	return OK;
}
