/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/retain/retain.h"

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
	const char *path;
	unsigned line;
	struct complaint *complaint;
	char *fields[FIELDS]; /* into `text` */
	char text[RETAIN_LINE_OCTETS_MAX];
};

static int wrong(const struct reading *reading, const char *what, const char *word)
{
	return complain(reading->complaint, ERR_FORMAT, "line %u of '%s': %s '%.80s'",
			reading->line, reading->path, what, word);
}

static char *trim(char *text)
{
	text += strspn(text, " \t\r");
	size_t length = strlen(text);
	while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
		text[--length] = '\0';
	return text;
}

static int split(struct reading *reading, char *line)
{
	char *next = line;
	size_t count = 0;
	while (next != NULL && count < FIELDS) {
		char *field = next;
		next = strchr(next, '|');
		if (next != NULL)
			*next++ = '\0';
		reading->fields[count++] = trim(field);
	}
	if (count != FIELDS || next != NULL || strcmp(reading->fields[0], "keep") != 0)
		return wrong(reading, "no row of keep, class, time, what and why:", line);
	return OK;
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

static int read_row(struct reading *reading)
{
	for (size_t i = 0; i < RETAIN_CLASS_COUNT; i++) {
		if (strcmp(reading->fields[1], classes[i]) != 0)
			continue;
		if (reading->is_there[i])
			return wrong(reading, "a class for the second time:", classes[i]);
		reading->is_there[i] = true;
		if (!time_of(reading->fields[2], &reading->retain.keep_s[i]))
			return wrong(reading,
				     "no time like 90d, 3y or always:", reading->fields[2]);
		return OK;
	}
	return wrong(reading, "no class (cases, tries, drafts):", reading->fields[1]);
}

static int read_line(struct reading *reading, char *line)
{
	line[strcspn(line, "#")] = '\0';
	line = trim(line);
	if (line[0] == '\0')
		return OK;
	const int error = split(reading, line);
	return error == OK ? read_row(reading) : error;
}

static int read_text(struct reading *reading, const char *text, size_t size)
{
	int error = OK;
	for (size_t at = 0; error == OK && at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		const size_t length = end != NULL ? (size_t)(end - text) - at : size - at;
		reading->line++;
		if (length >= sizeof(reading->text) || memchr(text + at, '\0', length) != NULL)
			return complain(reading->complaint, ERR_FORMAT,
					"line %u of '%s' is too long, or no text", reading->line,
					reading->path);
		memcpy(reading->text, text + at, length);
		reading->text[length] = '\0';
		error = read_line(reading, reading->text);
		at += length + 1;
	}
	return error;
}

int retain_read(const struct retain_file *file, struct retain *ret_retain,
		struct complaint *complaint)
{
	const struct retain_file built_in = {.path = "catalog/retention",
					     .text = retain_catalogue(),
					     .size = strlen(retain_catalogue())};
	const struct retain_file *from = file != NULL ? file : &built_in;
	struct reading reading = {.path = from->path, .complaint = complaint};
	for (size_t i = 0; i < RETAIN_CLASS_COUNT; i++)
		reading.retain.keep_s[i] = RETAIN_ALWAYS;
	if (from->size > RETAIN_FILE_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "'%s' is longer than %zu octets", from->path,
				RETAIN_FILE_OCTETS_MAX);
	const int error = read_text(&reading, from->text, from->size);
	if (error == OK)
		*ret_retain = reading.retain;
	return error;
}
