/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The desk: the folder of a lesson that is under way. The learner's files stand in it, and in
 * `.lesson` what the lesson keeps for itself: its name, the world, what the registry has, how many
 * hints were given, what was seen going wrong. Its path is in DSFI_LESSON for all that runs inside.
 */
#ifndef TELL_LEARN_DESK_H
#define TELL_LEARN_DESK_H

#include "tell/learn/lesson.h"

#include <stdint.h>

#define DESK_PATH_MAX 4096
#define DESK_VARIABLE "DSFI_LESSON"

struct desk {
	char folder[DESK_PATH_MAX];
	const struct lesson *lesson;
	const struct lesson_server *server;
};

/* Files of the desk's own. */
#define DESK_WORLD ".lesson/world.yaml"
#define DESK_REGISTRY ".lesson/registry"    /* DS records: what the world's parents have */
#define DESK_FIRST ".lesson/registry.first" /* the same when the learner began; written last */
#define DESK_CHANGES ".lesson/changes"      /* of the registry, one a line: "by hand", "cds" */
#define DESK_HINTS ".lesson/hints"          /* how many were given */
#define DESK_SEEN ".lesson/seen"            /* what went wrong meanwhile, one a line */
#define DESK_WATCHING ".lesson/watching"    /* touched at each look */
#define DESK_SETUP ".lesson/setup"
#define DESK_LOG ".lesson/setup.log"

/* Lays a lesson out in a folder that is there and empty, or holds what desk_clear left. */
MUST_CHECK int desk_lay_out(const struct desk *desk, struct complaint *complaint);
/* The one that DSFI_LESSON names; ERR_ARGUMENT when there is none, or not in this network. */
MUST_CHECK int desk_open(struct desk *ret_desk, struct complaint *complaint);
/* Removes everything from its folder. */
MUST_CHECK int desk_clear(const struct desk *desk, struct complaint *complaint);
/* "FOLDER/name"; ERR_LIMIT. */
MUST_CHECK int desk_path(const struct desk *desk, const char *name, char ret_path[DESK_PATH_MAX]);
/* Reads a small file; one that is not there is empty. */
MUST_CHECK int desk_read(const struct desk *desk, const char *name, struct text *text);
MUST_CHECK int desk_write(const struct desk *desk, const char *name, const struct text *text,
			  struct complaint *complaint);
/* Adds a line; once: not if it is there already. */
MUST_CHECK int desk_note(const struct desk *desk, const char *name, const char *line);
/* Sets the time of an empty file, which is made if need be. */
MUST_CHECK int desk_touch(const struct desk *desk, const char *name);
/* Seconds since then; INT64_MAX: never. */
int64_t desk_touched_s(const struct desk *desk, const char *name);
/* Runs the lesson's setup script, which starts the servers, and keeps what the registry has then.
 * The complaint has its last words. */
MUST_CHECK int desk_set_up(const struct desk *desk, struct complaint *complaint);
/* Tells one laying out from another; 0 while it is not finished. */
uint64_t desk_generation(const struct desk *desk);
/* Ends the servers, whoever started them: every process of theirs in this network. */
void desk_stop_servers(const struct desk *desk);

#endif
