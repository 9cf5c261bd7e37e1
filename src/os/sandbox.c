/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/sandbox.h"

#include "os/sandbox_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int limit(int resource, rlim_t most)
{
	struct rlimit now;
	if (getrlimit((enum __rlimit_resource)resource, &now) != 0)
		return errno;
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
		most = now.rlim_max;
	now = (struct rlimit){.rlim_cur = most, .rlim_max = most};
	return setrlimit((enum __rlimit_resource)resource, &now) == 0 ? 0 : errno;
}

/* Past RLIMIT_FSIZE a process dies of a signal: its last words would be what kills it. */
static bool is_plain_file(int descriptor)
{
	struct stat status;
	return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

int sandbox_limits(const struct sandbox *sandbox)
{
	/* A core file would hold what is secret; a pipe or socket is no file for RLIMIT_FSIZE. */
	int error = limit(RLIMIT_CORE, 0);
	if (error == 0)
		error = limit(RLIMIT_NPROC, 0);
	const bool writes_files = sandbox->writes_files || sandbox->kind == SANDBOX_FILES;
	if (error == 0 && !writes_files && !is_plain_file(STDERR_FILENO))
		error = limit(RLIMIT_FSIZE, 0);
	if (error == 0 && sandbox->memory_octets_max > 0 && !IS_SANITIZED)
		error = limit(RLIMIT_AS, sandbox->memory_octets_max);
	return error;
}

static int complain_about(struct complaint *complaint, const char *what, int errno_value)
{
	char text[128];
	const int code = errno_value == ENOSYS || errno_value == EINVAL
				 ? ERR_UNSUPPORTED
				 : error_from_errno(errno_value);
	return complain(complaint, code,
			"cannot shut this process in: %s: %s; the kernel must have seccomp filters "
			"(CONFIG_SECCOMP_FILTER), and a container must allow them",
			what, strerror_r(errno_value, text, sizeof(text)));
}

int sandbox_enter(const struct sandbox *sandbox, struct complaint *complaint)
{
	assert(sandbox->kind >= SANDBOX_NETWORK && sandbox->kind <= SANDBOX_FILES);
	int error = sandbox_limits(sandbox);
	if (error != 0)
		return complain_about(complaint, "limits", error);
	error = sandbox_privileges();
	if (error != 0)
		return complain_about(complaint, "capabilities", error);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return complain_about(complaint, "no_new_privs", errno);
	error = sandbox_paths(sandbox->kind);
	if (error != 0)
		return complain_about(complaint, "Landlock", error);
	error = sandbox_calls(sandbox->kind);
	return error == 0 ? OK : complain_about(complaint, "system calls", error);
}
