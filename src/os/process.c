/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a process: everything that may fail is prepared before the fork, the child makes system
 * calls only, and what fails there comes back through a pipe that exec closes. */
#include "os/process.h"

#include "base/memory.h"
#include "os/file.h"
#include "os/signals_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Descriptors are first moved out of the way of the numbers that they shall get. */
#define ASIDE_FIRST 512

enum start_step {
	STEP_PARENT = 1,
	STEP_DESCRIPTORS,
	STEP_FOLDER,
	STEP_NAMESPACE,
	STEP_EXEC,
};

/* What the child sends back when it cannot go on. */
struct start_failure {
	int32_t step;
	int32_t errno_value;
};

struct start {
	const struct process_options *options;
	char **environment;
	pid_t parent;
	int report; /* write end */
};

static void child_fail(const struct start *start, enum start_step step)
{
	struct start_failure failure = {.step = (int32_t)step, .errno_value = errno};
	ssize_t written = write(start->report, &failure, sizeof(failure));
	_exit(written == sizeof(failure) ? 127 : 126);
}

static void child_place_descriptors(const struct start *start)
{
	const struct process_options *options = start->options;
	int aside[PROCESS_DESCRIPTORS_MAX];
	for (size_t i = 0; i < options->descriptor_count; i++) {
		aside[i] = fcntl(options->descriptors[i].ours, F_DUPFD_CLOEXEC, ASIDE_FIRST);
		if (aside[i] < 0)
			child_fail(start, STEP_DESCRIPTORS);
	}
	/* Kernels before 5.11 do not know the flag; our own descriptors are O_CLOEXEC anyway. */
	(void)close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	for (size_t i = 0; i < options->descriptor_count; i++) {
		if (dup2(aside[i], options->descriptors[i].theirs) < 0)
			child_fail(start, STEP_DESCRIPTORS);
	}
}

__attribute__((noreturn)) static void child_run(struct start *start)
{
	const struct process_options *options = start->options;
	/* The report's number may be one that the child shall have. */
	start->report = fcntl(start->report, F_DUPFD_CLOEXEC, ASIDE_FIRST);
	if (start->report < 0)
		_exit(126);
	signals_as_new();
	if (options->new_session)
		(void)setsid();
	if (!options->survives_parent && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		child_fail(start, STEP_PARENT);
	/* It may have gone before the request; in a process namespace of its own getppid is 0. */
	if (!options->survives_parent && getppid() != start->parent && getppid() != 0)
		_exit(126);
	if (options->network_namespace > 0 && setns(options->network_namespace, CLONE_NEWNET) != 0)
		child_fail(start, STEP_NAMESPACE);
	if (options->folder != NULL && chdir(options->folder) != 0)
		child_fail(start, STEP_FOLDER);
	child_place_descriptors(start);
	/* exec takes pointers to char that it does not write to. */
	char *const *arguments = (char *const *)(uintptr_t)options->arguments;
	if (options->is_self)
		(void)execve("/proc/self/exe", arguments, start->environment);
	else
		(void)execvpe(options->arguments[0], arguments, start->environment);
	child_fail(start, STEP_EXEC);
	_exit(126);
}

static int complain_about_start(const struct start *start, const struct start_failure *failure,
				struct complaint *complaint)
{
	static const char *const WHAT[] = {
		[STEP_PARENT] = "tie it to this process",
		[STEP_DESCRIPTORS] = "hand over its descriptors",
		[STEP_FOLDER] = "enter its folder",
		[STEP_NAMESPACE] = "enter its network namespace",
		[STEP_EXEC] = "start it",
	};
	assert(failure->step >= STEP_PARENT && failure->step <= STEP_EXEC);
	const char *program = start->options->arguments[0];
	int code = error_from_errno(failure->errno_value);
	if (failure->step == STEP_EXEC && failure->errno_value == ENOENT)
		return complain(
			complaint, code,
			"cannot run '%s': there is no such program; install it or check PATH",
			program);
	char text[128];
	return complain(complaint, code, "cannot run '%s': cannot %s: %s", program,
			WHAT[failure->step], strerror_r(failure->errno_value, text, sizeof(text)));
}

/* Ours, with theirs behind: getenv takes the first, so a name given again is left out of ours. */
static char **environment_make(const char *const *added)
{
	size_t count = 0;
	for (char **entry = environ; entry != NULL && *entry != NULL; entry++)
		count++;
	size_t added_count = 0;
	while (added != NULL && added[added_count] != NULL)
		added_count++;
	char **environment = memory_take_zeroed(count + added_count + 1, sizeof(char *));
	if (environment == NULL)
		return NULL;
	size_t used = 0;
	for (size_t i = 0; i < added_count; i++)
		environment[used++] = (char *)(uintptr_t)added[i];
	for (size_t i = 0; i < count; i++) {
		size_t name_size = strcspn(environ[i], "=") + 1;
		bool is_replaced = false;
		for (size_t k = 0; k < added_count; k++)
			is_replaced |= strncmp(environ[i], added[k], name_size) == 0;
		if (!is_replaced)
			environment[used++] = environ[i];
	}
	return environment;
}

/* Reads the report: nothing means that exec took place. */
static int start_result(const struct start *start, int report, struct complaint *complaint)
{
	struct start_failure failure;
	ssize_t size;
	do {
		size = read(report, &failure, sizeof(failure));
	} while (size < 0 && errno == EINTR);
	if (size != sizeof(failure))
		return OK;
	return complain_about_start(start, &failure, complaint);
}

static int start_fork(struct start *start, int report, struct complaint *complaint,
		      struct process *ret_process)
{
	struct process process = {.descriptor = -1};
	process.pid = fork();
	if (process.pid == 0)
		child_run(start);
	int errno_value = errno;
	descriptor_close(start->report);
	if (process.pid > 0) {
		process.descriptor = pidfd_open(process.pid, 0);
		errno_value = errno;
	}
	if (process.descriptor < 0) {
		if (process.pid > 0) {
			(void)kill(process.pid, SIGKILL);
			(void)waitpid(process.pid, NULL, 0);
		}
		char text[128];
		return complain(complaint, error_from_errno(errno_value),
				"cannot start a process for '%s': %s", start->options->arguments[0],
				strerror_r(errno_value, text, sizeof(text)));
	}
	int error = start_result(start, report, complaint);
	if (error != OK) {
		descriptor_close(process.descriptor);
		(void)waitpid(process.pid, NULL, 0);
		return error;
	}
	*ret_process = process;
	return OK;
}

int process_start(const struct process_options *options, struct complaint *complaint,
		  struct process *ret_process)
{
	assert(options != NULL && options->arguments != NULL && options->arguments[0] != NULL);
	assert(options->descriptor_count <= PROCESS_DESCRIPTORS_MAX && ret_process != NULL);
	for (size_t i = 0; i < options->descriptor_count; i++)
		assert(options->descriptors[i].theirs < ASIDE_FIRST);
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return complain(
			complaint, error_from_errno(errno),
			"cannot start '%s': no descriptor is free; raise the limit (ulimit -n)",
			options->arguments[0]);
	CLOSED_AT_END int report = ends[0];
	struct start start = {.options = options, .parent = getpid(), .report = ends[1]};
	start.environment = environment_make(options->environment);
	if (start.environment == NULL) {
		descriptor_close(start.report);
		return complain(complaint, ERR_MEMORY, "cannot start '%s': out of memory",
				options->arguments[0]);
	}
	int error = start_fork(&start, report, complaint, ret_process);
	memory_give(start.environment);
	return error;
}
