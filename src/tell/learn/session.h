/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson from its opening to its end. Two processes: the outer one makes the folder, and plays
 * the lesson's world (world/run.h) with the inner one in it, which starts the learner's servers and
 * who looks on, runs the learner's shell, and measures when that has ended. Everything ends with
 * the outer one, since the world's processes do.
 */
#ifndef TELL_LEARN_SESSION_H
#define TELL_LEARN_SESSION_H

#include "tell/learn/desk.h"

struct session {
	const struct lesson *lesson;
	const struct lesson_server *server;
	const char *folder;         /* empty or not there yet, kept; NULL: one that goes */
	const char *const *command; /* instead of the shell; ended by NULL; or NULL */
	const char *servers_folder; /* as world_run_options */
};

/* The hidden subcommand that is the inner process, and what it does: its operand. */
#define SESSION_COMMAND "lesson"
#define SESSION_SIT "sit"
#define SESSION_WATCH "watch"

/* Where programs are looked for in a lesson: PATH with what may have servers before and behind. */
void session_path(const char *servers_folder, struct text *text);

/* Plays the lesson. *ret_exit_code is the inner process's. */
MUST_CHECK int session_open(const struct session *session, struct complaint *complaint,
			    int *ret_exit_code);

/* What the inner process does, in three steps. */
struct sitting;
/* Starts servers and who looks on. */
MUST_CHECK int sitting_begin(const struct desk *desk, struct complaint *complaint,
			     struct sitting **ret_sitting);
/* Runs the command in the learner's folder. */
MUST_CHECK int sitting_run(struct sitting *sitting, const char *const *command,
			   struct complaint *complaint, int *ret_exit_code);
/* Ends who looks on. sitting_end(NULL) is fine. */
void sitting_end(struct sitting *sitting);

/* Everything as it was at the beginning; the learner's files go. Hints given stay given. */
MUST_CHECK int session_reset(const struct desk *desk, struct complaint *complaint);

#endif
