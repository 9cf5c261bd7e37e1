/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/signals.h"

#include "os/file.h"
#include "os/signals_private.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int TAKEN[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};

static sigset_t taken_set(void)
{
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(TAKEN) / sizeof(TAKEN[0]); i++)
		sigaddset(&set, TAKEN[i]);
	return set;
}

int signals_open(int *ret_descriptor)
{
	assert(ret_descriptor != NULL);
	sigset_t set = taken_set();
	int descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (descriptor < 0)
		return error_from_errno(errno);
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || sigaction(SIGPIPE, &ignore, NULL) != 0) {
		int error = error_from_errno(errno);
		descriptor_close(descriptor);
		return error;
	}
	*ret_descriptor = descriptor;
	return OK;
}

int signals_read(int descriptor, int *ret_signal_number)
{
	struct signalfd_siginfo info;
	ssize_t size;
	do {
		size = read(descriptor, &info, sizeof(info));
	} while (size < 0 && errno == EINTR);
	if (size < 0)
		return errno == EAGAIN ? ERR_NOT_FOUND : error_from_errno(errno);
	assert(size == sizeof(info));
	*ret_signal_number = (int)info.ssi_signo;
	return OK;
}

bool signals_ask_to_end(int descriptor)
{
	bool is_asked = false;
	int number = 0;
	while (signals_read(descriptor, &number) == OK)
		is_asked |= number == SIGINT || number == SIGTERM || number == SIGHUP;
	return is_asked;
}

void signals_close(int descriptor)
{
	descriptor_close(descriptor);
	sigset_t set = taken_set();
	int result = sigprocmask(SIG_UNBLOCK, &set, NULL);
	assert(result == 0);
}

void signals_as_new(void)
{
	sigset_t none;
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	struct sigaction plain = {.sa_handler = SIG_DFL};
	(void)sigaction(SIGPIPE, &plain, NULL);
}
