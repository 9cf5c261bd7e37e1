/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/targets.h"

#include "base/memory.h"
#include "cli/list_line.h"
#include "cli/name_window.h"
#include "os/lines.h"

#include <assert.h>
#include <string.h>

struct targets {
	struct targets_source source;
	struct name_window window;
	struct lines *lines; /* NULL: read to its end */
	uint32_t window_max;
	uint64_t read; /* names of all windows */
};

/* How the list is called in a sentence. */
static const char *list_name(const struct targets *targets)
{
	return strcmp(targets->source.path, "-") == 0 ? "standard input" : targets->source.path;
}

/* ---- one name ---- */

static int add_name(struct targets *targets, const char *text, struct complaint *complaint)
{
	struct name name;
	bool is_converted = false;
	int error = name_from_user(text, &name, &is_converted, complaint);
	if (error != OK)
		return error;
	if (name_is_root(name.octets))
		return complain(
			complaint, ERR_FORMAT,
			"'.' is the root, which no parent delegates; name a domain below it");
	error = name_window_add(&targets->window, name.octets);
	if (error == ERR_EXISTS)
		return OK;
	if (error != OK)
		return complain(complaint, error, "the list of targets is too long: %s",
				error_text(error));
	targets->read++;
	if (is_converted && targets->source.converted != NULL)
		targets->source.converted(targets->source.context, text, name.octets);
	return OK;
}

/* ---- a list ---- */

static int add_line(struct targets *targets, const char *line, size_t length,
		    struct complaint *complaint)
{
	struct list_line read;
	int error = list_line_read(line, length, &read, complaint);
	if (error == OK && read.word != NULL)
		error = add_name(targets, read.word, complaint);
	if (error != OK)
		(void)complain_more(complaint, error, "'%s' line %llu", list_name(targets),
				    (unsigned long long)lines_number(targets->lines));
	return error;
}

static int read_lines(struct targets *targets, struct complaint *complaint)
{
	const char *line;
	size_t length;
	int error = OK;
	while (error == OK && targets->window.count < targets->window_max) {
		error = lines_next(targets->lines, &line, &length);
		if (error == OK)
			error = add_line(targets, line, length, complaint);
		else if (error == ERR_LIMIT)
			(void)complain(complaint, error,
				       "'%s' line %llu is longer than %u octets; a target list has "
				       "one domain a line",
				       list_name(targets),
				       (unsigned long long)lines_number(targets->lines),
				       LIST_LINE_MAX);
		else if (error != ERR_NOT_FOUND)
			(void)complain(complaint, error, "'%s' cannot be read: %s",
				       list_name(targets), error_text(error));
	}
	if (error != ERR_NOT_FOUND)
		return error;
	lines_close(targets->lines);
	targets->lines = NULL;
	return OK;
}

static int fill(struct targets *targets, struct complaint *complaint)
{
	if (targets->lines == NULL)
		return ERR_NOT_FOUND;
	name_window_reset(&targets->window);
	int error = read_lines(targets, complaint);
	if (error != OK)
		return error;
	name_window_shuffle(&targets->window, targets->source.random);
	return targets->window.count > 0 ? OK : ERR_NOT_FOUND;
}

/* ---- */

static int open_list(struct targets *targets, struct complaint *complaint)
{
	const char *path = targets->source.path;
	if (path == NULL)
		return OK;
	targets->window_max = strcmp(path, "-") == 0 ? TARGETS_WINDOW : UINT32_MAX;
	int error = lines_open(path, LIST_LINE_MAX, complaint, &targets->lines);
	return error == OK ? read_lines(targets, complaint) : error;
}

static int open_all(struct targets *targets, struct complaint *complaint)
{
	const char *const *words = targets->source.words;
	int error = OK;
	for (size_t i = 0; error == OK && words != NULL && words[i] != NULL; i++)
		error = add_name(targets, words[i], complaint);
	if (error == OK)
		error = open_list(targets, complaint);
	if (error != OK)
		return error;
	if (targets->window.count == 0 && targets->source.path != NULL)
		return complain(complaint, ERR_ARGUMENT,
				"'%s' names no domain; a target list has one domain a line",
				list_name(targets));
	if (targets->window.count == 0)
		return complain(complaint, ERR_ARGUMENT,
				"nothing to look at; name a domain, or a list with --targets FILE");
	name_window_shuffle(&targets->window, targets->source.random);
	return OK;
}

int targets_open(const struct targets_source *source, struct complaint *complaint,
		 struct targets **ret_targets)
{
	assert(source->random != NULL);
	struct targets *targets = memory_take_zeroed(1, sizeof(*targets));
	if (targets == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the list of targets");
	targets->source = *source;
	targets->window_max = UINT32_MAX;
	name_window_init(&targets->window, source->random);
	int error = open_all(targets, complaint);
	if (error != OK) {
		targets_close(targets);
		return error;
	}
	*ret_targets = targets;
	return OK;
}

void targets_close(struct targets *targets)
{
	if (targets == NULL)
		return;
	lines_close(targets->lines);
	name_window_release(&targets->window);
	memory_give(targets);
}

int targets_next(struct targets *targets, struct complaint *complaint, uint8_t *ret_name)
{
	const uint8_t *name = name_window_next(&targets->window);
	if (name == NULL) {
		int error = fill(targets, complaint);
		if (error != OK)
			return error;
		name = name_window_next(&targets->window);
	}
	(void)name_copy(ret_name, name);
	return OK;
}

uint64_t targets_total(const struct targets *targets)
{
	return targets->lines == NULL ? targets->read : 0;
}
