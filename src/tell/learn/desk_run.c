/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What runs at a desk: the setup script, and servers that are to end. */
#include "base/clock.h"
#include "base/memory.h"
#include "os/file.h"
#include "os/process.h"
#include "tell/learn/desk.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOG_OCTETS_MAX ((size_t)1024 * 1024)
#define NAME_OCTETS_MAX 64
/* A server that was killed holds its sockets until it is gone: looks, and how far apart. */
#define STOP_LOOKS 200
#define STOP_LOOK_MS 10

/* The last line that the script left, which says why it failed. */
static void last_words(const char *path, char *words, size_t room)
{
	char *data;
	size_t size;
	words[0] = 0;
	if (file_read(path, LOG_OCTETS_MAX, NULL, &data, &size))
		return;
	while (size > 0 && data[size - 1] == '\n')
		data[--size] = 0;
	const char *line = strrchr(data, '\n');
	snprintf(words, room, "%s", line ? line + 1 : data);
	memory_give(data);
}

static int keep_first(const struct desk *desk, struct complaint *complaint)
{
	struct text text;
	text_init(&text, LOG_OCTETS_MAX);
	int error = desk_read(desk, DESK_REGISTRY, &text);
	char changes[DESK_PATH_MAX];
	/* What the setup script handed in is no change of the learner's. */
	if (!error && desk_path(desk, DESK_CHANGES, changes) == 0)
		(void)unlink(changes);
	if (!error)
		error = desk_write(desk, DESK_FIRST, &text, complaint);
	text_release(&text);
	return error;
}

int desk_touch(const struct desk *desk, const char *name)
{
	char path[DESK_PATH_MAX];
	int error = desk_path(desk, name, path);
	if (error)
		return error;
	CLOSED_AT_END int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return file >= 0 && futimens(file, NULL) == 0 ? 0 : ERR_IO;
}

int64_t desk_touched_s(const struct desk *desk, const char *name)
{
	char path[DESK_PATH_MAX];
	struct stat then;
	const struct clock clock = clock_system();
	if (desk_path(desk, name, path) || stat(path, &then) != 0)
		return INT64_MAX;
	return clock_wall_s(&clock) - (int64_t)then.st_mtim.tv_sec;
}

uint64_t desk_generation(const struct desk *desk)
{
	char path[DESK_PATH_MAX];
	struct stat now;
	if (desk_path(desk, DESK_FIRST, path) || stat(path, &now) != 0)
		return 0;
	return (uint64_t)now.st_ino ^ (uint64_t)now.st_mtim.tv_sec << 20 ^
	       (uint64_t)now.st_mtim.tv_nsec;
}

int desk_set_up(const struct desk *desk, struct complaint *complaint)
{
	char script[DESK_PATH_MAX];
	char log[DESK_PATH_MAX];
	assert(desk->server != NULL);
	int error = desk_path(desk, DESK_SETUP, script);
	if (!error)
		error = desk_path(desk, DESK_LOG, log);
	if (error)
		return complain(complaint, error, "'%s' is too long a path", desk->folder);
	CLOSED_AT_END int none = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CLOSED_AT_END int said = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (none < 0 || said < 0)
		return complain(complaint, ERR_IO, "cannot write '%s': %m", log);
	const char *const arguments[] = {"/bin/sh", "-e", script, NULL};
	const struct process_descriptor descriptors[] = {{none, 0}, {said, 1}, {said, 2}};
	const struct process_options options = {
		.arguments = arguments,
		.descriptors = descriptors,
		.descriptor_count = 3,
		.folder = desk->folder,
		.new_session = true,
	};
	int code = 0;
	error = process_run(&options, complaint, &code);
	if (!error && code == 0)
		return keep_first(desk, complaint);
	if (error)
		return error;
	char words[512];
	last_words(log, words, sizeof(words));
	return complain(complaint, ERR_IO,
			"the lesson's servers cannot be started (code %d); last words: %s", code,
			words);
}

/* ---- ending servers ---- */

static bool same_namespace(const char *id, const char *kind)
{
	char path[NAME_OCTETS_MAX];
	char theirs[NAME_OCTETS_MAX];
	char ours[NAME_OCTETS_MAX];
	snprintf(path, sizeof(path), "/proc/%.20s/ns/%.20s", id, kind);
	const ssize_t their_length = readlink(path, theirs, sizeof(theirs));
	snprintf(path, sizeof(path), "/proc/self/ns/%.20s", kind);
	const ssize_t our_length = readlink(path, ours, sizeof(ours));
	return their_length > 0 && their_length == our_length &&
	       memcmp(theirs, ours, (size_t)our_length) == 0;
}

/* Is it one of the words? */
static bool is_among(const char *word, const char *words)
{
	assert(!strchr(word, ' '));
	const size_t length = strlen(word);
	for (const char *at = words; *at;) {
		const size_t next = strcspn(at, " ");
		if (next == length && strncmp(at, word, length) == 0)
			return true;
		at += next + (at[next] == ' ');
	}
	return false;
}

/* The process's number here, of the line `NSpid:` whose last number is ours; 0 when it is none of
 * these programs in this network. */
static pid_t server_number(const char *id, const char *programs)
{
	char path[NAME_OCTETS_MAX];
	char line[256];
	char name[NAME_OCTETS_MAX] = "";
	long number = 0;
	if (!same_namespace(id, "net") || !same_namespace(id, "pid"))
		return 0;
	snprintf(path, sizeof(path), "/proc/%.20s/status", id);
	FILE *status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status)) {
		const char *last = strrchr(line, '\t');
		if (sscanf(line, "Name: %63s", name) != 1 && last &&
		    strncmp(line, "NSpid:", 6) == 0)
			number = strtol(last, NULL, 10);
	}
	if (status)
		(void)fclose(status);
	return is_among(name, programs) && number > 1 ? (pid_t)number : 0;
}

static size_t kill_servers(const char *programs)
{
	size_t count = 0;
	DIR *processes = opendir("/proc");
	for (struct dirent *entry; processes && (entry = readdir(processes)) != NULL;) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		const pid_t number = server_number(entry->d_name, programs);
		if (number > 0 && kill(number, SIGKILL) == 0)
			count++;
	}
	if (processes)
		(void)closedir(processes);
	return count;
}

void desk_stop_servers(const struct desk *desk)
{
	const char *programs = lesson_server_programs(desk->server);
	assert(*programs);
	for (int i = 0; i < STOP_LOOKS && kill_servers(programs) > 0; i++) {
		const struct timespec pause = {.tv_nsec = STOP_LOOK_MS * 1000000};
		(void)nanosleep(&pause, NULL);
	}
}

/* ---- clearing ---- */

int desk_clear(const struct desk *desk, struct complaint *complaint)
{
	assert(desk->folder[0] == '/' && desk->folder[1] != 0);
	int error = 0;
	DIR *folder = opendir(desk->folder);
	if (!folder)
		return complain(complaint, ERR_NOT_FOUND, "cannot read '%s': %m", desk->folder);
	for (struct dirent *entry; !error && (entry = readdir(folder)) != NULL;) {
		char path[DESK_PATH_MAX];
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		error = desk_path(desk, entry->d_name, path);
		if (!error && unlink(path) != 0)
			error = folder_remove(path, complaint);
	}
	(void)closedir(folder);
	return error;
}
