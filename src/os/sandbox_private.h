/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walls of the sandbox, one function each; sandbox.c puts them up in their order. */
#ifndef OS_SANDBOX_PRIVATE_H
#define OS_SANDBOX_PRIVATE_H

#include "os/sandbox.h"

/* Errors are errno values; 0: done. */
MUST_CHECK int sandbox_limits(const struct sandbox *sandbox);
MUST_CHECK int sandbox_privileges(void);
/* 0 also where the kernel has no Landlock. */
MUST_CHECK int sandbox_paths(enum sandbox_kind kind);
MUST_CHECK int sandbox_calls(enum sandbox_kind kind);

#endif
