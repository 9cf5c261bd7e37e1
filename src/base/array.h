/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arrays whose places are numbers that somebody else gives, such as a store's: they grow to what is
 * asked for, and what was never set is zero.
 */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Numbers stay below: places take some tens of octets each. */
#define ARRAY_NUMBERS_MAX (INT64_C(1) << 31)

/* Makes room at `number`. `array_pointer` is the address of a pointer to items of `size` octets, at
 * first NULL with no room; the array is given back with memory_give. ERR_LIMIT: a negative number,
 * or one of ARRAY_NUMBERS_MAX or more; ERR_MEMORY. The array is as it was then. */
MUST_CHECK int array_reach(void *array_pointer, size_t *room, int64_t number, size_t size);

#endif
