/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson: a task about domains of a small world whose name servers the learner looks after, hints
 * that lead to a solution, and what must be so when it is solved.
 *
 * Lessons stand in catalog/lessons (docs/learn.md says how) and are a table made by the build.
 * All of it is static storage.
 */
#ifndef TELL_LEARN_LESSON_H
#define TELL_LEARN_LESSON_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* A file of the learner's folder; @FOLDER@ in it stands for that folder. */
struct lesson_file {
	const char *path;
	const char *text;
};

/* The lesson as it is for one kind of name server. */
struct lesson_server {
	const char *name;  /* "knot" */
	const char *setup; /* a shell script that breaks things and starts servers */
	const char *const *hints;
	size_t hint_count;
	const struct lesson_file *files;
	size_t file_count;
};

/* What must be measured for the lesson to be passed. */
struct lesson_must {
	const char *predicate; /* a row of predicate.h */
	const char *arguments;
	const char *sentence; /* for the learner */
};

struct lesson {
	const char *name;
	const char *title;
	const char *teaches;
	unsigned int minutes;
	const char *domains; /* with a space between two: the registry knows these */
	bool reads_cds;      /* the registry takes DS from CDS records */
	const char *watched; /* a domain that must never fail while the lesson runs; or NULL */
	const char *task;
	const char *world;
	const struct lesson_must *musts;
	size_t must_count;
	const struct lesson_server *servers;
	size_t server_count;
};

/* NULL behind the last; generated. */
const struct lesson *lesson_at(size_t index);
/* NULL: no such lesson. `ret_closest` gets a name to suggest, or NULL. */
const struct lesson *lesson_find(const char *name, const char **ret_closest);
/* The row of this name, or NULL. */
const struct lesson_server *lesson_server_find(const struct lesson *lesson, const char *name);

/*
 * Chooses a server: the one named, or with NULL the first that is installed. Programs are looked
 * for in the folders of `path`, which has colons between two. ERR_ARGUMENT: the lesson has no such
 * server; ERR_UNSUPPORTED: what is needed is not installed, and the complaint says how to get it.
 */
MUST_CHECK int lesson_server_choose(const struct lesson *lesson, const char *name, const char *path,
				    struct complaint *complaint,
				    const struct lesson_server **ret_server);
/* The programs of this server as the kernel calls them, with a space between two. */
const char *lesson_server_programs(const struct lesson_server *server);

/* The commands of all hints, as a shell script. */
void lesson_solution(const struct lesson_server *server, struct text *text);

#endif
