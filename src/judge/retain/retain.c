/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/retain/retain.h"

#include "base/rows.h"
#include "base/text.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define FIELDS 5u
#define DAY_S ((int64_t)86400)
#define YEAR_DAYS 365u

static const char *const classes[] = {"cases", "tries", "drafts"};
static_assert(sizeof(classes) / sizeof(classes[0]) == RETAIN_CLASS_COUNT, "a word a class");

const char *retain_class_text(enum retain_class retain_class)
{
	assert((unsigned)retain_class < RETAIN_CLASS_COUNT);
	return classes[retain_class];
}

struct reading {
	struct retain retain;
	bool is_there[RETAIN_CLASS_COUNT];
};

static int wrong(const struct row *row, const char *what, const char *word)
{
	return complain(row->complaint, ERR_FORMAT, "%s '%.80s'", what, word);
}

/* "3y", "90d", "always". */
static bool time_of(const char *text, int64_t *ret_keep_s)
{
	char digits[8] = "";
	uint64_t number = 0;
	const size_t length = strlen(text);
	if (strcmp(text, "always") == 0) {
		*ret_keep_s = RETAIN_ALWAYS;
		return true;
	}
	if (length < 2 || length > sizeof(digits) ||
	    (text[length - 1] != 'd' && text[length - 1] != 'y'))
		return false;
	memcpy(digits, text, length - 1);
	const uint64_t unit = text[length - 1] == 'y' ? YEAR_DAYS : 1;
	if (number_from_text(digits, 1, RETAIN_DAYS_MAX / unit, &number) != OK)
		return false;
	*ret_keep_s = (int64_t)(number * unit) * DAY_S;
	return true;
}

static int read_row(void *context, const struct row *row)
{
	struct reading *reading = context;
	if (row->count != FIELDS || strcmp(row->fields[0], "keep") != 0)
		return wrong(row, "no row of keep, class, time, what and why:", row->fields[0]);
	for (size_t i = 0; i < RETAIN_CLASS_COUNT; i++) {
		if (strcmp(row->fields[1], classes[i]) != 0)
			continue;
		if (reading->is_there[i])
			return wrong(row, "a class for the second time:", classes[i]);
		reading->is_there[i] = true;
		if (!time_of(row->fields[2], &reading->retain.keep_s[i]))
			return wrong(row, "no time like 90d, 3y or always:", row->fields[2]);
		return OK;
	}
	return wrong(row, "no class (cases, tries, drafts):", row->fields[1]);
}

int retain_read(const struct retain_file *file, struct retain *ret_retain,
		struct complaint *complaint)
{
	const struct retain_file built_in = {.path = "catalog/retention",
					     .text = retain_catalogue(),
					     .size = strlen(retain_catalogue())};
	const struct retain_file *from = file != NULL ? file : &built_in;
	const struct rows_source source = {.path = from->path,
					   .text = from->text,
					   .size = from->size,
					   .size_max = RETAIN_FILE_OCTETS_MAX,
					   .line_max = RETAIN_LINE_OCTETS_MAX};
	struct reading reading = {.is_there = {false}};
	struct arena arena;
	for (size_t i = 0; i < RETAIN_CLASS_COUNT; i++)
		reading.retain.keep_s[i] = RETAIN_ALWAYS;
	/* The file, taken apart: a field takes an octet more than it has. */
	arena_init(&arena, 4 * RETAIN_FILE_OCTETS_MAX, 0);
	const int error = rows_read(&arena, &source, read_row, &reading, complaint);
	arena_release(&arena);
	if (error == OK)
		*ret_retain = reading.retain;
	return error == ERR_MEMORY ? complain(complaint, error, "out of memory") : error;
}
