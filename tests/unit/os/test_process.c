/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With an argument the program plays the child that its tests start. */
#include "failing_memory.h"
#include "os/file.h"
#include "os/process.h"
#include "os/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int child(int count, char **arguments)
{
	(void)count;
	const char *what = arguments[1];
	if (strcmp(what, "descriptors") == 0) {
		/* 5 is there and says what it should, nothing between and above is open. */
		char text[8] = "";
		bool is_right = read(5, text, sizeof(text)) == 5 && strcmp(text, "hello") == 0;
		for (int i = 3; i < 1000; i++)
			is_right &= i == 5 || fcntl(i, F_GETFD) < 0;
		return is_right ? 0 : 1;
	}
	if (strcmp(what, "signals") == 0) {
		sigset_t blocked;
		sigprocmask(SIG_SETMASK, NULL, &blocked);
		struct sigaction pipe_action;
		sigaction(SIGPIPE, NULL, &pipe_action);
		return sigismember(&blocked, SIGTERM) == 0 && pipe_action.sa_handler == SIG_DFL ? 0
												: 1;
	}
	if (strcmp(what, "grandchild") == 0) {
		static const char *const SLEEP[] = {"sleep", "60", NULL};
		struct process_options options = {.arguments = SLEEP};
		struct process process;
		if (process_start(&options, NULL, &process) != OK)
			return 1;
		dprintf(STDOUT_FILENO, "%d\n", (int)process.pid);
		pause();
	}
	if (strcmp(what, "parent") == 0)
		kill(getppid(), SIGTERM);
	return 9;
}

static int run(struct process_options options, struct complaint *complaint)
{
	int exit_code = -1;
	int error = process_run(&options, complaint, &exit_code);
	return error == OK ? exit_code : error;
}

static int run_shell(const char *script)
{
	const char *arguments[] = {"sh", "-c", script, NULL};
	return run((struct process_options){.arguments = arguments}, NULL);
}

static void exit_codes_and_signals_come_back(void **state)
{
	(void)state;
	assert_int_equal(run_shell("exit 0"), 0);
	assert_int_equal(run_shell("exit 42"), 42);
	assert_int_equal(run_shell("kill -KILL $$"), 128 + SIGKILL);
}

static void missing_program_is_told(void **state)
{
	(void)state;
	static const char *const ARGUMENTS[] = {"/no/such/program", NULL};
	struct complaint complaint;
	assert_int_equal(run((struct process_options){.arguments = ARGUMENTS}, &complaint),
			 ERR_NOT_FOUND);
	assert_non_null(strstr(complaint.text, "/no/such/program"));
	assert_non_null(strstr(complaint.text, "no such program"));
	static const char *const FOLDER[] = {"/", NULL};
	assert_int_equal(run((struct process_options){.arguments = FOLDER}, &complaint),
			 ERR_PERMISSION);
	static const char *const TRUE[] = {"true", NULL};
	assert_int_equal(run((struct process_options){.arguments = TRUE, .folder = "/no/such"},
			     &complaint),
			 ERR_NOT_FOUND);
	assert_non_null(strstr(complaint.text, "folder"));
}

static void child_has_the_descriptors_named_and_no_others(void **state)
{
	(void)state;
	int ends[2];
	/* Without O_CLOEXEC, as careless libraries open theirs. */
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "hello", 5), 5);
	struct process_descriptor descriptors[] = {{.ours = ends[0], .theirs = 5}};
	static const char *const ARGUMENTS[] = {"test", "descriptors", NULL};
	struct process_options options = {
		.arguments = ARGUMENTS,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = 1,
	};
	assert_int_equal(run(options, NULL), 0);
	close(ends[0]);
	close(ends[1]);
}

static void swapped_descriptors_arrive_swapped(void **state)
{
	(void)state;
	int left[2];
	int right[2];
	assert_int_equal(pipe(left), 0);
	assert_int_equal(pipe(right), 0);
	struct process_descriptor descriptors[] = {
		{.ours = left[1], .theirs = right[1]},
		{.ours = right[1], .theirs = left[1]},
	};
	char script[64];
	snprintf(script, sizeof(script), "printf L >&%d; printf R >&%d", left[1], right[1]);
	const char *arguments[] = {"sh", "-c", script, NULL};
	struct process_options options = {
		.arguments = arguments, .descriptors = descriptors, .descriptor_count = 2};
	assert_int_equal(run(options, NULL), 0);
	char letter;
	assert_int_equal(read(right[0], &letter, 1), 1);
	assert_int_equal(letter, 'L');
	assert_int_equal(read(left[0], &letter, 1), 1);
	assert_int_equal(letter, 'R');
	for (int i = 0; i < 2; i++) {
		close(left[i]);
		close(right[i]);
	}
}

static void environment_is_added_to(void **state)
{
	(void)state;
	assert_int_equal(setenv("DSFI_TEST_OLD", "old", 1), 0);
	assert_int_equal(setenv("DSFI_TEST_KEPT", "kept", 1), 0);
	static const char *const ADDED[] = {"DSFI_TEST_OLD=new", "DSFI_TEST_MORE=more", NULL};
	static const char *const ARGUMENTS[] = {
		"sh", "-c", "test \"$DSFI_TEST_OLD$DSFI_TEST_MORE$DSFI_TEST_KEPT\" = newmorekept",
		NULL};
	assert_int_equal(run((struct process_options){.arguments = ARGUMENTS, .environment = ADDED},
			     NULL),
			 0);
}

static void child_starts_with_signals_as_usual(void **state)
{
	(void)state;
	int signals;
	assert_int_equal(signals_open(&signals), OK);
	static const char *const ARGUMENTS[] = {"test", "signals", NULL};
	assert_int_equal(
		run((struct process_options){.arguments = ARGUMENTS, .is_self = true}, NULL), 0);
	signals_close(signals);
}

static void signals_are_read(void **state)
{
	(void)state;
	int signals;
	int number = 0;
	assert_int_equal(signals_open(&signals), OK);
	assert_int_equal(signals_read(signals, &number), ERR_NOT_FOUND);
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(raise(SIGPIPE), 0);
	assert_int_equal(signals_read(signals, &number), OK);
	assert_int_equal(number, SIGTERM);
	assert_int_equal(signals_read(signals, &number), ERR_NOT_FOUND);
	signals_close(signals);
}

static void ended_child_makes_its_descriptor_readable(void **state)
{
	(void)state;
	static const char *const ARGUMENTS[] = {"sleep", "0.05", NULL};
	struct process_options options = {.arguments = ARGUMENTS};
	struct process process;
	int exit_code = -1;
	assert_int_equal(process_start(&options, NULL, &process), OK);
	assert_int_equal(process_poll(&process, &exit_code), ERR_BUSY);
	struct pollfd ended = {.fd = process.descriptor, .events = POLLIN};
	assert_int_equal(poll(&ended, 1, 10000), 1);
	assert_int_equal(process_poll(&process, &exit_code), OK);
	assert_int_equal(exit_code, 0);
}

static void stubborn_child_is_killed(void **state)
{
	(void)state;
	static const char *const ARGUMENTS[] = {
		"sh", "-c", "trap '' TERM; echo; while :; do sleep 0.01; done", NULL};
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	struct process_descriptor descriptors[] = {{.ours = ends[1], .theirs = 1}};
	struct process_options options = {
		.arguments = ARGUMENTS, .descriptors = descriptors, .descriptor_count = 1};
	struct process process;
	assert_int_equal(process_start(&options, NULL, &process), OK);
	char newline;
	assert_int_equal(read(ends[0], &newline, 1), 1);
	process_stop(&process, 50);
	assert_int_equal(process.pid, 0);
	process_stop(&process, 50);
	close(ends[0]);
	close(ends[1]);
}

/* The grandchild is tied to the child, so killing that one ends it. */
static void nothing_outlives_its_parent(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	static const char *const ARGUMENTS[] = {"test", "grandchild", NULL};
	struct process_descriptor descriptors[] = {{.ours = ends[1], .theirs = 1}};
	struct process_options options = {.arguments = ARGUMENTS,
					  .is_self = true,
					  .descriptors = descriptors,
					  .descriptor_count = 1};
	struct process process;
	assert_int_equal(process_start(&options, NULL, &process), OK);
	close(ends[1]);
	char text[32] = "";
	assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
	process_signal(&process, SIGKILL);
	assert_int_equal(process_wait(&process, NULL), OK);
	/* sleep holds the pipe's other end: end of file says that it is gone. */
	struct pollfd end = {.fd = ends[0], .events = POLLIN};
	assert_int_equal(poll(&end, 1, 10000), 1);
	assert_int_equal(read(ends[0], text, 1), 0);
	close(ends[0]);
}

static void signal_to_us_reaches_the_command(void **state)
{
	(void)state;
	/* The child of the command sends us TERM; we pass it on, and the command's trap answers. */
	static const char *const ARGUMENTS[] = {
		"sh", "-c", "trap 'exit 33' TERM; kill -TERM $PPID; while :; do sleep 0.01; done",
		NULL};
	assert_int_equal(run((struct process_options){.arguments = ARGUMENTS}, NULL), 33);
}

static void failed_allocation_is_told(void **state)
{
	(void)state;
	static const char *const ARGUMENTS[] = {"true", NULL};
	FOR_EACH_FAILURE(which)
	{
		int result = run((struct process_options){.arguments = ARGUMENTS}, NULL);
		assert_int_equal(result, memory_has_failed() ? ERR_MEMORY : OK);
		assert_int_equal(memory_in_use(), 0);
	}
}

int main(int count, char **arguments)
{
	if (count > 1)
		return child(count, arguments);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exit_codes_and_signals_come_back),
		cmocka_unit_test(missing_program_is_told),
		cmocka_unit_test(child_has_the_descriptors_named_and_no_others),
		cmocka_unit_test(swapped_descriptors_arrive_swapped),
		cmocka_unit_test(environment_is_added_to),
		cmocka_unit_test(child_starts_with_signals_as_usual),
		cmocka_unit_test(signals_are_read),
		cmocka_unit_test(ended_child_makes_its_descriptor_readable),
		cmocka_unit_test(stubborn_child_is_killed),
		cmocka_unit_test(nothing_outlives_its_parent),
		cmocka_unit_test(signal_to_us_reaches_the_command),
		cmocka_unit_test(failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
