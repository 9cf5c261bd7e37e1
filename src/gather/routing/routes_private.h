/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Routes, one after the other: what a table holds, written down again. */
#ifndef GATHER_ROUTING_ROUTES_PRIVATE_H
#define GATHER_ROUTING_ROUTES_PRIVATE_H

#include "gather/routing/routing.h"

/* Every origin of every prefix of a settled table, in its order. */
void routes_each(const struct routes *routes,
		 void (*take)(void *context, const struct route_prefix *prefix,
			      const struct route_origin *origin),
		 void *context);

#endif
