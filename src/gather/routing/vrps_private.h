/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VRPs as the rest of the room fills and asks them: by number, without making octets of it. */
#ifndef GATHER_ROUTING_VRPS_PRIVATE_H
#define GATHER_ROUTING_VRPS_PRIVATE_H

#include "gather/routing/prefix_table_private.h"

/* What a prefix is announced as. */
struct prefix_origin {
	uint32_t as;
	uint8_t bits;
	bool is_none; /* AS_SET, AS 0: matches nothing */
};

/* ERR_FORMAT: no sound prefix, max_length out of range. */
MUST_CHECK int vrp_to_item(const struct vrp *vrp, struct prefix_item *ret_item);
MUST_CHECK int vrps_add_item(struct vrps *vrps, uint8_t family, const struct prefix_item *item);
enum roa_state vrps_state_of_key(const struct vrps *vrps, uint8_t family,
				 const struct prefix_key *key, const struct prefix_origin *origin);
/* Every VRP of a settled table, in its order. */
void vrps_each(const struct vrps *vrps, void (*take)(void *context, const struct vrp *vrp),
	       void *context);
/* IPv4 (0), IPv6 (1) of a settled table. */
const struct prefix_table *vrps_table(const struct vrps *vrps, size_t index);
/* A settled table around two whose arrays are somebody else's. */
MUST_CHECK int vrps_borrow(const struct prefix_table tables[2], struct vrps **ret_vrps);

#endif
