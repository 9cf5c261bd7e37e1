/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The side of who wants to know. */
#include "cli/reaching.h"

#include "base/memory.h"
#include "base/text.h"
#include "os/process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ARGUMENTS_MAX 16u
/* Index, worked, size, words. */
#define LINE_MAX 1024u

static const char *const kinds[] = {"mail", "webhook", "document"};

const char *reaching_kind_text(enum reach_kind kind)
{
	assert(kind <= REACH_DOCUMENT);
	return kinds[kind];
}

int reaching_kind_from_text(const char *text, enum reach_kind *ret_kind)
{
	for (unsigned i = 0; i <= REACH_DOCUMENT; i++) {
		if (strcmp(text, kinds[i]) == 0) {
			*ret_kind = (enum reach_kind)i;
			return OK;
		}
	}
	return ERR_FORMAT;
}

struct running {
	const struct reaching *reaching;
	struct complaint *complaint;
	const char *arguments[ARGUMENTS_MAX + 1];
	char timeout[32], rate[32];
	FILE *results;
	bool *is_told; /* by index */
	size_t told;
	uint8_t *body;
};

/* --- what it gets ------------------------------------------------------------------------------
 */

static int write_orders(const struct reaching *reaching, struct complaint *complaint, int *ret_file)
{
	const int file = memfd_create("dsfi-reach", MFD_CLOEXEC);
	assert(reaching->count > 0 && reaching->items != NULL);
	FILE *out = file < 0 ? NULL : fdopen(dup(file), "w");
	if (out == NULL) {
		if (file >= 0)
			close(file);
		return complain(complaint, error_from_errno(errno), "cannot make a file in memory");
	}
	for (size_t i = 0; i < reaching->count; i++)
		fprintf(out, "%s %s\n", reaching_kind_text(reaching->items[i].kind),
			reaching->items[i].value);
	if (fclose(out) != 0 || lseek(file, 0, SEEK_SET) < 0) {
		close(file);
		return complain(complaint, ERR_IO, "cannot write a file in memory");
	}
	*ret_file = file;
	return OK;
}

static void set_arguments(const struct options *options, struct running *running)
{
	static const char *const passed[] = {"from", "ca-file", "hints", "trust-anchor"};
	static const char *const written[] = {"--from", "--ca-file", "--hints", "--trust-anchor"};
	size_t count = 0;
	running->arguments[count++] = "dsfi";
	running->arguments[count++] = "reach";
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		if (!options_given(options, passed[i]))
			continue;
		running->arguments[count++] = written[i];
		running->arguments[count++] = options_text(options, passed[i]);
	}
	if (options_given(options, "per-server")) {
		(void)snprintf(running->rate, sizeof(running->rate), "%llu",
			       (unsigned long long)options_number(options, "per-server"));
		running->arguments[count++] = "--per-server";
		running->arguments[count++] = running->rate;
	}
	(void)snprintf(running->timeout, sizeof(running->timeout), "%llums",
		       (unsigned long long)options_number(options, "timeout"));
	running->arguments[count++] = "--timeout";
	running->arguments[count++] = running->timeout;
	assert(count <= ARGUMENTS_MAX);
}

/* --- what it says ------------------------------------------------------------------------------
 */

static int misled(const struct running *running, const char *what)
{
	return complain(running->complaint, ERR_DAMAGED,
			"the process that tries contacts %s; this is a bug", what);
}

/* A number and the space behind it. */
static int take_number(char **next, uint64_t maximum, uint64_t *ret_number)
{
	char *space = strchr(*next, ' ');
	if (space == NULL)
		return ERR_FORMAT;
	*space = '\0';
	const int error = number_from_text(*next, 0, maximum, ret_number);
	*next = space + 1;
	return error;
}

static int take_result(struct running *running, char *line)
{
	assert(running->told < running->reaching->count);
	const struct reaching *reaching = running->reaching;
	struct reaching_result result = {.words = ""};
	uint64_t index = 0, worked = 0, size = 0;
	line[strcspn(line, "\n")] = '\0';
	char *words = line;
	if (!text_is_plain(line, strlen(line)) ||
	    take_number(&words, reaching->count - 1, &index) != OK ||
	    take_number(&words, 1, &worked) != OK ||
	    take_number(&words, HTTP_BODY_MAX, &size) != OK || running->is_told[index])
		return misled(running, "says what cannot be");
	if (size > 0 && fread(running->body, 1, size, running->results) != size)
		return misled(running, "ended too early");
	result = (struct reaching_result){
		.index = (size_t)index,
		.worked = worked != 0,
		.words = words,
		.body = size > 0 ? running->body : NULL,
		.body_size = (size_t)size,
	};
	running->is_told[index] = true;
	running->told++;
	return reaching->take(reaching->context, &result);
}

static int read_results(struct running *running)
{
	char line[LINE_MAX];
	int error = OK;
	while (error == OK && running->told < running->reaching->count) {
		if (fgets(line, sizeof(line), running->results) == NULL ||
		    strchr(line, '\n') == NULL)
			return misled(running, "did not tell of all");
		error = take_result(running, line);
	}
	return error;
}

static int run_child(struct running *running, int orders)
{
	int pipes[2];
	struct process process;
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return complain(running->complaint, error_from_errno(errno), "cannot make a pipe");
	const struct process_descriptor descriptors[] = {{.ours = orders, .theirs = 0},
							 {.ours = pipes[1], .theirs = 1},
							 {.ours = 2, .theirs = 2}};
	const struct process_options options = {
		.arguments = running->arguments,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = 3,
	};
	int error = process_start(&options, running->complaint, &process);
	close(pipes[1]);
	running->results = error == OK ? fdopen(pipes[0], "r") : NULL;
	if (running->results == NULL)
		close(pipes[0]);
	if (error != OK)
		return error;
	error = running->results == NULL ? ERR_MEMORY : read_results(running);
	if (running->results != NULL)
		(void)fclose(running->results);
	int code = 0;
	if (error != OK)
		process_signal(&process, SIGKILL);
	const int waited = process_wait(&process, &code);
	/* It has said itself, on standard error, what is wrong with what it was given. */
	if (error == ERR_DAMAGED && waited == OK && running->told == 0 && code > 0 && code < 128)
		return complain(running->complaint, code == EXIT_USAGE ? ERR_ARGUMENT : ERR_IO,
				"nothing could be tried");
	return error;
}

int reaching_run(const struct options *options, const struct reaching *reaching,
		 struct complaint *complaint)
{
	struct running running = {.reaching = reaching, .complaint = complaint};
	int orders = -1;
	assert(reaching->take != NULL);
	if (reaching->count == 0)
		return OK;
	if (reaching->count > REACHING_MAX)
		return complain(complaint, ERR_LIMIT, "more than %u contacts at a time",
				REACHING_MAX);
	set_arguments(options, &running);
	running.is_told = memory_take_zeroed(reaching->count, sizeof(*running.is_told));
	running.body = memory_take(HTTP_BODY_MAX);
	int error = running.is_told == NULL || running.body == NULL
			    ? complain(complaint, ERR_MEMORY, "out of memory")
			    : write_orders(reaching, complaint, &orders);
	if (error == OK)
		error = run_child(&running, orders);
	if (orders >= 0)
		close(orders);
	memory_give(running.is_told);
	memory_give(running.body);
	return error;
}
