/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A zone as a whole, signed and with its denial chain, as a transfer gives it (RFC 5936) or a zone
 * file has it; and the ZONEMD record that is made of it all (RFC 8976).
 */
#ifndef WORLD_WHOLE_PRIVATE_H
#define WORLD_WHOLE_PRIVATE_H

#include "world/content_private.h"
#include "world/view_private.h"

/* What a record points to is the view's, or lives during the call. */
typedef int whole_take(void *context, const struct record *record);
/* Every record of the zone, SOA first among those of its name or not; the first error ends it. */
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

/* Does the zone have a ZONEMD record, of the file's will or a fault's? */
bool zone_has_digest(const struct zone *zone);
/* The record with a digest that is still to be made: it must stand among the others before, since
 * the denial chain names it. */
void content_add_digest(struct content *content, uint32_t variant);
/* Makes it, once everything else of the view is there; faults make it wrong. */
MUST_CHECK int view_settle_digest(const struct view_source *source, struct view *view);

#endif
