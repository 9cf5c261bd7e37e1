/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both halves of the observation's builder use. */
#ifndef MODEL_BUILD_PRIVATE_H
#define MODEL_BUILD_PRIVATE_H

#include "model/observation.h"

/* Room for `room` things, with the first `count` copied; the old array stays behind in the arena.
 */
void *build_grow(struct arena *arena, const void *array, size_t count, size_t room,
		 size_t size_bytes);
/* The next room of an array that starts with `first` and may not pass `limit`. */
size_t build_next_room(size_t room, size_t first, size_t limit);
/* Notes that the observation is not whole: ERR_LIMIT. */
int build_at_limit(struct observation_builder *builder);
/* The name in the arena: one of those that nearly every exchange uses, or a copy. NULL when memory
 * is out. */
const uint8_t *build_keep_name(struct observation_builder *builder, const uint8_t *name);
/* Finds or adds the message without id and closing OPT. MESSAGE_NONE with cut_short at the limit of
 * messages. */
MUST_CHECK int build_keep_message(struct observation_builder *builder, const uint8_t *wire,
				  size_t wire_size, uint16_t opt_offset, uint16_t *ret_message);

#endif
