/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/file.h"
#include "os/sandbox_private.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's overflow id, "nobody" nearly everywhere: owns nothing. */
#define NOBODY 65534

/* user_namespaces(7): only the first user namespace maps all ids to themselves. Root of another is
 * an ordinary user, and has no other ids to become. */
static bool is_real_root(void)
{
	char line[64] = "";
	CLOSED_AT_END int map = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	if (geteuid() != 0 || map < 0)
		return false;
	const ssize_t size = read(map, line, sizeof(line) - 1);
	return size > 0 && strstr(line, "4294967295") != NULL;
}

static int become_nobody(void)
{
	if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return errno;
	/* The kernel forgets it when ids change (prctl(2)). Init's or a dead parent's child ends.
	 */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return errno;
	return 0;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
	memset(none, 0, sizeof(none));
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
		return errno;
	return syscall(SYS_capset, &header, none) == 0 ? 0 : errno;
}

int sandbox_privileges(void)
{
	int error = is_real_root() ? become_nobody() : 0;
	return error == 0 ? drop_capabilities() : error;
}
