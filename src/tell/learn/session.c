/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/learn/session.h"

#include "base/memory.h"
#include "os/file.h"
#include "os/process.h"
#include "world/run.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPERANDS_MAX 4096
/* A server has a socket below it, whose path has 107 octets at most (unix(7)). */
#define FOLDER_OCTETS_MAX 80
#define STOP_GRACE_MS 200u

struct sitting {
	const struct desk *desk;
	struct process watcher; /* pid 0: nobody looks on */
};

/* The folder of this program, which may have servers beside it. */
static void add_own(struct text *text)
{
	char own[DESK_PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	own[length > 0 ? length : 0] = 0;
	char *slash = strrchr(own, '/');
	if (!slash)
		return;
	*slash = 0;
	text_format(text, "%s:%s/servers/bin:", own, own);
}

void session_path(const char *servers_folder, struct text *text)
{
	const char *path = getenv("PATH");
	if (servers_folder)
		text_format(text, "%s/bin:%s:", servers_folder, servers_folder);
	add_own(text);
	text_format(text, "%s:/usr/sbin:/sbin", path && *path ? path : "/usr/bin:/bin");
}

/* ---- the outer process ---- */

static bool is_empty(const char *path)
{
	size_t count = 0;
	DIR *folder = opendir(path);
	while (folder && readdir(folder))
		count++;
	if (folder)
		(void)closedir(folder);
	return folder && count <= 2;
}

/* An absolute path, so that it means the same to all. */
static int take_folder(const char *path, struct complaint *complaint, char **ret_folder)
{
	int error = folder_make(path, complaint);
	if (error)
		return error;
	if (!is_empty(path))
		return complain(complaint, ERR_EXISTS,
				"'%s' is not empty; a lesson begins in an empty folder", path);
	char *real = realpath(path, NULL);
	if (!real)
		return complain(complaint, error_from_errno(errno), "cannot use '%s': %m", path);
	const size_t size = strlen(real) + 1;
	*ret_folder = memory_take(size);
	if (*ret_folder)
		memcpy(*ret_folder, real, size);
	free(real);
	return *ret_folder ? 0 : complain(complaint, ERR_MEMORY, "out of memory");
}

/* What all that runs in the lesson finds in its environment. */
static int set_environment(const struct session *session, const char *folder,
			   struct complaint *complaint)
{
	struct text path;
	text_init(&path, 64 * (size_t)1024);
	session_path(session->servers_folder, &path);
	const bool is_set = !path.error && setenv("PATH", text_get(&path), 1) == 0 &&
			    setenv(DESK_VARIABLE, folder, 1) == 0;
	text_release(&path);
	return is_set ? 0 : complain(complaint, ERR_MEMORY, "out of memory");
}

static int play(const struct session *session, const char *folder, struct complaint *complaint,
		int *ret_exit_code)
{
	char world[DESK_PATH_MAX];
	char registry[DESK_PATH_MAX];
	const char *words[OPERANDS_MAX] = {"/proc/self/exe", SESSION_COMMAND, SESSION_SIT};
	size_t count = 3;
	struct desk desk = {.lesson = session->lesson, .server = session->server};
	/* A path that does not fit is refused by desk_path, since it fills the buffer. */
	snprintf(desk.folder, sizeof(desk.folder), "%s", folder);
	int error = desk_path(&desk, DESK_WORLD, world);
	if (!error)
		error = desk_path(&desk, DESK_REGISTRY, registry);
	if (error)
		return complain(complaint, error, "'%s' is too long a path", folder);
	if (session->command)
		words[count++] = "--";
	for (size_t i = 0; session->command && session->command[i]; i++) {
		if (count == OPERANDS_MAX - 1)
			return complain(complaint, ERR_LIMIT, "the command has too many words");
		words[count++] = session->command[i];
	}
	error = desk_lay_out(&desk, complaint);
	if (!error)
		error = set_environment(session, folder, complaint);
	if (error)
		return error;
	const struct world_run_options options = {
		.path = world,
		.command = words,
		.servers_folder = session->servers_folder,
		.registry = registry,
		.beside = true,
	};
	return world_run(&options, complaint, ret_exit_code);
}

int session_open(const struct session *session, struct complaint *complaint, int *ret_exit_code)
{
	assert(session->lesson && session->server);
	char *folder = NULL;
	int error = session->folder ? take_folder(session->folder, complaint, &folder)
				    : folder_make_temporary("dsfi-lesson-", complaint, &folder);
	if (error)
		return error;
	assert(folder != NULL);
	if (strlen(folder) > FOLDER_OCTETS_MAX)
		error = complain(
			complaint, ERR_LIMIT,
			"'%s' is too long a path for the sockets of name servers: %d octets "
			"at most (--folder, or TMPDIR)",
			folder, FOLDER_OCTETS_MAX);
	else
		error = play(session, folder, complaint, ret_exit_code);
	if (!session->folder)
		(void)!folder_remove(folder, NULL);
	memory_give(folder);
	return error;
}

/* ---- the inner process ---- */

static int start_watcher(struct sitting *sitting, struct complaint *complaint)
{
	static const char *const arguments[] = {"dsfi", SESSION_COMMAND, SESSION_WATCH, NULL};
	CLOSED_AT_END int none = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (none < 0)
		return complain(complaint, ERR_IO, "cannot open '/dev/null': %m");
	const struct process_descriptor descriptors[] = {{none, 0}, {none, 1}, {none, 2}};
	const struct process_options options = {
		.arguments = arguments,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = 3,
		.new_session = true,
	};
	return process_start(&options, complaint, &sitting->watcher);
}

int sitting_begin(const struct desk *desk, struct complaint *complaint,
		  struct sitting **ret_sitting)
{
	struct sitting *sitting = memory_take_zeroed(1, sizeof(*sitting));
	if (!sitting)
		return complain(complaint, ERR_MEMORY, "out of memory");
	sitting->desk = desk;
	int error = desk_set_up(desk, complaint);
	if (!error && desk->lesson->watched)
		error = start_watcher(sitting, complaint);
	if (error) {
		sitting_end(sitting);
		return error;
	}
	*ret_sitting = sitting;
	return 0;
}

int sitting_run(struct sitting *sitting, const char *const *command, struct complaint *complaint,
		int *ret_exit_code)
{
	assert(command[0] != NULL);
	static const struct process_descriptor standard[] = {{0, 0}, {1, 1}, {2, 2}};
	const struct process_options options = {
		.arguments = command,
		.descriptors = standard,
		.descriptor_count = 3,
		.folder = sitting->desk->folder,
	};
	return process_run(&options, complaint, ret_exit_code);
}

void sitting_end(struct sitting *sitting)
{
	if (!sitting)
		return;
	if (sitting->watcher.pid > 0)
		process_stop(&sitting->watcher, STOP_GRACE_MS);
	memory_give(sitting);
}

int session_reset(const struct desk *desk, struct complaint *complaint)
{
	assert(desk->lesson && desk->server);
	struct text hints;
	text_init(&hints, 64);
	int error = desk_read(desk, DESK_HINTS, &hints);
	desk_stop_servers(desk);
	if (!error)
		error = desk_clear(desk, complaint);
	if (!error)
		error = desk_lay_out(desk, complaint);
	if (!error && hints.length > 0)
		error = desk_write(desk, DESK_HINTS, &hints, complaint);
	text_release(&hints);
	return error ? error : desk_set_up(desk, complaint);
}
