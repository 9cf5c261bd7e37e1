/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/name_window.h"

#include "base/map.h"
#include "base/memory.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

#define STARTS_FIRST 1024u
#define NAMES_FIRST ((size_t)32 << 10)
#define STARTS_MAX ((uint32_t)1 << 30)

void name_window_init(struct name_window *window, struct random *random)
{
	*window = (struct name_window){0};
	random_octets(random, window->key, sizeof(window->key));
}

void name_window_release(struct name_window *window)
{
	memory_give(window->names);
	memory_give(window->starts);
	memory_give(window->places);
	*window = (struct name_window){0};
}

void name_window_reset(struct name_window *window)
{
	window->used = 0;
	window->count = window->given = 0;
	if (window->places != NULL)
		memset(window->places, 0, window->place_count * sizeof(window->places[0]));
}

/* The place of that name, or the free one where it belongs. */
static uint32_t *place_of(const struct name_window *window, const uint8_t *name)
{
	uint32_t mask = window->place_count - 1;
	uint32_t i = (uint32_t)siphash(window->key, name, name_size(name)) & mask;
	while (window->places[i] != 0) {
		const uint8_t *other = window->names + window->starts[window->places[i] - 1];
		if (name_equal_exactly(other, name))
			break;
		i = (i + 1) & mask;
	}
	return &window->places[i];
}

static int grow_starts(struct name_window *window)
{
	uint32_t room = window->start_room > 0 ? window->start_room * 2 : STARTS_FIRST;
	if (room > STARTS_MAX)
		return ERR_LIMIT;
	uint32_t *starts = memory_resize(window->starts, room * sizeof(starts[0]));
	if (starts == NULL)
		return ERR_MEMORY;
	window->starts = starts;
	/* Half full at most, so that a search soon meets a free place. */
	uint32_t *places = memory_take_zeroed((size_t)room * 2, sizeof(places[0]));
	if (places == NULL)
		return ERR_MEMORY;
	memory_give(window->places);
	window->places = places;
	window->place_count = room * 2;
	window->start_room = room;
	for (uint32_t i = 0; i < window->count; i++)
		*place_of(window, window->names + window->starts[i]) = i + 1;
	return OK;
}

static int grow_names(struct name_window *window)
{
	size_t room = window->room > 0 ? window->room * 2 : NAMES_FIRST;
	if (room > UINT32_MAX)
		return ERR_LIMIT; /* starts have 32 bits */
	uint8_t *names = memory_resize(window->names, room);
	if (names == NULL)
		return ERR_MEMORY;
	window->names = names;
	window->room = room;
	return OK;
}

int name_window_add(struct name_window *window, const uint8_t *name)
{
	assert(window->given == 0);
	int error = OK;
	if (window->count == window->start_room)
		error = grow_starts(window);
	if (error == OK && window->room - window->used < NAME_MAX_OCTETS)
		error = grow_names(window);
	if (error != OK)
		return error;
	uint8_t *kept = window->names + window->used;
	size_t size = name_copy_lower(kept, name);
	uint32_t *place = place_of(window, kept);
	if (*place != 0)
		return ERR_EXISTS;
	window->starts[window->count++] = (uint32_t)window->used;
	*place = window->count;
	window->used += size;
	return OK;
}

void name_window_shuffle(struct name_window *window, struct random *random)
{
	/* Fisher and Yates: every order is equally likely. */
	for (uint32_t i = window->count; i > 1; i--) {
		uint32_t other = random_below(random, i);
		uint32_t kept = window->starts[i - 1];
		window->starts[i - 1] = window->starts[other];
		window->starts[other] = kept;
	}
}

const uint8_t *name_window_next(struct name_window *window)
{
	assert(window->given <= window->count);
	if (window->given == window->count)
		return NULL;
	return window->names + window->starts[window->given++];
}
