/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/case/clocks.h"

#include "base/arena.h"
#include "base/memory.h"
#include "base/rows.h"
#include "base/text.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* The word, the name, a time for each duty, remind, reference. */
#define FIELDS (CASE_DUTY_COUNT + 4u)
#define FIELD_OCTETS_MAX 200u

struct case_clocks {
	struct arena arena;
	size_t count;
	struct case_clock rows[CASE_CLOCKS_ROWS_MAX];
};

static const char *const duties[] = {"acknowledge", "answer", "request", "act",
				     "verify",      "close",  "resolve"};
static_assert(sizeof(duties) / sizeof(duties[0]) == CASE_DUTY_COUNT, "every duty has its word");

const char *case_duty_text(enum case_duty duty)
{
	assert((unsigned)duty < CASE_DUTY_COUNT);
	return duties[duty];
}

/* "90s", "15m", "4h", "30d". */
static int time_from_field(const char *text, int64_t *ret_seconds)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char digits[12];
	uint64_t number = 0;
	const size_t length = strlen(text);
	if (length < 2 || length > sizeof(digits))
		return ERR_FORMAT;
	memcpy(digits, text, length - 1);
	digits[length - 1] = '\0';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (text[length - 1] != units[i].unit)
			continue;
		const uint64_t most = (uint64_t)(CASE_CLOCK_S_MAX / units[i].seconds);
		if (number_from_text(digits, 1, most, &number) != OK)
			return ERR_FORMAT;
		*ret_seconds = (int64_t)number * units[i].seconds;
		return OK;
	}
	return ERR_FORMAT;
}

static int read_row(void *context, const struct row *line)
{
	struct case_clocks *clocks = context;
	struct case_clock row = {.name = line->fields[1], .reference = line->fields[FIELDS - 1]};
	if (strcmp(line->fields[0], "clocks") != 0)
		return complain(line->complaint, ERR_FORMAT, "'%.32s' is not clocks",
				line->fields[0]);
	if (line->count != FIELDS)
		return complain(line->complaint, ERR_FORMAT,
				"a preset has %u fields, not %zu; | is between them", FIELDS,
				line->count);
	if (row.name[0] == '\0' || strlen(row.name) > CASE_CLOCKS_NAME_MAX)
		return complain(line->complaint, ERR_FORMAT, "a name has 1 to %u octets",
				CASE_CLOCKS_NAME_MAX);
	if (case_clocks_find(clocks, row.name) != NULL)
		return complain(line->complaint, ERR_FORMAT, "'%s' for the second time", row.name);
	if (clocks->count == CASE_CLOCKS_ROWS_MAX)
		return complain(line->complaint, ERR_LIMIT, "more than %u presets",
				CASE_CLOCKS_ROWS_MAX);
	for (size_t i = 0; i <= CASE_DUTY_COUNT; i++) {
		int64_t *time = i < CASE_DUTY_COUNT ? &row.within_s[i] : &row.remind_s;
		if (time_from_field(line->fields[i + 2], time) != OK)
			return complain(line->complaint, ERR_FORMAT,
					"'%.32s' is no time for '%s'; 90s, 15m, 4h and 30d are, up "
					"to a year",
					line->fields[i + 2],
					i < CASE_DUTY_COUNT ? duties[i] : "remind");
	}
	clocks->rows[clocks->count++] = row;
	return OK;
}

static int read_all(struct case_clocks *clocks, const struct case_clocks_file *file,
		    struct complaint *complaint)
{
	const struct rows_source source = {.path = file->path,
					   .text = file->text,
					   .size = file->size,
					   .size_max = CASE_CLOCKS_FILE_OCTETS_MAX,
					   .field_max = FIELD_OCTETS_MAX};
	const int error = rows_read(&clocks->arena, &source, read_row, clocks, complaint);
	if (error == ERR_MEMORY)
		return complain(complaint, error, "no memory for the table of clocks");
	if (error == OK && case_clocks_find(clocks, CASE_CLOCKS_DEFAULT) == NULL)
		return complain(complaint, ERR_FORMAT,
				"'%s': there is no '%s', for notices that name none", file->path,
				CASE_CLOCKS_DEFAULT);
	return error;
}

int case_clocks_new(const struct case_clocks_file *file, struct case_clocks **ret_clocks,
		    struct complaint *complaint)
{
	const struct case_clocks_file catalogue = {.path = "catalog/clocks",
						   .text = case_clocks_catalogue(),
						   .size = strlen(case_clocks_catalogue())};
	if (file == NULL)
		file = &catalogue;
	struct case_clocks *clocks = memory_take_zeroed(1, sizeof(*clocks));
	if (clocks == NULL)
		return ERR_MEMORY;
	/* The file, taken apart: a field takes an octet more than it has, of two on a line. */
	arena_init(&clocks->arena, 4 * CASE_CLOCKS_FILE_OCTETS_MAX, 0);
	const int error = read_all(clocks, file, complaint);
	if (error != OK) {
		case_clocks_free(clocks);
		return error;
	}
	*ret_clocks = clocks;
	return OK;
}

void case_clocks_free(struct case_clocks *clocks)
{
	if (clocks == NULL)
		return;
	arena_release(&clocks->arena);
	memory_give(clocks);
}

/* FNV-1a, 64 bits. */
static uint64_t mix(uint64_t mark, const void *data, size_t size)
{
	const uint8_t *octets = data;
	for (size_t i = 0; i < size; i++)
		mark = (mark ^ octets[i]) * UINT64_C(0x100000001b3);
	return mark;
}

uint64_t case_clocks_mark(const struct case_clocks *clocks)
{
	uint64_t mark = UINT64_C(0xcbf29ce484222325);
	assert(clocks->count <= CASE_CLOCKS_ROWS_MAX);
	for (size_t i = 0; i < clocks->count; i++) {
		const struct case_clock *row = &clocks->rows[i];
		mark = mix(mark, row->name, strlen(row->name) + 1);
		mark = mix(mark, row->within_s, sizeof(row->within_s));
		mark = mix(mark, &row->remind_s, sizeof(row->remind_s));
	}
	return mark;
}

const struct case_clock *case_clocks_at(const struct case_clocks *clocks, size_t index)
{
	return index < clocks->count ? &clocks->rows[index] : NULL;
}

const struct case_clock *case_clocks_find(const struct case_clocks *clocks, const char *name)
{
	for (size_t i = 0; i < clocks->count; i++) {
		if (strcmp(clocks->rows[i].name, name) == 0)
			return &clocks->rows[i];
	}
	return NULL;
}

const struct case_clock *case_clocks_for(const struct case_clocks *clocks, const char *name)
{
	const struct case_clock *found = name != NULL ? case_clocks_find(clocks, name) : NULL;
	if (found == NULL)
		found = case_clocks_find(clocks, CASE_CLOCKS_DEFAULT);
	assert(found != NULL && found->remind_s > 0);
	return found;
}
