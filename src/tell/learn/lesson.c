/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/learn/lesson.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_OCTETS_MAX 4096
/* More lessons than there will be. */
#define LESSONS_MAX 64
/* How a command of a hint begins. */
#define COMMAND_INDENT "    "

/* What a lesson of this server needs, and who has it. */
struct kind {
	const char *name;
	const char *programs; /* that must be there, with a space between two */
	const char *running;  /* those of them that keep running */
	const char *install;
};

static const struct kind kinds[] = {
	{"knot", "knotd knotc keymgr kzonesign", "knotd",
	 "Knot DNS (Debian: apt install knot knot-dnssecutils)"},
	{"bind", "named rndc dnssec-keygen dnssec-signzone dnssec-dsfromkey", "named",
	 "BIND 9 (Debian: apt install bind9 bind9-utils)"},
};

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	return NULL;
}

const struct lesson *lesson_find(const char *name, const char **ret_closest)
{
	assert(name != NULL && ret_closest != NULL);
	const char *names[LESSONS_MAX];
	size_t count = 0;
	for (const struct lesson *lesson; count < LESSONS_MAX && (lesson = lesson_at(count));) {
		if (strcmp(lesson->name, name) == 0)
			return lesson;
		names[count++] = lesson->name;
	}
	*ret_closest = text_closest(name, names, count);
	return NULL;
}

const struct lesson_server *lesson_server_find(const struct lesson *lesson, const char *name)
{
	assert(lesson != NULL && name != NULL);
	for (size_t i = 0; i < lesson->server_count; i++) {
		if (strcmp(lesson->servers[i].name, name) == 0)
			return &lesson->servers[i];
	}
	return NULL;
}

static bool is_in_path(const char *program, size_t length, const char *path)
{
	char file[PATH_OCTETS_MAX];
	while (*path) {
		const size_t folder = strcspn(path, ":");
		const int written = snprintf(file, sizeof(file), "%.*s/%.*s", (int)folder, path,
					     (int)length, program);
		if (folder > 0 && written > 0 && (size_t)written < sizeof(file) &&
		    access(file, X_OK) == 0)
			return true;
		path += folder + (path[folder] == ':');
	}
	return false;
}

/* The first program that is missing, with its length; NULL: none. */
static const char *missing_program(const struct kind *kind, const char *path, size_t *ret_length)
{
	for (const char *at = kind->programs; *at;) {
		const size_t length = strcspn(at, " ");
		if (!is_in_path(at, length, path)) {
			*ret_length = length;
			return at;
		}
		at += length + (at[length] == ' ');
	}
	return NULL;
}

static int say_missing(const struct lesson *lesson, const char *path, struct complaint *complaint)
{
	struct text text;
	text_init(&text, COMPLAINT_MAX);
	for (size_t i = 0; i < lesson->server_count; i++) {
		const struct kind *kind = kind_of(lesson->servers[i].name);
		size_t length = 0;
		const char *program = missing_program(kind, path, &length);
		text_format(&text, "%s%s, of which '%.*s' is missing here", i > 0 ? "; or " : "",
			    kind->install, (int)length, program ? program : "");
	}
	int error = complain(complaint, ERR_UNSUPPORTED,
			     "lesson '%s' needs a name server to work with: %s; programs are also "
			     "looked for in the folder DSFI_SERVERS",
			     lesson->name, text_get(&text));
	text_release(&text);
	return error;
}

int lesson_server_choose(const struct lesson *lesson, const char *name, const char *path,
			 struct complaint *complaint, const struct lesson_server **ret_server)
{
	assert(lesson->server_count > 0 && path != NULL);
	size_t length = 0;
	for (size_t i = 0; i < lesson->server_count && !name; i++) {
		const struct lesson_server *server = &lesson->servers[i];
		assert(kind_of(server->name) != NULL);
		if (missing_program(kind_of(server->name), path, &length))
			continue;
		*ret_server = server;
		return 0;
	}
	if (!name)
		return say_missing(lesson, path, complaint);
	const struct lesson_server *server = lesson_server_find(lesson, name);
	if (!server)
		return complain(complaint, ERR_ARGUMENT,
				"lesson '%s' is not there for '%s'; dsfi learn lists what it is "
				"there for",
				lesson->name, name);
	const char *program = missing_program(kind_of(name), path, &length);
	if (program)
		return complain(complaint, ERR_UNSUPPORTED,
				"'%.*s' is not installed here; it belongs to %s", (int)length,
				program, kind_of(name)->install);
	*ret_server = server;
	return 0;
}

const char *lesson_server_programs(const struct lesson_server *server)
{
	const struct kind *kind = kind_of(server->name);
	assert(kind != NULL);
	return kind->running;
}

void lesson_solution(const struct lesson_server *server, struct text *text)
{
	assert(server->hint_count > 0);
	const size_t indent = strlen(COMMAND_INDENT);
	for (size_t i = 0; i < server->hint_count; i++) {
		for (const char *at = server->hints[i]; *at;) {
			const size_t length = strcspn(at, "\n");
			if (length > indent && strncmp(at, COMMAND_INDENT, indent) == 0) {
				text_add_octets(text, at + indent, length - indent);
				text_add_char(text, '\n');
			}
			at += length + (at[length] == '\n');
		}
	}
}
