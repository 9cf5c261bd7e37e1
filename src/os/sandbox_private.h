/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walls of the sandbox, one function each; sandbox.c puts them up in their order. */
#ifndef OS_SANDBOX_PRIVATE_H
#define OS_SANDBOX_PRIVATE_H

#include "os/sandbox.h"

/* The address sanitizer maps terabytes as it likes, and makes calls of its own. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

/* Errors are errno values; 0: done. */
MUST_CHECK int sandbox_limits(const struct sandbox *sandbox);
MUST_CHECK int sandbox_privileges(void);
/* 0 also where the kernel has no Landlock. */
MUST_CHECK int sandbox_paths(enum sandbox_kind kind);
MUST_CHECK int sandbox_calls(enum sandbox_kind kind);

#endif
