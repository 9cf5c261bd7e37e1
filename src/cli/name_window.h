/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many names in little memory, each once, given out in random order: a window of a target list. A
 * name costs its own octets and twelve more.
 */
#ifndef CLI_NAME_WINDOW_H
#define CLI_NAME_WINDOW_H

#include "base/error.h"
#include "base/random.h"

#include <stddef.h>
#include <stdint.h>

struct name_window {
	uint8_t *names; /* lower case, one after the other */
	size_t used, room;
	uint32_t *starts; /* by number; shuffled by name_window_shuffle */
	uint32_t count, start_room;
	uint32_t *places; /* number + 1 by hash, 0: free; open addressing */
	uint32_t place_count;
	uint32_t given;
	uint8_t key[16];
};

/* No memory yet. */
void name_window_init(struct name_window *window, struct random *random);
void name_window_release(struct name_window *window);
/* Forgets all names, keeps the memory. */
void name_window_reset(struct name_window *window);
/* Copies, in lower case. ERR_EXISTS: has it; ERR_MEMORY; ERR_LIMIT above 4 GiB of names. */
MUST_CHECK int name_window_add(struct name_window *window, const uint8_t *name);
/* After the last add: no add may follow but after a reset. */
void name_window_shuffle(struct name_window *window, struct random *random);
/* NULL when all were given. */
const uint8_t *name_window_next(struct name_window *window);

#endif
