/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>

#define ROOM_FIRST 1024u

int array_reach(void *array_pointer, size_t *room, int64_t number, size_t size)
{
	uint8_t **array = array_pointer;
	size_t bigger = *room ? *room : ROOM_FIRST;

	assert(size > 0 && size <= SIZE_MAX / (2 * (size_t)ARRAY_NUMBERS_MAX));
	if (number < 0 || number >= ARRAY_NUMBERS_MAX)
		return ERR_LIMIT;
	if ((size_t)number < *room)
		return OK;
	while (bigger <= (size_t)number)
		bigger *= 2;
	uint8_t *moved = memory_resize(*array, bigger * size);

	if (!moved)
		return ERR_MEMORY;
	memset(moved + *room * size, 0, (bigger - *room) * size);
	*array = moved;
	*room = bigger;
	return OK;
}
