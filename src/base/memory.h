/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one door to the heap. Rooms take memory here and not from malloc, so that a test can make the
 * n-th allocation fail and prove that the failure is handled (STYLE.md rule 21).
 *
 * The three functions are weak symbols: a test program that defines functions of the same names
 * (tests/unit/failing_memory.h does) replaces them for itself at link time, without a global
 * variable that anything else could see. Contents are not zeroed by memory_take and memory_resize.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "base/error.h"

#include <stddef.h>

/* NULL when memory is out; size 0 gives a valid unique pointer. Aligned to 16 octets. */
MUST_CHECK void *memory_take(size_t size_bytes);
/* count * size octets, zeroed; NULL on overflow too. */
MUST_CHECK void *memory_take_zeroed(size_t count, size_t size_bytes);
/* NULL leaves the old block as it was. `memory` may be NULL. */
MUST_CHECK void *memory_resize(void *memory, size_t size_bytes);
/* memory_give(NULL) is fine. */
void memory_give(void *memory);

#endif
