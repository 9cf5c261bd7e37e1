/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

__attribute__((weak)) void *memory_take(size_t size_bytes)
{
	return malloc(size_bytes ? size_bytes : 1);
}

__attribute__((weak)) void *memory_resize(void *memory, size_t size_bytes)
{
	return realloc(memory, size_bytes ? size_bytes : 1);
}

__attribute__((weak)) void memory_give(void *memory)
{
	free(memory);
}

/* Large tables want the kernel's zero pages rather than a memset, hence calloc and not memory_take.
 */
__attribute__((weak)) void *memory_take_zeroed(size_t count, size_t size_bytes)
{
	return calloc(count ? count : 1, size_bytes ? size_bytes : 1);
}
