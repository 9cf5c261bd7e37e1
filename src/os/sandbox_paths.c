/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Landlock, by its numbers: the C library of Debian 12 has no functions for it, and its headers
 * know less than newer kernels do. */
#include "os/sandbox_private.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CREATE_RULESET 444
#define RESTRICT_SELF 446
#define ASK_VERSION 1u

/* struct landlock_ruleset_attr of the newest version; older kernels take its beginning. */
struct ruleset {
	uint64_t paths;
	uint64_t ports;
};
#define PORT_BIND 1u
#define PORT_CONNECT 2u

/* Rights to paths that a version knows: EXECUTE to MAKE_SYM, REFER, TRUNCATE, IOCTL_DEV. */
static uint64_t rights_of(long version)
{
	static const unsigned bits[] = {0, 13, 14, 15, 15, 16};
	const size_t last = sizeof(bits) / sizeof(bits[0]) - 1;
	const size_t index = (size_t)version < last ? (size_t)version : last;
	return (UINT64_C(1) << bits[index]) - 1;
}

int sandbox_paths(enum sandbox_kind kind)
{
	const long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	if (version < 1)
		return 0; /* there is none, or it is switched off */
	struct ruleset ruleset = {.paths = rights_of(version)};
	size_t size = sizeof(ruleset.paths);
	if (version >= 4) { /* TCP; UDP and the rest are the filter's */
		ruleset.ports = kind == SANDBOX_NETWORK ? PORT_BIND : PORT_BIND | PORT_CONNECT;
		size = sizeof(ruleset);
	}
	const long descriptor = syscall(CREATE_RULESET, &ruleset, size, 0);
	if (descriptor < 0)
		return errno;
	const int error = syscall(RESTRICT_SELF, (int)descriptor, 0) == 0 ? 0 : errno;
	(void)close((int)descriptor);
	return error;
}
