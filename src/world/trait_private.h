/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which traits a domain has. */
#ifndef WORLD_TRAIT_PRIVATE_H
#define WORLD_TRAIT_PRIVATE_H

#include "world/delegation_private.h"
#include "world/trait.h"

/* The name servers that the parent names, and what can be found out about each. */
struct trait_ground {
	const struct world *world;
	const struct zone *zone;
	const struct ns_list *servers;
	bool is_found[NS_MAX];   /* its addresses can be looked up */
	bool is_unknown[NS_MAX]; /* nobody can tell whether it has any */
};

bool zone_has_trait(const struct trait_ground *ground, enum trait trait);

#endif
