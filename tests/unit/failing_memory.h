/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes allocations fail, for one test program: include it once, in the file with main(). It
 *defines the functions of base/memory.h anew, which the linker prefers to the weak ones of the
 *library.
 *
 *	FOR_EACH_FAILURE(allocation) {
 *		... build the thing, check that it failed cleanly or works ...
 *	}
 *
 * runs its body with the 1st, 2nd, 3rd, ... allocation failing, until none was left to fail.
 * `memory_in_use()` counts the blocks that were taken and not given back.
 */
#ifndef TESTS_UNIT_FAILING_MEMORY_H
#define TESTS_UNIT_FAILING_MEMORY_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

struct failing_memory {
	unsigned long taken; /* allocations asked for since the last reset */
	unsigned long fails; /* the one that fails; 0: none */
	bool has_failed;
	long in_use;
};

static struct failing_memory failing_memory;

static bool memory_fails_now(void)
{
	failing_memory.taken++;
	if (failing_memory.fails == 0 || failing_memory.taken != failing_memory.fails)
		return false;
	failing_memory.has_failed = true;
	return true;
}

void *memory_take(size_t size_bytes)
{
	void *memory = memory_fails_now() ? NULL : malloc(size_bytes ? size_bytes : 1);
	failing_memory.in_use += memory != NULL;
	return memory;
}

void *memory_take_zeroed(size_t count, size_t size_bytes)
{
	void *memory =
		memory_fails_now() ? NULL : calloc(count ? count : 1, size_bytes ? size_bytes : 1);
	failing_memory.in_use += memory != NULL;
	return memory;
}

void *memory_resize(void *memory, size_t size_bytes)
{
	if (memory_fails_now())
		return NULL;
	void *resized = realloc(memory, size_bytes ? size_bytes : 1);
	failing_memory.in_use += memory == NULL && resized != NULL;
	return resized;
}

void memory_give(void *memory)
{
	failing_memory.in_use -= memory != NULL;
	free(memory);
}

static inline void memory_fail_at(unsigned long which)
{
	failing_memory.taken = 0;
	failing_memory.fails = which;
	failing_memory.has_failed = false;
}

static inline bool memory_has_failed(void)
{
	return failing_memory.has_failed;
}

static inline long memory_in_use(void)
{
	return failing_memory.in_use;
}

/* Whether another round is worth it; ends the failing otherwise. */
static inline bool memory_next_failure(unsigned long which)
{
	if (which > 1 && !failing_memory.has_failed) {
		memory_fail_at(0);
		return false;
	}
	memory_fail_at(which);
	return true;
}

#define FOR_EACH_FAILURE(which) for (unsigned long which = 1; memory_next_failure(which); which++)

#endif
