/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process in the sandbox cannot do, tried from inside, one child a row: each attempt works
 * outside, so that it is the sandbox that forbids it.
 */
#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

/* Each gives 0 when it worked, else errno. */
static int opens_to_read(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

static int opens_to_write(void)
{
	return open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) >= 0 ? 0 : errno;
}

static int executes(void)
{
	char *const arguments[] = {(char *)(uintptr_t) "true", NULL};
	(void)execv("/bin/true", arguments);
	return errno; /* on success the child ends with 0 */
}

static int forks(void)
{
	const pid_t child = fork();
	if (child == 0)
		_exit(0);
	return child > 0 ? 0 : errno;
}

static int signals_parent(void)
{
	return kill(getppid(), 0) == 0 ? 0 : errno;
}

/* Only SIGABRT may be: who dies of another signal was killed by somebody. */
static int signals_itself(void)
{
	return syscall(SYS_tgkill, getpid(), getpid(), SIGCONT) == 0 ? 0 : errno;
}

/* By way of the kernel, when something comes in. */
static int signals_by_descriptor(void)
{
	int ends[2];
	return pipe(ends) == 0 && fcntl(ends[0], F_SETOWN, getpid()) == 0 &&
			       fcntl(ends[0], F_SETSIG, SIGCONT) == 0
		       ? 0
		       : errno;
}

static int traces(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

static int makes_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
			       MAP_FAILED
		       ? 0
		       : errno;
}

static int listens_locally(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 ? 0 : errno;
}

enum { SCRATCH = 56 }; /* a file without a name, open from the start */

static int writes_file(void)
{
	return pwrite(SCRATCH, "x", 1, 4096) == 1 ? 0 : errno;
}

static int syncs_file(void)
{
	return fdatasync(SCRATCH) == 0 ? 0 : errno;
}

static int cuts_file(void)
{
	return ftruncate(SCRATCH, 0) == 0 ? 0 : errno;
}

static int removes_file(void)
{
	return unlink("/tmp/no such file") == 0 || errno == ENOENT ? 0 : errno;
}

static int unshares(void)
{
	return syscall(SYS_unshare, 0) == 0 ? 0 : errno;
}

static int takes_memory(void)
{
	void *memory = malloc((size_t)8 << 20);
	if (memory == NULL)
		return ENOMEM;
	memset(memory, 1, (size_t)8 << 20);
	free(memory);
	return 0;
}

static int sends_udp(void)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return errno;
	const ssize_t sent =
		sendto(descriptor, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to));
	return sent == 1 ? 0 : errno;
}

struct row {
	const char *name;
	int (*attempt)(void);
	bool network, pure, files; /* does it work there? */
};

static const struct row rows[] = {
	{"opens a file to read", opens_to_read, false, false, false},
	{"opens a file to write", opens_to_write, false, false, false},
	{"executes a program", executes, false, false, false},
	{"makes a process", forks, false, false, false},
	{"signals its parent", signals_parent, false, false, false},
	{"signals itself", signals_itself, false, false, false},
	{"signals by a descriptor", signals_by_descriptor, false, false, false},
	{"has itself traced", traces, false, false, false},
	{"makes memory executable", makes_code, false, false, false},
	{"makes a local socket", listens_locally, false, false, false},
	{"enters namespaces", unshares, false, false, false},
	{"sends a datagram", sends_udp, true, false, false},
	{"takes memory", takes_memory, true, true, true},
	{"writes a file that is open", writes_file, false, false, true},
	{"syncs a file that is open", syncs_file, false, false, true},
	{"cuts a file that is open", cuts_file, false, false, true},
	{"removes a file", removes_file, false, false, false},
};

enum { OUTSIDE = -1, NOT_ENTERED = 120 };

/* In a child, so that each is shut in alone. Its exit code is the errno. */
static int attempt(int (*what)(void), int kind)
{
	int status;
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct complaint complaint = {""};
		const struct sandbox sandbox = {.kind = (enum sandbox_kind)kind};
		if (kind != OUTSIDE && sandbox_enter(&sandbox, &complaint) != OK)
			_exit(NOT_ENTERED);
		_exit(what());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool works_in(const struct row *row, int kind)
{
	if (kind == SANDBOX_NETWORK)
		return row->network;
	return kind == SANDBOX_PURE ? row->pure : row->files;
}

static void check(int kind)
{
	if (IS_SANITIZED)
		skip();
	const int scratch = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_int_equal(dup2(scratch, SCRATCH), SCRATCH);
	(void)close(scratch);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const bool works = works_in(&rows[i], kind);
		if (attempt(rows[i].attempt, OUTSIDE) != 0)
			fail_msg("outside, it cannot be tried: %s", rows[i].name);
		const int error = attempt(rows[i].attempt, kind);
		if (works ? error != 0 : error != EPERM && error != EACCES)
			fail_msg("%s: errno %d", rows[i].name, error);
	}
	(void)close(SCRATCH);
}

static void test_network(void **state)
{
	(void)state;
	check(SANDBOX_NETWORK);
}

static void test_pure(void **state)
{
	(void)state;
	check(SANDBOX_PURE);
}

static void test_files(void **state)
{
	(void)state;
	check(SANDBOX_FILES);
}

enum { PIPE = 57 };

static int writes_to_pipe(void)
{
	return write(PIPE, "x", 1) == 1 ? 0 : errno;
}

/* What is open stays so. */
static void test_what_was_open(void **state)
{
	int ends[2];
	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], PIPE), PIPE);
	assert_int_equal(attempt(writes_to_pipe, SANDBOX_PURE), 0);
	(void)close(ends[0]);
	(void)close(ends[1]);
	(void)close(PIPE);
}

static void test_memory(void **state)
{
	int status;
	(void)state;
	if (IS_SANITIZED)
		skip();
	const pid_t child = fork();
	if (child == 0) {
		const struct sandbox sandbox = {.kind = SANDBOX_PURE,
						.memory_octets_max = (size_t)64 << 20};
		if (sandbox_enter(&sandbox, NULL) != OK)
			_exit(NOT_ENTERED);
		_exit(malloc((size_t)128 << 20) == NULL ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

enum { PLAIN_FILE = 58 };

static int writes_to_standard_error(void)
{
	return write(STDERR_FILENO, "x", 1) == 1 ? 0 : errno;
}

/* What the signal of the limit does to a process stands in its status, hence no attempt(). */
static int status_of_writing(int standard_error)
{
	int status;
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		const struct sandbox sandbox = {.kind = SANDBOX_PURE};
		if (dup2(standard_error, STDERR_FILENO) < 0 || sandbox_enter(&sandbox, NULL) != OK)
			_exit(NOT_ENTERED);
		if (writes_to_standard_error() != 0)
			_exit(1);
		_exit(write(PLAIN_FILE, "x", 1) == 1 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* Last words can be said wherever standard error goes; else no octet reaches a plain file. */
static void test_plain_files(void **state)
{
	int ends[2];
	(void)state;
	const int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	assert_int_equal(dup2(file, PLAIN_FILE), PLAIN_FILE);
	assert_int_equal(pipe(ends), 0);
	const int by_file = status_of_writing(file);
	const int by_pipe = status_of_writing(ends[1]);
	assert_true(WIFEXITED(by_file));
	assert_int_equal(WEXITSTATUS(by_file), 0);
	assert_true(WIFSIGNALED(by_pipe));
	assert_int_equal(WTERMSIG(by_pipe), SIGXFSZ);
	(void)close(ends[0]);
	(void)close(ends[1]);
	(void)close(file);
	(void)close(PLAIN_FILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_network), cmocka_unit_test(test_pure),
		cmocka_unit_test(test_files),   cmocka_unit_test(test_what_was_open),
		cmocka_unit_test(test_memory),  cmocka_unit_test(test_plain_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
