/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/sandbox_private.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* For everybody: descriptors that are there, memory, time, chance, the end. */
static const int calls_of_all[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(lseek),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getrandom),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(sched_yield),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getrusage),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendto),
};

static const int calls_of_network[] = {
	SCMP_SYS(bind),       SCMP_SYS(connect),     SCMP_SYS(setsockopt),
	SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
	SCMP_SYS(shutdown),   SCMP_SYS(sendmmsg),    SCMP_SYS(recvmmsg),
};

static const int calls_of_files[] = {
	SCMP_SYS(pread64),   SCMP_SYS(pwrite64),  SCMP_SYS(fsync),
	SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
};

static int allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
	int error = 0;
	for (size_t i = 0; i < count && error == 0; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return error;
}

/* Not the commands that have the kernel send signals (F_SETOWN, F_SETSIG). */
static int allow_commands(scmp_filter_ctx filter, const int *commands, size_t count)
{
	int error = 0;
	for (size_t i = 0; i < count && error == 0; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
					 SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)commands[i]));
	return error;
}

/* Memory never becomes code. */
static int allow_memory(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code);
	if (error == 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
	return error;
}

/* abort(), and no signal besides: whoever dies of SIGKILL was killed from outside. And what a
 * terminal is like, but nothing else of a device. */
static int allow_narrowly(scmp_filter_ctx filter)
{
	static const int commands[] = {F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL};
	const struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());
	const struct scmp_arg_cmp is_abort = SCMP_A2(SCMP_CMP_EQ, SIGABRT);
	const struct scmp_arg_cmp is_terminal = SCMP_A1(SCMP_CMP_EQ, TCGETS);
	int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2, self, is_abort);
	if (error == 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, is_terminal);
	if (error == 0)
		error = allow_commands(filter, commands, sizeof(commands) / sizeof(commands[0]));
	return error;
}

static int allow_sockets(scmp_filter_ctx filter)
{
	static const int families[] = {AF_INET, AF_INET6};
	int error = allow(filter, calls_of_network,
			  sizeof(calls_of_network) / sizeof(calls_of_network[0]));
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && error == 0; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					 SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]));
	return error;
}

/* How large a file is that is open: the C library asks by its descriptor and an empty path. That a
 * path is empty cannot be seen here: what a named file is like can be asked, too, not what is in
 * it. */
static int allow_files(scmp_filter_ctx filter)
{
	static const int locks[] = {F_GETLK, F_SETLK, F_OFD_GETLK, F_OFD_SETLK};
	int error =
		allow(filter, calls_of_files, sizeof(calls_of_files) / sizeof(calls_of_files[0]));
	if (error == 0)
		error = allow_commands(filter, locks, sizeof(locks) / sizeof(locks[0]));
	if (error == 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
					 SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH));
	return error;
}

int sandbox_calls(enum sandbox_kind kind)
{
	if (IS_SANITIZED)
		return 0;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (filter == NULL)
		return ENOSYS;
	int error = allow(filter, calls_of_all, sizeof(calls_of_all) / sizeof(calls_of_all[0]));
	if (error == 0)
		error = allow_memory(filter);
	if (error == 0)
		error = allow_narrowly(filter);
	if (error == 0 && kind == SANDBOX_NETWORK)
		error = allow_sockets(filter);
	if (error == 0 && kind == SANDBOX_FILES)
		error = allow_files(filter);
	if (error == 0)
		error = seccomp_load(filter);
	seccomp_release(filter);
	return -error;
}
