/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Routes, one after the other: what a table holds, written down again. */
#ifndef GATHER_ROUTING_ROUTES_PRIVATE_H
#define GATHER_ROUTING_ROUTES_PRIVATE_H

#include "gather/routing/prefix_table_private.h"

/* Every origin of every prefix of a settled table, in its order. */
void routes_each(const struct routes *routes,
		 void (*take)(void *context, const struct route_prefix *prefix,
			      const struct route_origin *origin),
		 void *context);
/* IPv4 (0), IPv6 (1) of a settled table. */
const struct prefix_table *routes_table(const struct routes *routes, size_t index);
/* A settled table around two whose arrays are somebody else's. */
MUST_CHECK int routes_borrow(const struct prefix_table tables[2], struct routes **ret_routes);

#endif
