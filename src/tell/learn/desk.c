/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/learn/desk.h"

#include "base/memory.h"
#include "os/file.h"
#include "os/netns.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Zone files and logs of a few domains. */
#define FILE_OCTETS_MAX ((size_t)1024 * 1024)
#define MARK "@FOLDER@"

int desk_path(const struct desk *desk, const char *name, char ret_path[DESK_PATH_MAX])
{
	assert(desk->folder[0] != 0);
	const int length = snprintf(ret_path, DESK_PATH_MAX, "%s/%s", desk->folder, name);
	return length > 0 && length < DESK_PATH_MAX ? 0 : ERR_LIMIT;
}

int desk_read(const struct desk *desk, const char *name, struct text *text)
{
	char path[DESK_PATH_MAX];
	char *data;
	size_t size;
	int error = desk_path(desk, name, path);
	if (!error)
		error = file_read(path, FILE_OCTETS_MAX, NULL, &data, &size);
	if (error)
		return error == ERR_NOT_FOUND ? 0 : error;
	text_add_octets(text, data, size);
	memory_give(data);
	return text->error;
}

/* Makes the folders above the file, too. */
int desk_write(const struct desk *desk, const char *name, const struct text *text,
	       struct complaint *complaint)
{
	char path[DESK_PATH_MAX];
	char above[DESK_PATH_MAX];
	int error = text->error ? text->error : desk_path(desk, name, path);
	if (error)
		return complain(complaint, error, "cannot write '%s': %s", name, error_text(error));
	memcpy(above, path, sizeof(above));
	char *slash = strrchr(above, '/');
	assert(slash != NULL);
	*slash = 0;
	error = folder_make(above, complaint);
	return error ? error : file_write(path, text_get(text), text->length, complaint);
}

int desk_note(const struct desk *desk, const char *name, const char *line)
{
	struct text text;
	text_init(&text, FILE_OCTETS_MAX);
	int error = desk_read(desk, name, &text);
	if (!error && !strstr(text_get(&text), line)) {
		text_format(&text, "%s\n", line);
		error = desk_write(desk, name, &text, NULL);
	}
	text_release(&text);
	return error;
}

/* With the folder where its mark is. */
static void fill_in(const struct desk *desk, const char *given, struct text *text)
{
	for (const char *mark; (mark = strstr(given, MARK)) != NULL; given = mark + strlen(MARK)) {
		text_add_octets(text, given, (size_t)(mark - given));
		text_add(text, desk->folder);
	}
	text_add(text, given);
}

static int put(const struct desk *desk, const char *name, const char *given,
	       struct complaint *complaint)
{
	struct text text;
	text_init(&text, FILE_OCTETS_MAX);
	fill_in(desk, given, &text);
	int error = desk_write(desk, name, &text, complaint);
	text_release(&text);
	return error;
}

int desk_lay_out(const struct desk *desk, struct complaint *complaint)
{
	assert(desk->lesson && desk->server);
	char name[128];
	snprintf(name, sizeof(name), "%s %s\n", desk->lesson->name, desk->server->name);
	int error = put(desk, ".lesson/name", name, complaint);
	if (!error)
		error = put(desk, DESK_WORLD, desk->lesson->world, complaint);
	if (!error)
		error = put(desk, DESK_REGISTRY, "", complaint);
	if (!error)
		error = put(desk, DESK_SETUP, desk->server->setup, complaint);
	if (!error)
		error = put(desk, "README.md", desk->lesson->task, complaint);
	for (size_t i = 0; i < desk->server->file_count && !error; i++)
		error = put(desk, desk->server->files[i].path, desk->server->files[i].text,
			    complaint);
	return error;
}

/* The file with the lesson's and the server's name. */
static int read_name(struct desk *desk, struct complaint *complaint)
{
	struct text text;
	text_init(&text, FILE_OCTETS_MAX);
	char lesson[64] = "";
	char server[64] = "";
	int error = desk_read(desk, ".lesson/name", &text);
	if (!error && sscanf(text_get(&text), "%63s %63s", lesson, server) != 2)
		error = ERR_FORMAT;
	text_release(&text);
	const char *closest;
	desk->lesson = error ? NULL : lesson_find(lesson, &closest);
	desk->server = desk->lesson ? lesson_server_find(desk->lesson, server) : NULL;
	if (!desk->server)
		return complain(complaint, error ? error : ERR_FORMAT,
				"'%s' is no folder of a lesson; leave this shell and open the "
				"lesson again",
				desk->folder);
	return 0;
}

int desk_open(struct desk *ret_desk, struct complaint *complaint)
{
	const char *folder = getenv(DESK_VARIABLE);
	if (!folder || !*folder)
		return complain(complaint, ERR_ARGUMENT,
				"no lesson is open here; dsfi learn lists them, and dsfi learn "
				"LESSON opens one");
	/* What is done there, such as ending every server, must not happen anywhere else. */
	if (!netns_is_peer())
		return complain(complaint, ERR_ARGUMENT,
				"the lesson of '%s' is not open in this network; dsfi learn LESSON "
				"opens one anew",
				folder);
	const int length = snprintf(ret_desk->folder, sizeof(ret_desk->folder), "%s", folder);
	if (length < 0 || (size_t)length >= sizeof(ret_desk->folder))
		return complain(complaint, ERR_LIMIT, "%s is too long a path", DESK_VARIABLE);
	return read_name(ret_desk, complaint);
}
