/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a process, and commands in the foreground. */
#include "os/file.h"
#include "os/process.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int process_collect(struct process *process, int flags, int *ret_exit_code)
{
	assert(process->pid > 0);
	int status;
	pid_t pid;
	do {
		pid = waitpid(process->pid, &status, flags);
	} while (pid < 0 && errno == EINTR);
	if (pid == 0)
		return ERR_BUSY;
	if (pid < 0)
		return error_from_errno(errno);
	descriptor_close(process->descriptor);
	process->descriptor = -1;
	process->pid = 0;
	process->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (ret_exit_code != NULL)
		*ret_exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return OK;
}

int process_wait(struct process *process, int *ret_exit_code)
{
	assert(process != NULL);
	return process_collect(process, 0, ret_exit_code);
}

int process_poll(struct process *process, int *ret_exit_code)
{
	assert(process != NULL);
	return process_collect(process, WNOHANG, ret_exit_code);
}

void process_signal(const struct process *process, int signal_number)
{
	assert(process != NULL);
	/* By the descriptor: a number may be another process's by now. */
	if (process->pid > 0)
		(void)pidfd_send_signal(process->descriptor, signal_number, NULL, 0);
}

void process_stop(struct process *process, unsigned int grace_ms)
{
	assert(process != NULL);
	if (process->pid <= 0)
		return;
	process_signal(process, SIGTERM);
	process_signal(process, SIGCONT); /* a stopped one could not hear it */
	struct pollfd ended = {.fd = process->descriptor, .events = POLLIN};
	if (poll(&ended, 1, (int)grace_ms) != 1)
		process_signal(process, SIGKILL);
	int error = process_collect(process, 0, NULL);
	assert(error == OK || error == ERR_IO); /* somebody else waited for it */
}

static const int PASSED_ON[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static void pass_on(int signals, const struct process *process, bool new_session)
{
	struct signalfd_siginfo info;
	while (read(signals, &info, sizeof(info)) == sizeof(info)) {
		/* What the terminal sends goes to its whole foreground group, the child included.
		 */
		bool has_it = info.ssi_code == SI_KERNEL && !new_session;
		if (!has_it)
			process_signal(process, (int)info.ssi_signo);
	}
}

static void pass_on_until_end(int signals, const struct process *process, bool new_session)
{
	struct pollfd waits[] = {
		{.fd = process->descriptor, .events = POLLIN},
		{.fd = signals, .events = POLLIN},
	};
	for (;;) {
		int ready = poll(waits, 2, -1);
		if (ready < 0 && errno != EINTR)
			return;
		if (ready > 0 && waits[1].revents != 0)
			pass_on(signals, process, new_session);
		if (ready > 0 && waits[0].revents != 0)
			return;
	}
}

int process_run(const struct process_options *options, struct complaint *complaint,
		int *ret_exit_code)
{
	assert(options != NULL && ret_exit_code != NULL);
	sigset_t set;
	sigset_t before;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(PASSED_ON) / sizeof(PASSED_ON[0]); i++)
		sigaddset(&set, PASSED_ON[i]);
	CLOSED_AT_END int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0 || sigprocmask(SIG_BLOCK, &set, &before) != 0)
		return complain(complaint, error_from_errno(errno),
				"cannot run '%s': signals cannot be watched",
				options->arguments[0]);
	struct process process;
	int error = process_start(options, complaint, &process);
	if (error == OK) {
		pass_on_until_end(signals, &process, options->new_session);
		error = process_wait(&process, ret_exit_code);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return error;
}
