/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process may still do, once it has all that it needs: nothing but its work. Entered before
 * the first byte from outside is read, and never left.
 *
 * In this order: the kernel's limits (no core file, no new process, memory as given, no octet in a
 * plain file unless it is said or standard error is one); capabilities dropped, and, when started
 * by real root, the user with them; no_new_privs; Landlock without any rule, so that no path can be
 * opened, made or run; an allow-list of system calls (seccomp). What is not on the list gives EPERM
 * and not a signal: a library that looks for a file it could do without goes on, and gets nothing.
 *
 * Kernels differ. Landlock is used where there is one (5.13); no_new_privs and seccomp must work.
 * Built with the address sanitizer, which makes calls and takes memory as it likes, neither the
 * list of calls nor the limit of memory is set.
 *
 * Not undone, and inherited by threads made later. Errors: ERR_UNSUPPORTED (the kernel has no
 * seccomp), ERR_PERMISSION, ERR_IO, with a sentence.
 */
#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum sandbox_kind {
	SANDBOX_NETWORK, /* its descriptors, and new UDP and TCP sockets */
	SANDBOX_PURE,    /* the descriptors it has, and memory */
	SANDBOX_FILES,   /* the same, and files among them may be written, cut and synced */
};

struct sandbox {
	enum sandbox_kind kind;
	size_t memory_octets_max; /* address space; 0: as it was */
	bool writes_files; /* some descriptor it has is a plain file, to be written; of course
			      so with SANDBOX_FILES */
};

MUST_CHECK int sandbox_enter(const struct sandbox *sandbox, struct complaint *complaint);

#endif
