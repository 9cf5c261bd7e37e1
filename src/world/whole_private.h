/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A zone as a whole, signed and with its denial chain, as a transfer gives it (RFC 5936) or a zone
 * file has it; and the ZONEMD record that is made of it all (RFC 8976).
 */
#ifndef WORLD_WHOLE_PRIVATE_H
#define WORLD_WHOLE_PRIVATE_H

#include "world/view_private.h"

/* What a record points to is the view's, or lives during the call. */
typedef int whole_take(void *context, const struct record *record);
/* Every record of the zone, in no order; the first error ends it. */
MUST_CHECK int whole_walk(const struct view_source *source, struct view *view, whole_take *take,
			  void *context);

/* Records of a zone in one array. */
struct whole {
	struct record *records;
	uint32_t count, room;
	struct arena *arena;
};
/* All of them, copied into the arena. */
MUST_CHECK int whole_gather(const struct view_source *source, struct view *view,
			    struct arena *arena, struct whole *ret_whole);

#endif
